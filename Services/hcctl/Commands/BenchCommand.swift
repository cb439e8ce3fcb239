import AdminConsole
import FoundationEssentials
import HostedConnection
import Kafka
import LocalCluster
import Schema
import ServiceKit

/// `hcctl bench`: the whole lifecycle on real processes, then what the libraries alone need for the same.
struct BenchCommand {
    private let options: BenchOptions

    init(_ arguments: Arguments) throws(UsageError) { options = try BenchOptions(arguments) }

    func run() throws -> Int32 {
        let name = "bench-" + BinaryText.base32(randomBytes(5))
        let folder = options.folder ?? "\(ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp")/hcctl-\(name)"
        var settings = LocalCluster.Options(folder: folder)
        settings.broker = options.broker
        settings.topicPrefix = options.broker == .embedded ? "" : name + "."
        settings.partitions = options.partitions
        settings.logLevel = "warning"
        settings.hasAccessDevices = false
        let cluster = try LocalCluster(settings)
        do {
            let result = try measure(cluster)
            for line in options.isJSON ? [result.json] : result.lines { Output.line(line) }
            if options.folder == nil { Files.removeFolder(folder) }
            return 0
        } catch {
            cluster.stop()
            throw ClusterError("\(error) (databases and logs are in \(folder))")
        }
    }

    private func measure(_ cluster: LocalCluster) throws -> BenchResult {
        try cluster.createTopics()
        try cluster.start()
        let ground = try BenchGround(cluster, lifecycles: options.total)
        let meter = CPUMeter(cluster)
        let board = LifecycleBoard(warmup: options.warmup, total: options.total) { meter.start() }
        try LifecycleDriver(
            cluster: cluster, options: options, circuits: ground.circuits, tenants: ground.tenants, board: board
        ).run()
        let cpu = meter.used()
        let peak = cluster.nodes.filter { $0 !== cluster.broker }.compactMap(\.processID).reduce(0) { $0 + ProcessUsage.peakBytes($1) }
        try checkAllActive(cluster)

        let kafka = try KafkaFloor(cluster).seconds(share: Double(options.measured) / Double(options.total))
        for node in [cluster.simulator, cluster.partner, cluster.tenant] { node?.stop() }
        let sqlite = try SQLiteFloor(cluster).seconds(share: Double(options.measured) / Double(options.total))
        cluster.stop()

        let (seconds, latencies) = board.measured
        let sorted = latencies.sorted()
        func percentile(_ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        let thousands = Double(options.measured) / 1000
        return BenchResult(
            lifecycles: options.measured, seconds: seconds, p50Milliseconds: percentile(0.5), p99Milliseconds: percentile(0.99),
            cpuSecondsPer1000: cpu.own / thousands, brokerCPUSecondsPer1000: cpu.broker.map { $0 / thousands },
            peakResidentBytes: peak, efficiency: (kafka + sqlite) / seconds, kafkaFloorSeconds: kafka, sqliteFloorSeconds: sqlite)
    }

    /// Every port must be active with its VBR on both sides.
    private func checkAllActive(_ cluster: LocalCluster) throws {
        let deadline = MonotonicInstant.now + .seconds(30)
        while true {
            let seen = try cluster.agreement()
            let active = seen.tenant.count { $0.status == "Active" && $0.vbrID.isSet }
            let associated = seen.partner.count { $0.status == "Active" && $0.vbrID.isSet }
            if active == options.total, associated == options.total, seen.agreement.differences.isEmpty { return }
            guard MonotonicInstant.now < deadline else {
                throw ClusterError(
                    "of \(options.total) ports \(associated) are active at partner-service and \(active) at tenant-service; "
                        + (seen.agreement.differences.first.map { "first difference: \($0)" } ?? "no difference"))
            }
            Pause.briefly()
        }
    }
}

/// The accounts and circuits a run needs.
private struct BenchGround {
    var circuits: [CircuitID] = []
    var tenants: [AccountID] = []

    init(_ cluster: LocalCluster, lifecycles: Int) throws {
        let partner = try cluster.client(cluster.partner)
        let tenant = try cluster.client(cluster.tenant)
        let carrier = AccountID(number: 1_000_000_000_000_001)
        tenants = (1...8).map { AccountID(number: 2_000_000_000_000_000 + $0) }
        try Self.register([carrier], of: "China Telecom", with: partner)
        try Self.register(tenants, of: "", with: tenant)
        try partner.applyForPrivilege(of: carrier, at: SystemClock().now(), reason: "Benchmark")
        let count = lifecycles / LifecycleDriver.vlansPerCircuit + 1
        for first in stride(from: 0, to: count, by: 1000) {
            var request = CircuitsInput()
            request.items = (first..<min(first + 1000, count)).map { number in
                var input = CircuitInput()
                input.name = "bench-\(number)"
                input.partnerAccountID = carrier
                input.region = "bench"
                input.accessPoint = "bench"
                input.bandwidthMbps = 1_000_000
                return input
            }
            let answers: CircuitAnswers = try partner.post("/admin/v1/circuits:bulk", request)
            circuits += try answers.items.map { answer in
                guard let circuit = answer.circuit else { throw ClusterError("a circuit was refused: \(answer.error?.line ?? "")") }
                return circuit.circuitID
            }
        }
        let deadline = MonotonicInstant.now + .seconds(30)
        while try partner.get("/admin/v1/accounts?pageSize=100", as: AccountList.self).items.count <= tenants.count {
            guard MonotonicInstant.now < deadline else { throw ClusterError("partner-service does not hear of the tenants") }
            Pause.briefly()
        }
    }

    private static func register(_ accounts: [AccountID], of carrier: String, with client: AdminClient) throws {
        var request = AccountsInput()
        request.items = accounts.map { account($0, of: carrier) }
        let answers: AccountAnswers = try client.post("/admin/v1/accounts:bulk", request)
        if let error = answers.items.first(where: { $0.error != nil })?.error {
            throw ClusterError("an account was refused: \(error.line)")
        }
    }

    private static func account(_ id: AccountID, of carrier: String) -> AccountInput {
        var input = AccountInput()
        input.accountID = id
        input.name = "bench \(id)"
        input.carrier = carrier
        input.site = "bench"
        input.regions = ["bench"]
        return input
    }
}

/// CPU that the processes use from the end of the warm-up on.
private final class CPUMeter: Sendable {
    private let own: [Int32]
    private let broker: Int32?
    private let before = ConditionLock<(own: Double, broker: Double)>((0, 0))

    init(_ cluster: LocalCluster) {
        own =
            [cluster.simulator, cluster.partner, cluster.tenant].compactMap { $0?.processID } + [ProcessInfo.processInfo.processIdentifier]
        let port = (try? cluster.bootstrap()).flatMap { $0.split(separator: ",").first?.split(separator: ":").last }.flatMap { Int($0) }
        broker = cluster.broker?.processID ?? port.flatMap { ProcessUsage.listener(on: $0) }
    }

    func start() {
        let now = reading
        before.withLock { $0 = now }
    }

    func used() -> (own: Double, broker: Double?) {
        let (now, before) = (reading, before.withLock { $0 })
        return (now.own - before.own, broker == nil ? nil : now.broker - before.broker)
    }

    private var reading: (own: Double, broker: Double) {
        (own.reduce(0) { $0 + ProcessUsage.cpuSeconds($1) }, broker.map { ProcessUsage.cpuSeconds($0) } ?? 0)
    }
}
