import BillingSimulator
import HostedConnection
import Messaging
import NetworkSimulator
import PartnerDomain
import PartnerService
import Schema
import ServiceKit
import ServiceTesting
import Store
import TenantDomain
import TenantService
import Testing
import TransformationSaga

/// Many transformations at once, with everything that can become of one, while services end and begin again.
@Suite("Many transformations at once, with refusals, silences and restarts")
struct TransformationStormTests {
    private static let vlans: ClosedRange<UInt32> = 1_000...1_059

    /// One storm over a network.
    private struct Storm {
        let network: Network
        let circuit: CircuitID
        let vbrs: [VBRID]
        var random: SeededRandom

        init(seed: UInt64) throws {
            var rule = DeclineRule()
            rule.oneIn = 3
            rule.attempts = 2
            network = try Network(
                declining: rule,
                policy: PartnerPolicy(
                    mayWithdraw: true, offerLifetime: .seconds(40_000), transformationPaymentTime: .seconds(20_000),
                    hasAccessDevices: true),
                demand: TenantPolicy(mayReject: true))
            let circuit = try network.circuit(capacity: 200 * UInt32(vlans.count))
            self.circuit = circuit
            let network = network
            vbrs = try vlans.map { try network.pushedVBR(circuit, vlan: $0, feePayer: $0.isMultiple(of: 2) ? .tenant : .partner) }
            random = SeededRandom(seed: seed)
        }

        /// Somebody does something about some VBR. What can't be done now is refused, which is fine too.
        mutating func act() throws {
            guard let vbr = vbrs.randomElement(using: &random), let view = try network.partnerView(of: vbr) else { return }
            let port = view.portID
            switch Int.random(in: 0..<24, using: &random) {
            case 0..<5: try partner(.transform([TransformationInput(vbrID: vbr, payer: Bool.random(using: &random) ? .tenant : .partner)]))
            case 5..<11 where port.isSet: try tenant(.accept([AcceptanceInput(portID: port)]))
            case 11..<17: try partner(.confirm([ConfirmationInput(vbrID: vbr)]))
            case 17 where port.isSet: try tenant(.reject([RejectionInput(portID: port)]))
            case 18: try partner(.cancelTransformations([TransformationEndInput(vbrID: vbr, reason: "changed my mind")]))
            case 19 where port.isSet: try tenant(.delete([DeletionInput(portID: port)]))
            case 20 where port.isSet: try tenant(.retryCharges([ChargeInput(portID: port)]))
            case 21 where port.isSet: try partner(.retryCharges([ChargeInput(portID: port)]))
            case 22: network.isBillingSilent.toggle()
            default: try interrupt()
            }
        }

        private mutating func interrupt() throws {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try network.partner.restart()
            case 1: try network.tenant.restart()
            case 2: network.clock.advance(by: .seconds(Int.random(in: 1...200, using: &random)))
            default: try network.settle()
            }
        }

        private mutating func partner(_ action: PartnerCommand.Action) throws {
            _ = try network.partner.answers(
                [PartnerCommand(action, by: Network.partnerCaller)], crossing: Bool.random(using: &random))
        }

        private mutating func tenant(_ action: TenantCommand.Action) throws {
            _ = try network.tenant.answers([TenantCommand(action, by: Network.tenantCaller)], crossing: Bool.random(using: &random))
        }

        /// Billing answers, and time goes on until nobody waits for anything but the partner to confirm.
        mutating func calm() throws {
            network.isBillingSilent = false
            for _ in 0..<40 { try network.pass(.seconds(3_600)) }
            for vbr in vbrs where try network.partnerView(of: vbr)?.sagaID.isSet == true {
                try partner(.confirm([ConfirmationInput(vbrID: vbr)]))
            }
            for _ in 0..<10 { try network.pass(.seconds(3_600)) }
        }
    }

    @Test("Each ends complete or taken back, and the sums come out", arguments: 0..<4 as Range<UInt64>)
    func storm(_ seed: UInt64) throws {
        var storm = try Storm(seed: seed)
        let untouched = try storm.vbrs.map { try #require(try storm.network.tenantView(of: $0)) }
        let logs = try storm.vbrs.map { try storm.network.deviceLog(of: ConnectionID($0)) }
        for _ in 0..<600 { try storm.act() }
        try storm.calm()
        let network = storm.network

        let phases = try network.sagas().map(\.phase)
        #expect(Set(phases) == ["completed", "compensated"], "seed \(seed)")
        try network.expectNoDeadLetters()
        #expect(try network.allocated(on: storm.circuit) == Self.vlans.map { "VLAN \($0): 200" })

        var transformed: Set<PortID> = []
        for (place, vbr) in storm.vbrs.enumerated() {
            let supply = try #require(try network.partnerView(of: vbr))
            var demand = try #require(try network.tenantView(of: vbr))
            #expect(supply.portID == demand.portID && !supply.sagaID.isSet)
            #expect(supply.fee?.state == (supply.portID.isSet ? "stopped" : "running") && demand.fee?.state == supply.fee?.state)
            if supply.portID.isSet { transformed.insert(supply.portID) }
            demand.portID = untouched[place].portID
            demand.fee = untouched[place].fee
            #expect(demand == untouched[place], "R-123")
            #expect(try network.deviceLog(of: ConnectionID(vbr)) == logs[place], "R-124")
        }
        #expect(transformed.count == phases.count { $0 == "completed" })
        for (port, charges) in Dictionary(grouping: try network.ledger(), by: \.portID) where port.isSet {
            let outcomes = charges.map(\.outcome)
            if transformed.contains(port) {
                #expect(outcomes.count { $0 == "settled" } == 1 && !outcomes.contains("refunded"), "seed \(seed): \(port) \(outcomes)")
            } else {
                #expect(!outcomes.contains("settled") && outcomes.count { $0 == "refunded" } <= 1, "seed \(seed): \(port) \(outcomes)")
            }
        }
        for port in transformed {
            for view in [try network.partnerView(port), try network.tenantView(port)] {
                #expect(view?.service == "enabled" && view?.billing == "paid" && view?.association == "associated")
            }
        }
    }
}
