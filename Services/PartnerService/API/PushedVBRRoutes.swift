import AdminAPI
import HTTP
import HostedConnection
import Messaging
import PartnerDomain
import PartyAPI
import PortRecords
import Schema
import Store

extension AdminRoutes<PartnerCommand> {
    /// Adds what the partner does with VBRs of the old model, which it has pushed.
    mutating func pushedVBRs() throws(HTTPRouteError) {
        try write("/admin/v1/pushed-vbrs", PushedVBRInput.self) { input, caller in PartnerCommand(.pushVBRs([input]), by: caller) }
        try writeMany("/admin/v1/pushed-vbrs:bulk", PushedVBRsInput.self) { input, shape, caller in
            PartnerCommand(.pushVBRs(input.items), by: caller, as: shape)
        }
        try read(
            "/admin/v1/pushed-vbrs", query: QueryParameters.paging.union(["circuitId", "tenantAccountId", "state"]),
            output: PushedVBRList.self
        ) { request, reader throws(StepFailure) in
            let (filter, page) = try ruled { () throws(Refusal) in (try PushedVBRFilter(request.query), try request.query.page()) }
            return CommandAnswer(
                status: 200,
                try stored { () throws(StoreError) in try PartnerQueries(reader).pushedVBRs(filter, of: request.caller, page) })
        }
        try item("/admin/v1/pushed-vbrs/{id}", "pushed VBR", VBRID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).pushedVBR(id, of: caller)
        }
        try item("/admin/v1/pushed-vbrs/{id}/history", "pushed VBR", VBRID.self) { reader, id, caller throws(StoreError) in
            try PartnerQueries(reader).pushedHistory(of: id, for: caller)
        }
        try write("/admin/v1/pushed-vbr-bandwidths", PushedVBRBandwidthInput.self) { input, caller in
            PartnerCommand(.setPushedBandwidths([input]), by: caller)
        }
        try writeMany("/admin/v1/pushed-vbr-bandwidths:bulk", PushedVBRBandwidthsInput.self) { input, shape, caller in
            PartnerCommand(.setPushedBandwidths(input.items), by: caller, as: shape)
        }
        try write("/admin/v1/attestations", AttestationInput.self) { input, caller in PartnerCommand(.attest([input]), by: caller) }
        try writeMany("/admin/v1/attestations:bulk", AttestationsInput.self) { input, shape, caller in
            PartnerCommand(.attest(input.items), by: caller, as: shape)
        }
        try pushedOrder("pushed-vbr-terminations") { items in .terminatePushed(items) }
        try pushedOrder("pushed-vbr-recoveries") { items in .recoverPushed(items) }
        try pushedOrder("pushed-vbr-deletions") { items in .deletePushed(items) }
        try pushedOrder("pushed-vbr-device-retries") { items in .retryPushedDevices(items) }
        try feeRefunds { items, shape, caller in PartnerCommand(.refundFees(items), by: caller, as: shape) }
    }

    private mutating func pushedOrder(
        _ noun: String, _ action: @escaping @Sendable ([PushedVBROrderInput]) -> PartnerCommand.Action
    ) throws(HTTPRouteError) {
        try write("/admin/v1/\(noun)", PushedVBROrderInput.self) { input, caller in PartnerCommand(action([input]), by: caller) }
        try writeMany("/admin/v1/\(noun):bulk", PushedVBROrdersInput.self) { input, shape, caller in
            PartnerCommand(action(input.items), by: caller, as: shape)
        }
    }
}

extension PushedVBRFilter {
    init(_ query: QueryParameters) throws(Refusal) {
        self.init(
            circuit: try query.id("circuitId"), tenant: try query.id("tenantAccountId"),
            state: try RouterState.named(query["state"] ?? "", field: "state"))
    }
}
