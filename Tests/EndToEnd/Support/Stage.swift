import HostedConnection
import Kafka
import LocalCluster
import Schema
import ServiceKit
import Testing

/// One system for one test: broker, services, a carrier with circuits and its tenants.
final class Stage {
    enum Level: String, Sendable {
        case embedded
        case kafka
    }

    static let carrier = AccountID(number: 1_000_000_000_000_001)
    static let tenants = (1...4).map { AccountID(number: 2_000_000_000_000_000 + UInt64($0)) }
    static let circuitCount = 4

    let level: Level
    let cluster: LocalCluster
    private(set) var circuits: [CircuitID] = []
    private var clients: [String: AdminClient] = [:]
    private var nextVLAN: UInt32 = 1

    /// Runs a test on a system of its own and ends that. What it wrote is kept, and named, only when the test threw.
    /// - Parameter simulatorSettings: lines of the billing simulator's configuration; nil for a system without one.
    static func run(
        on level: Level, _ purpose: String, simulatorSettings: String? = "", _ body: (Stage) throws -> Void
    ) throws {
        let stage = try start(on: level, purpose, simulatorSettings: simulatorSettings)
        do {
            try body(stage)
        } catch {
            throw stage.fail(error)
        }
        stage.end()
    }

    /// Starts a system that whoever asks ends.
    static func start(on level: Level, _ purpose: String, simulatorSettings: String? = "") throws -> Stage {
        let folder = try Environment.newFolder(purpose)
        var options = LocalCluster.Options(folder: folder, programs: try #require(Environment.programs))
        if level == .kafka {
            options.broker = .kafka(bootstrap: try RealKafka.shared.start())
            options.topicPrefix = String(folder.split(separator: "/").last ?? "") + "."
        }
        options.hasSimulator = simulatorSettings != nil
        options.simulatorSettings = simulatorSettings ?? ""
        let stage = try Stage(level, options)
        do {
            try stage.open()
        } catch {
            throw stage.fail(error)
        }
        return stage
    }

    /// Ends the system and removes what it wrote.
    func end() {
        clients = [:]
        #expect(cluster.stop(), "a process did not end in order")
        #expect(Program.running(in: cluster.options.folder).isEmpty)
        Files.removeFolder(cluster.options.folder)
    }

    /// Ends the system and keeps what it wrote.
    private func fail(_ error: any Error) -> ClusterError {
        cluster.stop()
        return ClusterError("\(error) (databases and logs are in \(cluster.options.folder))")
    }

    private init(_ level: Level, _ options: LocalCluster.Options) throws {
        self.level = level
        cluster = try LocalCluster(options)
    }

    private func open() throws {
        try cluster.createTopics()
        try cluster.start()
        let accounts = AccountsInput(items: [Self.account(Self.carrier)])
        let _: AccountAnswers = try client(cluster.partner).post("/admin/v1/accounts:bulk", accounts)
        try client(cluster.partner).applyForPrivilege(of: Self.carrier, at: SystemClock().now(), reason: "Test")
        let tenants = AccountsInput(items: Self.tenants.map(Self.account))
        let _: AccountAnswers = try client(cluster.tenant).post("/admin/v1/accounts:bulk", tenants)
        let wanted = CircuitsInput(
            items: (1...Self.circuitCount).map {
                CircuitInput(
                    name: "circuit \($0)", partnerAccountID: Self.carrier, region: "eu-central-1", accessPoint: "ap-\($0 % 2)",
                    bandwidthMbps: 1_000_000)
            })
        let answers: CircuitAnswers = try client(cluster.partner).post("/admin/v1/circuits:bulk", wanted)
        circuits = answers.items.compactMap { $0.circuit?.circuitID }
        try #require(circuits.count == Self.circuitCount, "a circuit was refused")
        _ = try until("partner-service knows all tenants") { try knowsAllTenants() ? true : nil }
    }

    private func knowsAllTenants() throws -> Bool {
        let known: AccountList = try partner.get("/admin/v1/accounts?pageSize=100")
        return known.items.count > Self.tenants.count
    }

    private static func account(_ id: AccountID) -> AccountInput {
        AccountInput(
            accountID: id, name: "account \(id)", carrier: id == carrier ? "China Unicom" : "", site: "international",
            regions: ["eu-central-1"], outboundBilling: true)
    }

    // MARK: Clients

    /// A client of a part as it runs now; a part that was started anew has another address.
    func client(_ node: ServiceNode) throws -> AdminClient {
        guard let url = node.baseURL else { throw ClusterError("\(node.name) does not listen") }
        if let known = clients[node.name], known.baseURL == url { return known }
        let client = try cluster.client(node)
        clients[node.name] = client
        return client
    }

    var partner: AdminClient { get throws { try client(cluster.partner) } }
    var tenant: AdminClient { get throws { try client(cluster.tenant) } }

    func kcat() throws -> Kcat { Kcat(bootstrap: try cluster.bootstrap(), topicPrefix: cluster.options.topicPrefix) }

    // MARK: Steps

    /// An offer on a VLAN that no other has.
    func newOffer(payer: Payer = .tenant, bandwidthMbps: UInt32 = 100) -> OfferInput {
        defer { nextVLAN += 1 }
        let number = Int(nextVLAN)
        return OfferInput(
            circuitID: circuits[number % circuits.count], tenantAccountID: Self.tenants[number % Self.tenants.count],
            vlanID: nextVLAN, bandwidthMbps: bandwidthMbps, payer: payer, name: "port \(number)")
    }

    func offer(payer: Payer = .tenant, bandwidthMbps: UInt32 = 100) throws -> PortView {
        try partner.post("/admin/v1/ports", newOffer(payer: payer, bandwidthMbps: bandwidthMbps))
    }

    func accept(_ port: PortID) throws -> PortView { try tenant.post("/admin/v1/acceptances", AcceptanceInput(portID: port)) }

    func createVBR(_ port: PortID) throws -> VBRView { try tenant.post("/admin/v1/vbrs", Self.router(of: port)) }

    static func router(of port: PortID) -> VBRInput {
        VBRInput(portID: port, name: "router", cloudIPv4: "10.0.0.1", clientIPv4: "10.0.0.2", subnetMask: "255.255.255.252")
    }

    // MARK: Views

    /// The port as one side sees it; nil while that side does not know it.
    func port(_ id: PortID, at node: ServiceNode) throws -> PortView? {
        do {
            return try client(node).get("/admin/v1/ports/\(id)", as: PortView.self)
        } catch let error as ClusterError where error.status == 404 {
            return nil
        }
    }

    /// Waits until one side's view of a port is as wanted.
    @discardableResult
    func port(
        _ id: PortID, at node: ServiceNode, within limit: Duration = .seconds(30), becomes what: String,
        _ isWanted: (PortView) -> Bool
    ) throws -> PortView {
        let deadline = MonotonicInstant.now + limit
        while true {
            let view = try port(id, at: node)
            if let view, isWanted(view) { return view }
            guard MonotonicInstant.now < deadline else {
                let seen = view.map { String(decoding: $0.jsonBytes(), as: UTF8.self) } ?? "nothing"
                throw ClusterError("port \(id) at \(node.name): \(what): not after \(limit): \(seen)")
            }
            Pause.briefly()
        }
    }

    func arrives(_ id: PortID, within limit: Duration = .seconds(30)) throws {
        try port(id, at: cluster.tenant, within: limit, becomes: "known") { _ in true }
    }

    func becomesActive(_ id: PortID) throws {
        for node in [cluster.partner, cluster.tenant] { try port(id, at: node, becomes: "active") { $0.status == "Active" } }
    }

    func becomesAssociated(_ id: PortID) throws {
        try port(id, at: cluster.partner, becomes: "associated") { $0.association == "associated" }
    }

    /// The whole way of one port, with a billing system that answers.
    @discardableResult
    func bringUp(payer: Payer = .tenant) throws -> PortID {
        let id = try offer(payer: payer).portID
        try arrives(id)
        _ = try accept(id)
        try becomesActive(id)
        _ = try createVBR(id)
        try becomesAssociated(id)
        return id
    }

    func deadLetters(_ node: ServiceNode) throws -> [DeadLetterView] {
        try client(node).get("/admin/v1/dead-letters?pageSize=1000", as: DeadLetterList.self).items
    }

    /// Waits for the dead letter of an event.
    func deadLetter(of event: String, at node: ServiceNode) throws -> DeadLetterView {
        try until("a dead letter of \(event) at \(node.name)") { try deadLetters(node).first { $0.eventID == event } }
    }

    func heldChannels(_ node: ServiceNode) throws -> [HeldChannelView] {
        try client(node).get("/admin/v1/held-channels", as: HeldChannelList.self).items
    }

    /// Waits until both services and the ledger tell the same.
    func agree(within limit: Duration = .seconds(30)) throws
        -> (partner: [PortView], tenant: [PortView], vbrs: [VBRView], agreement: Agreement)
    {
        let deadline = MonotonicInstant.now + limit
        while true {
            let seen = try cluster.agreement()
            if seen.agreement.differences.isEmpty || MonotonicInstant.now >= deadline { return seen }
            Pause.briefly()
        }
    }
}
