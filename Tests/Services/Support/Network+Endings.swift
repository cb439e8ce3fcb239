import HostedConnection
import Kafka
import Messaging
import PartnerService
import PortRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import Testing
import TenantService

// The commands by which offers and ports come to an end, as the two parties give them.
extension Network {
    static let partnerCaller = Caller.account(carrier)
    static let tenantCaller = Caller.account(customer)

    /// A port in normal use, without a VBR.
    func portInUse(_ circuit: CircuitID, vlan: UInt32 = 100, bandwidth: UInt32 = 200, payer: Payer = .partner) throws -> PortID {
        let port = try offer(circuit, vlan: vlan, bandwidth: bandwidth, payer: payer)
        try settle()
        try accept(port)
        try settle()
        return port
    }

    func withdrawal(_ port: PortID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.withdraw([WithdrawalInput(portID: port, reason: "changed our mind")]), by: caller)
    }

    func rejection(_ port: PortID, by caller: Caller = tenantCaller) -> TenantCommand {
        TenantCommand(.reject([RejectionInput(portID: port, reason: "too dear")]), by: caller)
    }

    func termination(_ port: PortID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.terminate([TerminationInput(portID: port)]), by: caller)
    }

    func tenantTermination(_ port: PortID, by caller: Caller = tenantCaller) -> TenantCommand {
        TenantCommand(.terminate([TerminationInput(portID: port)]), by: caller)
    }

    func recovery(_ port: PortID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.recover([RecoveryInput(portID: port)]), by: caller)
    }

    func deletion(_ port: PortID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.delete([DeletionInput(portID: port)]), by: caller)
    }

    func tenantDeletion(_ port: PortID, by caller: Caller = tenantCaller) -> TenantCommand {
        TenantCommand(.delete([DeletionInput(portID: port)]), by: caller)
    }

    func vbrTermination(_ vbr: VBRID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.terminateVBRs([VBROrderInput(vbrID: vbr)]), by: caller)
    }

    func vbrRecovery(_ vbr: VBRID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.recoverVBRs([VBROrderInput(vbrID: vbr)]), by: caller)
    }

    func vbrDeletion(_ vbr: VBRID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.deleteVBRs([VBROrderInput(vbrID: vbr)]), by: caller)
    }

    func request(_ kind: RequestKind, _ port: PortID, bandwidth: UInt32? = nil, by caller: Caller = tenantCaller) -> TenantCommand {
        TenantCommand(.request([RequestInput(portID: port, kind: kind, bandwidthMbps: bandwidth, reason: "please")]), by: caller)
    }

    func partnerRequest(_ kind: RequestKind, _ port: PortID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.request([RequestInput(portID: port, kind: kind, reason: "please")]), by: caller)
    }

    /// The states of a port's requests on both sides.
    func requests(_ port: PortID) throws -> (partner: [String], tenant: [String]) {
        func states(_ reader: any StoreConnection) throws -> [String] {
            try RequestQuery(reader).requests(nil, about: port, of: Self.staff, PageRequest()).items.map(\.state)
        }
        return (try partner.read(states), try tenant.read(states))
    }

    /// The axes of a port on both sides, which must agree.
    func axes(_ port: PortID, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
        let supply = try #require(try partnerView(port), sourceLocation: sourceLocation)
        let demand = try #require(try tenantView(port), sourceLocation: sourceLocation)
        let axes = [supply.acceptance, supply.service, supply.billing, supply.association]
        #expect([demand.acceptance, demand.service, demand.billing, demand.association] == axes, sourceLocation: sourceLocation)
        #expect(supply.vbrID == demand.vbrID, sourceLocation: sourceLocation)
        return axes
    }

    /// The access device takes what was asked of it last.
    func applyDevice(_ port: PortID, id: UInt64) throws {
        let version = try #require(try partnerView(port)).deviceDesired
        broker.add(
            NetworkApplied(connectionID: ConnectionID(port), portID: port, version: version), id: messageID(id), source: "device",
            to: .networkEvents, key: port.description)
        try settle()
    }

    /// What the circuit has given away.
    func allocated(_ circuit: CircuitID) throws -> [UInt32] {
        let view = try #require(try partner.read { reader in try PartnerQueries(reader).circuit(circuit, of: Self.staff) })
        return [view.allocatedMbps, view.connections]
    }

    func expectNoDeadLetters(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try partner.deadLetterCauses() == [], sourceLocation: sourceLocation)
        #expect(try tenant.deadLetterCauses() == [], sourceLocation: sourceLocation)
        #expect(try billing.deadLetterCauses() == [], sourceLocation: sourceLocation)
    }

    /// Charges that went back.
    func refunds() throws -> Int { try ledger().filter { $0.outcome == "refunded" }.count }

    /// The payer's paid time runs out.
    func expire(_ port: PortID, payer: Payer) throws {
        broker.add(
            SubscriptionExpired(
                subscriptionID: SubscriptionID(of: port), payerAccountID: payer == .partner ? Self.carrier : Self.customer, version: 100,
                occurredAt: Timestamp(clock.now()), reason: "not renewed"), id: messageID(9_000))
        try settle()
    }

    /// The tenant deletes its own VBR.
    func deleteOwnVBR(_ vbr: VBRID) throws {
        try tenant.ok(TenantCommand(.deleteVBRs([VBRDeletionInput(vbrID: vbr)]), by: Self.tenantCaller))
        try settle()
    }
}
