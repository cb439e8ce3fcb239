import BillingSimulator
import HostedConnection
import NetworkSimulator
import PartnerDomain
import PartnerService
import Saga
import SagaRecords
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantService
import Testing
import TransformationSaga

extension Network {
    /// Billing declines the first attempts of everybody.
    static let decliningAll = {
        var rule = DeclineRule()
        rule.oneIn = 1
        rule.attempts = .max
        return rule
    }()

    /// A pushed VBR that nothing is in the way of, in use.
    func pushedVBR(
        _ circuit: CircuitID, vlan: UInt32 = 700, feePayer: Payer = .tenant, isPrepaid: Bool = true
    ) throws -> VBRID {
        try allowTransformations()
        let vbr = try pushed(circuit, vlan: vlan, payer: feePayer, isPrepaid: isPrepaid)
        try partner.ok(PartnerCommand(.attest([AttestationInput(vbrID: vbr, how: "letter")]), by: Self.partnerCaller))
        try settle()
        return vbr
    }

    /// The tenant's outbound billing and the partner's permission to pay.
    func allowTransformations() throws {
        try tenant.ok(
            TenantCommand(.changeAccounts([AccountChangeInput(accountID: Self.customer, outboundBilling: true)]), by: Self.staff))
        try partner.ok(
            PartnerCommand(.changeAccounts([AccountChangeInput(accountID: Self.carrier, transformedPayment: true)]), by: Self.staff))
        try settle()
    }

    func transform(_ vbr: VBRID, payer: Payer = .unspecified, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.transform([TransformationInput(vbrID: vbr, payer: payer)]), by: caller)
    }

    func confirm(_ vbr: VBRID, by caller: Caller = partnerCaller) -> PartnerCommand {
        PartnerCommand(.confirm([ConfirmationInput(vbrID: vbr)]), by: caller)
    }

    func cancel(_ vbr: VBRID, reason: String = "") -> PartnerCommand {
        PartnerCommand(.cancelTransformations([TransformationEndInput(vbrID: vbr, reason: reason)]), by: Self.partnerCaller)
    }

    /// Begins a transformation.
    /// - Returns: the port that is being made.
    func beginTransformation(of vbr: VBRID, payer: Payer = .unspecified) throws -> PortID {
        let port = try partner.ok(transform(vbr, payer: payer), as: PushedVBRView.self).portID
        try settle()
        return port
    }

    func transformation(of vbr: VBRID) throws -> SagaView? {
        try sagas().last { $0.connectionID == ConnectionID(vbr) }
    }

    /// What the circuit has allocated: connections, VLANs with their Mbit/s.
    func allocated(on circuit: CircuitID) throws -> [String] {
        try partner.read { reader in
            var rows: [String] = []
            try reader.prepare("SELECT vlan, bandwidth_mbps FROM allocation ORDER BY vlan").query { row throws(StoreError) in
                rows.append("VLAN \(row.int64(0)): \(row.int64(1))")
            }
            return rows
        }
    }
}

/// What must be the same of a pushed VBR, whatever becomes of its transformation.
struct UntouchedVBR {
    let id: VBRID
    let circuit: CircuitID
    private let router: VBRView
    private let deviceLog: [String]
    private let allocated: [String]

    init(_ id: VBRID, on circuit: CircuitID, _ network: Network) throws {
        self.id = id
        self.circuit = circuit
        router = try #require(try network.tenantView(of: id))
        deviceLog = try network.deviceLog(of: ConnectionID(id))
        allocated = try network.allocated(on: circuit)
        #expect(deviceLog.count == 1 && deviceLog[0].contains("pass"))
    }

    /// - Parameter port: the port that it is on now; unset for none.
    func expectUntouched(on port: PortID = .none, in network: Network, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var now = try #require(try network.tenantView(of: id), sourceLocation: sourceLocation)
        #expect(now.portID == port, sourceLocation: sourceLocation)
        now.portID = router.portID
        now.fee = router.fee
        #expect(now == router, sourceLocation: sourceLocation)
        #expect(try network.deviceLog(of: ConnectionID(id)) == deviceLog, "no frame was dropped", sourceLocation: sourceLocation)
        #expect(try network.device(of: id)?.forwarding == "pass", sourceLocation: sourceLocation)
        #expect(try network.allocated(on: circuit) == allocated, sourceLocation: sourceLocation)
    }

    /// The transformation was taken back: the VBR is free for the next one, and nothing is open anywhere.
    func expectTakenBack(
        _ port: PortID, as acceptance: String, in network: Network, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectUntouched(in: network, sourceLocation: sourceLocation)
        let saga = try #require(try network.transformation(of: id), sourceLocation: sourceLocation)
        #expect(saga.phase == "compensated", sourceLocation: sourceLocation)
        let pushed = try #require(try network.partnerView(of: id), sourceLocation: sourceLocation)
        #expect(!pushed.sagaID.isSet && !pushed.portID.isSet && pushed.fee?.state == "running", sourceLocation: sourceLocation)
        for view in [try network.partnerView(port), try network.tenantView(port)] {
            #expect(view?.acceptance == acceptance && view?.service == "released", sourceLocation: sourceLocation)
            #expect(view?.waitingFor == "", sourceLocation: sourceLocation)
        }
        try network.expectNoDeadLetters(sourceLocation: sourceLocation)
        let charged = try network.ledger().filter { $0.portID == port }
        #expect(charged.allSatisfy { $0.outcome != "settled" }, "what was paid came back", sourceLocation: sourceLocation)
        #expect(charged.count { $0.outcome == "refunded" } <= 1, "once", sourceLocation: sourceLocation)
    }
}
