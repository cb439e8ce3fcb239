import HostedConnection
import LocalCluster
import Schema
import ServiceKit
import Testing

/// Takes many ports from offer to VBR, at a pace, as an integrator would: every write with an idempotency key, sent again until it
/// is answered. Meanwhile parts of the system are disrupted.
final class LifecycleLoad {
    struct Plan {
        var ports: Int
        var disruptions: Int
        /// Seconds from one disruption to the next.
        var interval = 0.7...1.6
        var offersPerSecond = 20.0
        /// Seconds that people take before they accept, and again before they create the VBR.
        var thinking = 0.3...1.5
        /// How many ports have to lie between offer and VBR at each disruption.
        var between = 20
    }

    /// What became of a disruption.
    enum Disruption {
        /// There was nothing to disrupt at this moment.
        case notNow
        case done
        /// It goes on until something is done about it, after a while.
        case until(Duration, () throws -> Void)
    }

    private struct Walk {
        enum Place {
            case wanted
            case offering
            case offered
            case accepting
            case accepted
            case creating
            case done
        }

        var place = Place.wanted
        var port = PortID.none
        /// When the people behind it have made up their mind.
        var due = MonotonicInstant.now
    }

    private let stage: Stage
    private let plan: Plan
    private var random: SeededRandom
    private var walks: [Walk]
    private var open: [LoadCommand] = []
    private var isDisturbed = true
    /// How often a write had to be sent again.
    private(set) var repeats = 0

    init(_ stage: Stage, _ plan: Plan, seed: UInt64) {
        self.stage = stage
        self.plan = plan
        random = SeededRandom(seed: seed)
        walks = Array(repeating: Walk(), count: plan.ports)
    }

    /// Ports that were offered and whose VBR was not asked for yet.
    var between: Int { walks.count { $0.place == .offered || $0.place == .accepting || $0.place == .accepted } }

    /// Runs to the end of all walks.
    /// - Parameter disrupt: gets the disruption's number and the ports between offer and VBR; must be quick.
    func run(within limit: Duration, _ disrupt: (Int, Int) throws -> Disruption) throws {
        let start = MonotonicInstant.now
        var disruptions = 0
        var next = start + .seconds(Double.random(in: plan.interval, using: &random))
        var recovery: (at: MonotonicInstant, perform: () throws -> Void)?
        while walks.contains(where: { $0.place != .done }) {
            guard MonotonicInstant.now - start < limit else { throw ClusterError("the load is not through after \(limit): \(census)") }
            isDisturbed = disruptions < plan.disruptions
            if let due = recovery, MonotonicInstant.now >= due.at {
                try due.perform()
                recovery = nil
                next = .now + .seconds(Double.random(in: plan.interval, using: &random))
            } else if recovery == nil, isDisturbed, MonotonicInstant.now >= next, between >= plan.between {
                switch try disrupt(disruptions + 1, between) {
                case .notNow: next = .now + .milliseconds(50)
                case .done: (disruptions, next) = (disruptions + 1, .now + .seconds(Double.random(in: plan.interval, using: &random)))
                case .until(let after, let recover):
                    disruptions += 1
                    recovery = (.now + after, recover)
                }
            }
            try offer(since: start)
            try accept()
            try createVBRs()
            if try !send() { Pause.briefly() }
        }
        try recovery?.perform()
        try #require(disruptions == plan.disruptions)
    }

    private var census: String {
        Dictionary(grouping: walks, by: { "\($0.place)" }).map { "\($0.key) \($0.value.count)" }.sorted().joined(separator: ", ")
    }

    // MARK: Steps

    private func offer(since start: MonotonicInstant) throws {
        let ready = min(walks.count, Int((MonotonicInstant.now - start).inSeconds * plan.offersPerSecond))
        let wanted = walks.prefix(ready).indices.filter { walks[$0].place == .wanted }
        enqueue(wanted, .offering) { walks in
            LoadCommand.offers(walks.map { _ in stage.newOffer(payer: random.next() % 4 == 0 ? .partner : .tenant) })
        }
    }

    private func accept() throws {
        let ready = try due(.offered).filter { try view($0) != nil }
        enqueue(ready, .accepting) { LoadCommand.acceptances($0.map { walks[$0].port }) }
    }

    /// As long as disruptions are to come, enough ports are left waiting for their VBR.
    private func createVBRs() throws {
        let room = isDisturbed ? max(0, between - plan.between) : walks.count
        var ready: [Int] = []
        for index in due(.accepted) where ready.count < room {
            if try view(index)?.status == "Active" { ready.append(index) }
        }
        enqueue(ready, .creating) { LoadCommand.vbrs($0.map { walks[$0].port }) }
    }

    private func due(_ place: Walk.Place) -> [Int] {
        let now = MonotonicInstant.now
        return walks.indices.filter { walks[$0].place == place && walks[$0].due <= now }
    }

    /// The tenant's view; nil while it has none or does not answer.
    private func view(_ index: Int) throws -> PortView? {
        do {
            return try stage.port(walks[index].port, at: stage.cluster.tenant)
        } catch let error as ClusterError where error.isPassing {
            return nil
        }
    }

    /// Most go in one bulk call, some one by one.
    private func enqueue(_ indices: [Int], _ place: Walk.Place, _ command: ([Int]) -> LoadCommand) {
        guard !indices.isEmpty else { return }
        for index in indices { walks[index].place = place }
        let groups = random.next() % 4 == 0 ? indices.map { [$0] } : [indices]
        for group in groups {
            var command = command(group)
            command.walks = group
            open.append(command)
        }
    }

    /// Sends every open command once; whether one was answered.
    private func send() throws -> Bool {
        var unanswered: [LoadCommand] = []
        let sending = open
        open = []
        for command in sending {
            do {
                let ports = try command.send(on: stage)
                for (index, port) in zip(command.walks, ports) { advance(index, port) }
            } catch let error as ClusterError where error.isPassing {
                repeats += 1
                unanswered.append(command)
            }
        }
        open = unanswered
        return unanswered.count < sending.count
    }

    private func advance(_ index: Int, _ port: PortID) {
        walks[index].port = port
        walks[index].due = .now + .seconds(Double.random(in: plan.thinking, using: &random))
        switch walks[index].place {
        case .offering: walks[index].place = .offered
        case .accepting: walks[index].place = .accepted
        default: walks[index].place = .done
        }
    }
}

extension ClusterError {
    /// Nobody answered, or the service was not ready to: the same request may go through later.
    var isPassing: Bool { status == 0 || status == 503 }
}
