import AdminConsole
import Glibc
import HostedConnection
import Kafka
import LocalCluster
import Messaging
import Schema
import ServiceKit
import Store

/// Drives lifecycles through the admin APIs' bulk calls, each kind of command on a thread of its own.
struct LifecycleDriver {
    let cluster: LocalCluster
    let options: BenchOptions
    let circuits: [CircuitID]
    let tenants: [AccountID]
    let board: LifecycleBoard

    /// Most lifecycles under way at once: few beside those that are measured, so that these don't all begin in the warm-up.
    private var inFlight: Int { min(10_000, max(100, options.measured / 10)) }
    /// Most items in one bulk call.
    private static let bulk = 1_000
    /// Bulk calls of each kind at once: while one waits for its commit the next is on its way. A steady rate needs one.
    private var callsAtOnce: Int { if case .rate = options.load { 1 } else { 3 } }
    /// VLANs used of each circuit.
    static let vlansPerCircuit = 2_900

    func run() throws {
        let reader = try TopicReader(cluster.kafkaConfiguration(clientID: "hcctl-bench"), topics: [.partner]) { [board] batch in
            board.saw(Self.sightings(batch))
        }
        defer { reader.close() }
        while !reader.isReading { Pause.briefly() }
        let kinds = [Job.Kind.follow] + (0..<callsAtOnce).flatMap { _ in [Job.Kind.offer, .accept, .createVBRs] }
        board.begin(at: .now)
        let threads = try kinds.map { kind in
            let job = try Job(self)
            return try NativeThread.start(named: "bench-\(kind)") { [board] in
                do { try job.perform(kind) } catch { board.fail("\(kind): \(error)") }
            }
        }
        try watch()
        for thread in threads { thread.join(until: .now + .seconds(10)) }
    }

    /// Tells the progress until the end; a run without progress for a minute has failed.
    private func watch() throws {
        var last = (completed: -1, at: MonotonicInstant.now)
        while true {
            let state = board.wait(until: .now + .seconds(2))
            if let failure = state.failure { throw ClusterError(failure) }
            if state.isOver { return }
            if state.completed != last.completed {
                last = (state.completed, .now)
                if !options.isJSON { Output.line("  \(state.completed) of \(options.total)") }
            } else if MonotonicInstant.now - last.at > .seconds(60) {
                board.fail("no progress for a minute")
                throw ClusterError("no lifecycle was completed for a minute, at \(state.completed) of \(options.total)")
            }
            for node in cluster.nodes {
                if let ended = node.ended { throw ClusterError("\(node.name) ended with \(ended), see \(node.logFile)") }
            }
        }
    }

    private static func sightings(_ batch: RecordBatch) -> [(partition: Int32, sighting: LifecycleBoard.Sighting)] {
        batch.records.compactMap { record in
            guard let envelope = try? EventEnvelope(record: record, in: batch),
                envelope.type == .portOffered || envelope.type == .portActivated,
                let port = batch.withBytes(record.key, { PortID(text: $0) })
            else { return nil }
            return (
                record.partition,
                LifecycleBoard.Sighting(offset: record.offset, port: port, isActivation: envelope.type == .portActivated)
            )
        }
    }

    /// What one of the driver's threads works with.
    ///
    /// Sendable because each is handed to the one thread that is made with it: the clients inside are used there only.
    final class Job: @unchecked Sendable {
        private let driver: LifecycleDriver
        private let partner: AdminClient
        private let tenant: AdminClient
        private var board: LifecycleBoard { driver.board }

        init(_ driver: LifecycleDriver) throws(ClusterError) {
            self.driver = driver
            partner = try driver.cluster.client(driver.cluster.partner)
            tenant = try driver.cluster.client(driver.cluster.tenant)
        }

        enum Kind: Sendable {
            case offer
            case accept
            case createVBRs
            case follow
        }

        func perform(_ kind: Kind) throws {
            switch kind {
            case .offer: try offer()
            case .accept: try accept()
            case .createVBRs: try createVBRs()
            case .follow: try follow()
            }
        }

        private func offer() throws {
            switch driver.options.load {
            case .lifecycles: try offerAsRoomAllows()
            case .rate(let rate, _): try offerSteadily(rate)
            }
        }

        private func offerAsRoomAllows() throws {
            while let numbers = board.admit(limit: driver.inFlight, most: LifecycleDriver.bulk) {
                try offer(Array(repeating: .now, count: numbers.count), from: numbers.lowerBound)
            }
        }

        private func offerSteadily(_ rate: Int) throws {
            let start = MonotonicInstant.now
            var next = 0
            while next < driver.options.total {
                let elapsed = (MonotonicInstant.now - start).inSeconds
                let ready = min(driver.options.total, Int(elapsed * Double(rate)) + 1)
                guard ready > next else {
                    usleep(500)
                    continue
                }
                let due = (next..<min(ready, next + LifecycleDriver.bulk)).map { start + .seconds(Double($0) / Double(rate)) }
                try offer(due, from: next)
                next += due.count
            }
        }

        private func offer(_ due: [MonotonicInstant], from first: Int) throws {
            var request = OffersInput()
            request.items = due.indices.map { offset in
                let number = first + offset
                var item = OfferInput()
                item.circuitID = driver.circuits[number / LifecycleDriver.vlansPerCircuit]
                item.tenantAccountID = driver.tenants[number % driver.tenants.count]
                item.vlanID = UInt32(number % LifecycleDriver.vlansPerCircuit + 1)
                item.bandwidthMbps = 100
                return item
            }
            let answers: PortAnswers = try partner.post("/admin/v1/ports:bulk", request, isMinimal: true)
            board.offered(
                try zip(answers.items, due).map { answer, due in
                    guard let port = answer.port else { throw ClusterError("an offer was refused: \(answer.error?.line ?? "")") }
                    return (port.portID, due)
                })
        }

        private func accept() throws {
            while let ports = board.takeAcceptable(most: LifecycleDriver.bulk) {
                var request = AcceptancesInput()
                request.items = ports.map { port in
                    var item = AcceptanceInput()
                    item.portID = port
                    return item
                }
                let answers: PortAnswers = try tenant.post("/admin/v1/acceptances:bulk", request, isMinimal: true)
                if let refused = answers.items.first(where: { $0.error != nil })?.error {
                    throw ClusterError("an acceptance was refused: \(refused.line)")
                }
            }
        }

        private func createVBRs() throws {
            while let ports = board.takeUsable(most: LifecycleDriver.bulk) {
                var request = VBRsInput()
                request.items = ports.map { port in
                    var item = VBRInput()
                    item.portID = port
                    item.cloudIPv4 = "10.0.0.1"
                    item.clientIPv4 = "10.0.0.2"
                    item.subnetMask = "255.255.255.252"
                    return item
                }
                let answers: VBRAnswers = try tenant.post("/admin/v1/vbrs:bulk", request, isMinimal: true)
                if let refused = answers.items.first(where: { $0.error != nil })?.error {
                    throw ClusterError("a VBR was refused: \(refused.line)")
                }
                board.completed(ports, at: .now)
            }
        }

        /// Follows how far tenant-service has committed the topic: in its database, so that asking costs the service nothing.
        private func follow() throws {
            let isSteady = if case .rate = driver.options.load { true } else { false }
            let reader = try StoreConfiguration(location: .file(driver.cluster.tenant.databaseFile)).openReader()
            let queries = MessagingQueries(reader)
            while !board.wait(until: .now).isOver {
                if board.hasSightings {
                    let partitions = try queries.partitions()
                    let now = MonotonicInstant.now
                    var offsets: [Int32: Int64] = [:]
                    for partition in partitions where partition.topic == Topic.partner.baseName {
                        offsets[partition.partition] = partition.nextOffset
                    }
                    board.committed(offsets, at: now)
                }
                usleep(isSteady ? 1_000 : 20_000)
            }
            try reader.close()
        }
    }
}
