public import AdminAPI
public import HTTP
import HostedConnection
import Messaging
public import PartnerDomain
public import PartyAPI
import Schema
import ServiceKit
import Store
import TransformationSaga

extension PartnerQueries: PortReading {}
extension PartnerQueries: VBRReading {}

extension AdminRoutes<PartnerCommand> {
    /// Adds partner-service's commands and views.
    /// - Parameter policy: what the operator has decided, for the views that show what follows from it.
    public mutating func partnerService(policy: PartnerPolicy = .standard) throws(HTTPRouteError) {
        try accounts { items, shape, caller in
            PartnerCommand(.registerAccounts(items), by: caller, as: shape)
        } storeToken: { issue, caller in
            PartnerCommand(.storeToken(issue.account, hash: issue.digest.bytes, text: issue.text), by: caller)
        }
        try accountChanges { items, shape, caller in
            PartnerCommand(.changeAccounts(items), by: caller, as: shape)
        } close: { items, shape, caller in
            PartnerCommand(.closeAccounts(items), by: caller, as: shape)
        }
        try onboarding(policy)
        try portCare()
        try circuits()
        try write("/admin/v1/ports", OfferInput.self) { input, caller in PartnerCommand(.offer([input]), by: caller) }
        try writeMany("/admin/v1/ports:bulk", OffersInput.self) { input, shape, caller in
            PartnerCommand(.offer(input.items), by: caller, as: shape)
        }
        try ports(PartnerQueries.self)
        try vbrs(PartnerQueries.self)
        try pushedVBRs()
        try charges { items, shape, caller in PartnerCommand(.retryCharges(items), by: caller, as: shape) }
        try endings()
        try requests(
            make: { items, shape, caller in PartnerCommand(.request(items), by: caller, as: shape) },
            refuse: { id, reason, caller in PartnerCommand(.refuseRequest(id, reason: reason), by: caller) },
            withdraw: { id, reason, caller in PartnerCommand(.withdrawRequest(id, reason: reason), by: caller) })
        try write("/admin/v1/device-retries", DeviceRetryInput.self) { input, caller in
            PartnerCommand(.retryDevices([input]), by: caller)
        }
        try writeMany("/admin/v1/device-retries:bulk", DeviceRetriesInput.self) { input, shape, caller in
            PartnerCommand(.retryDevices(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/vlan-changes", VLANChangeInput.self) { input, caller in PartnerCommand(.changeVLANs([input]), by: caller) }
        try writeMany("/admin/v1/vlan-changes:bulk", VLANChangesInput.self) { input, shape, caller in
            PartnerCommand(.changeVLANs(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/bandwidth-changes", BandwidthChangeInput.self) { input, caller in
            PartnerCommand(.changeBandwidths([input]), by: caller)
        }
        try writeMany("/admin/v1/bandwidth-changes:bulk", BandwidthChangesInput.self) { input, shape, caller in
            PartnerCommand(.changeBandwidths(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/bandwidth-changes:cancel", BandwidthChangeEndInput.self) { input, caller in
            PartnerCommand(.cancelBandwidthChanges([input]), by: caller)
        }
        try transformations()
        try sagas(PartnerSagas.catalogue) { id, input, caller in PartnerCommand(.direct(id, input), by: caller) }
    }

    private mutating func circuits() throws(HTTPRouteError) {
        try write("/admin/v1/circuits", CircuitInput.self) { input, caller in
            PartnerCommand(.registerCircuits([input]), by: caller)
        }
        try writeMany("/admin/v1/circuits:bulk", CircuitsInput.self) { input, shape, caller in
            PartnerCommand(.registerCircuits(input.items), by: caller, as: shape)
        }
        try list("/admin/v1/circuits") { reader, request, page throws(StoreError) in
            try PartnerQueries(reader).circuits(of: request.caller, page)
        }
        try item("/admin/v1/circuits/{id}", "circuit", CircuitID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).circuit(id, of: caller)
        }
    }
}
