public import AdminAPI
public import HTTP
import HostedConnection
import Messaging
public import PartyAPI
import Schema
import ServiceKit
import Store

extension PartnerQueries: PortReading {}
extension PartnerQueries: VBRReading {}

extension AdminRoutes<PartnerCommand> {
    /// Adds partner-service's commands and views.
    public mutating func partnerService() throws(HTTPRouteError) {
        try accounts { items, shape, caller in
            PartnerCommand(.registerAccounts(items), by: caller, as: shape)
        } storeToken: { issue, caller in
            PartnerCommand(.storeToken(issue.account, hash: issue.digest.bytes, text: issue.text), by: caller)
        }
        try circuits()
        try write("/admin/v1/ports", OfferInput.self) { input, caller in PartnerCommand(.offer([input]), by: caller) }
        try write("/admin/v1/ports:bulk", OffersInput.self) { input, caller in
            PartnerCommand(.offer(input.items), by: caller, as: .bulk)
        }
        try ports(PartnerQueries.self)
        try vbrs(PartnerQueries.self)
        try charges { items, shape, caller in PartnerCommand(.retryCharges(items), by: caller, as: shape) }
    }

    private mutating func circuits() throws(HTTPRouteError) {
        try write("/admin/v1/circuits", CircuitInput.self) { input, caller in
            PartnerCommand(.registerCircuits([input]), by: caller)
        }
        try write("/admin/v1/circuits:bulk", CircuitsInput.self) { input, caller in
            PartnerCommand(.registerCircuits(input.items), by: caller, as: .bulk)
        }
        try list("/admin/v1/circuits") { reader, request, page throws(StoreError) in
            try PartnerQueries(reader).circuits(of: request.caller, page)
        }
        try item("/admin/v1/circuits/{id}", "circuit", CircuitID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).circuit(id, of: caller)
        }
    }
}
