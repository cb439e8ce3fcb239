import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

/// Pushes many VBRs, transforms them all at once, and does with each what its people have made up their minds to. What cannot be done
/// now, or is not answered, is done again later: the system's own views say where each stands.
final class TransformationLoad {
    /// What the people behind a VBR want.
    private enum Fate: CaseIterable {
        case complete
        case rejected
        case cancelled
        case cancelledWhenPaid
        case deletedWhenPaid
        case forgotten
    }

    private let stage: Stage
    private let vbrs: [VBRID]
    private let fates: [VBRID: Fate]
    private let payers: [VBRID: Payer]
    private var random: SeededRandom
    /// How each VBR and its device were before.
    private var routers: [VBRID: VBRView] = [:]
    private var changes: [ConnectionID: [String]] = [:]

    init(_ stage: Stage, count: Int, seed: UInt64) throws {
        self.stage = stage
        var random = SeededRandom(seed: seed)
        let permission = AccountChangeInput(accountID: Stage.carrier, transformedPayment: true)
        let _: AccountView = try stage.partner.post("/admin/v1/account-changes", permission)
        let inputs = (0..<count).map { number in
            PushedVBRInput(
                circuitID: stage.circuits[number % stage.circuits.count], tenantAccountID: Stage.tenants[number % Stage.tenants.count],
                name: "edge \(number)", vlanID: UInt32(1_000 + number), bandwidthMbps: 100, cloudIPv4: "10.0.0.1",
                clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252", feePayer: number.isMultiple(of: 3) ? .partner : .tenant,
                feePrepaid: true)
        }
        let pushed: PushedVBRAnswers = try stage.partner.post("/admin/v1/pushed-vbrs:bulk", PushedVBRsInput(items: inputs))
        vbrs = pushed.items.compactMap { $0.vbr?.vbrID }
        try #require(vbrs.count == count)
        let attestations = AttestationsInput(items: vbrs.map { AttestationInput(vbrID: $0, how: "a letter") })
        let _: PushedVBRAnswers = try stage.partner.post("/admin/v1/attestations:bulk", attestations)
        fates = Dictionary(
            uniqueKeysWithValues: vbrs.map { vbr in
                (vbr, Int.random(in: 0..<2, using: &random) == 0 ? .complete : Fate.allCases.randomElement(using: &random) ?? .complete)
            })
        payers = Dictionary(uniqueKeysWithValues: vbrs.map { ($0, Bool.random(using: &random) ? Payer.partner : .tenant) })
        self.random = random
        _ = try until("all VBRs are in use on both sides and on their device") { () throws -> Bool? in
            routers = try tenantVBRs()
            changes = try deviceChanges()
            return routers.count == count && changes.count == count ? true : nil
        }
    }

    // MARK: The run

    /// Runs until every transformation is over.
    /// - Parameter kill: gets the kill's number and how many transformations are under way; false if there is nothing to kill now.
    func run(within limit: Duration, kills: Int, _ kill: (Int, Int) throws -> Bool) throws {
        let start = MonotonicInstant.now
        let inputs = TransformationsInput(items: vbrs.map { TransformationInput(vbrID: $0, payer: payers[$0] ?? .tenant) })
        let begun: PushedVBRAnswers = try stage.partner.post("/admin/v1/transformations:bulk", inputs)
        try #require(begun.items.allSatisfy { $0.vbr?.sagaID.isSet == true })
        var killed = 0
        var next = MonotonicInstant.now + .milliseconds(300)
        while true {
            guard MonotonicInstant.now - start < limit else { throw ClusterError("not all transformations are over after \(limit)") }
            let running = (try? partnerVBRs().filter(\.sagaID.isSet)) ?? []
            if killed < kills, !running.isEmpty, MonotonicInstant.now >= next, try kill(killed + 1, running.count) {
                killed += 1
                next = .now + .milliseconds(Int.random(in: 300...1_500, using: &random))
            }
            if running.isEmpty, (try? partnerVBRs().allSatisfy { !$0.sagaID.isSet }) == true { break }
            let ports = (try? LocalCluster.ports(stage.partner)).map { Dictionary(uniqueKeysWithValues: $0.map { ($0.portID, $0) }) } ?? [:]
            for vbr in running.shuffled(using: &random).prefix(40) {
                if let port = ports[vbr.portID] { act(vbr.vbrID, port) }
            }
        }
        #expect(killed == kills, "too quick for \(kills) kills")
    }

    /// What the people want next. A refusal says that it is too early or too late, a silence that it has to be tried again.
    private func act(_ vbr: VBRID, _ port: PortView) {
        guard let fate = fates[vbr] else { return }
        let isPending = port.acceptance == "unconfirmed"
        let isPaid = port.acceptance == "confirmed" && port.billing == "paid"
        switch fate {
        case .forgotten: break
        case .rejected where isPending: tenant("rejections", RejectionInput(portID: port.portID, reason: "no"))
        case .cancelled where isPending: cancel(vbr)
        case .rejected, .cancelled: break
        case .complete, .cancelledWhenPaid, .deletedWhenPaid:
            if isPending { return tenant("acceptances", AcceptanceInput(portID: port.portID)) }
            guard isPaid else { return }
            switch fate {
            case .complete: partner("confirmations", ConfirmationInput(vbrID: vbr), PushedVBRView.self)
            case .cancelledWhenPaid: cancel(vbr)
            default:
                let input = DeletionInput(portID: port.portID)
                if port.payer == .partner { partner("deletions", input, DeletionView.self) } else { tenant("deletions", input) }
            }
        }
    }

    private func cancel(_ vbr: VBRID) {
        partner("transformations:cancel", TransformationEndInput(vbrID: vbr, reason: "not now"), PushedVBRView.self)
    }

    private func partner<Answer: WireMessage>(_ noun: String, _ input: some WireMessage, _ answer: Answer.Type) {
        _ = try? stage.partner.post("/admin/v1/\(noun)", input, as: answer)
    }

    private func tenant(_ noun: String, _ input: some WireMessage) {
        _ = try? stage.tenant.post("/admin/v1/\(noun)", input, as: PortView.self)
    }

    // MARK: The verdict

    func judge() throws {
        _ = eventually(within: .seconds(60)) { (try? stage.cluster.agreement().agreement.differences.isEmpty) == true }
        #expect(try stage.cluster.agreement().agreement.differences == [])
        let sagas: SagaList = try stage.partner.get("/admin/v1/sagas?pageSize=1000&definition=transformation")
        #expect(sagas.items.count == vbrs.count)
        #expect(sagas.items.filter { $0.phase != "completed" && $0.phase != "compensated" }.map(\.sagaID) == [])
        let transformed = try judgeVBRs()
        #expect(transformed.count == sagas.items.count { $0.phase == "completed" })
        try judgeMoney(transformed)
        for circuit in stage.circuits {
            let view: CircuitView = try stage.partner.get("/admin/v1/circuits/\(circuit)")
            #expect(view.allocatedMbps == UInt32(vbrs.count / stage.circuits.count * 100))
        }
        for node in [stage.cluster.partner, stage.cluster.tenant] {
            #expect(try stage.deadLetters(node).map(\.cause) == [])
            #expect(try stage.heldChannels(node).map(\.reason) == [])
        }
        print(
            "\(transformed.count) of \(vbrs.count) were transformed, \(Dictionary(grouping: sagas.items, by: \.reason).mapValues(\.count))")
    }

    /// - Returns: the ports that VBRs are on.
    private func judgeVBRs() throws -> Set<PortID> {
        #expect(try deviceChanges() == changes, "R-124: no device was asked for anything")
        let (now, pushed) = (try tenantVBRs(), try partnerVBRs())
        var ports: Set<PortID> = []
        for view in pushed {
            let before = try #require(routers[view.vbrID])
            var router = try #require(now[view.vbrID])
            #expect(router.portID == view.portID && router.fee?.state == view.fee?.state)
            #expect(view.fee?.state == (view.portID.isSet ? "stopped" : "running"), "R-125")
            if view.portID.isSet { ports.insert(view.portID) }
            router.portID = before.portID
            router.fee = before.fee
            #expect(router == before, "R-123")
        }
        return ports
    }

    /// What is paid for ports in use is paid once, and what was paid for others has come back once.
    private func judgeMoney(_ ports: Set<PortID>) throws {
        let ledger = try LocalCluster.ledger(stage.client(try #require(stage.cluster.simulator)))
        for (port, charges) in Dictionary(grouping: ledger, by: \.portID) where port.isSet {
            let outcomes = charges.map(\.outcome)
            #expect(outcomes.count { $0 == "settled" } == (ports.contains(port) ? 1 : 0), "\(port): \(outcomes)")
            #expect(outcomes.count { $0 == "refunded" } <= (ports.contains(port) ? 0 : 1), "\(port): \(outcomes)")
        }
        #expect(ports.isSubset(of: Set(ledger.map(\.portID))))
    }

    // MARK: Views

    private func partnerVBRs() throws -> [PushedVBRView] {
        try stage.partner.get("/admin/v1/pushed-vbrs?pageSize=1000", as: PushedVBRList.self).items
    }

    private func tenantVBRs() throws -> [VBRID: VBRView] {
        let views = try LocalCluster.vbrs(stage.tenant)
        return Dictionary(uniqueKeysWithValues: views.map { ($0.vbrID, $0) })
    }

    /// What the access device did for each connection, from its own log.
    private func deviceChanges() throws -> [ConnectionID: [String]] {
        let simulator = try stage.client(try #require(stage.cluster.network))
        let log = try simulator.get("/admin/v1/changes?pageSize=1000", as: DeviceChanges.self).items
        return Dictionary(grouping: log, by: \.connectionID).mapValues { lines in
            lines.map { "\($0.outcome) \($0.forwarding) \($0.vlanID ?? 0) \($0.rateMbps)" }
        }
    }
}
