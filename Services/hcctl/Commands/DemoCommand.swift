import AdminConsole
import Glibc
import HostedConnection
import Kafka
import LocalCluster
import Schema
import ServiceKit

/// `hcctl demo`: the whole system as separate processes, an example inventory, and the procedures of the guides.
struct DemoCommand {
    private let isOnce: Bool
    private let folder: String
    private let kafka: String?
    private let topicPrefix: String
    private let hasSimulator: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        var arguments = arguments
        isOnce = arguments.flag("--once")
        folder = try arguments.value("--data") ?? ".data/demo"
        kafka = try arguments.value("--kafka")
        topicPrefix = try arguments.value("--topic-prefix") ?? ""
        let billing = try arguments.value("--billing")
        guard billing == nil || billing == "external" else { throw UsageError("--billing knows only external") }
        hasSimulator = billing == nil
        try arguments.finish()
    }

    /// Runs until the flows are done (`--once`) or a signal comes; the exit code says whether all agreed.
    func run() throws -> Never {
        let demo = self
        ServiceProcess.run("hcctl demo", shutdownLimit: .seconds(60)) { process in
            let stage = ConditionLock<DemoStage>(DemoStage())
            let part = ServicePart("demo", stopLimit: .seconds(50)) {
                _ = try NativeThread.start(named: "demo") { demo.perform(process, stage) }
            } stop: { deadline in
                stage.withLock { $0.isStopping = true }
                _ = stage.wait(until: deadline) { $0.isDone ? true : nil }
            }
            return ServiceProcess.Service(log: Logger(service: "demo", level: .warning), parts: [part])
        }
    }

    private func perform(_ process: ServiceProcess, _ stage: ConditionLock<DemoStage>) {
        var failure: String?
        do {
            let cluster = try makeCluster()
            defer {
                Output.line("\nstopping …")
                if !cluster.stop() { failure = failure ?? "a process had to be killed" }
            }
            try walk(cluster) { stage.withLock { $0.isStopping } }
            if !isOnce {
                Output.line("\nserving until Ctrl-C or SIGTERM; addresses and tokens are in \(folder)/endpoints.json")
                try serve(cluster, stage)
            }
        } catch  where (error as? ClusterError) == .stopped {
        } catch {
            failure = "\(error)"
        }
        if let failure {
            Output.error("hcctl demo: \(failure)")
            exit(1)
        }
        stage.withLock { $0.isDone = true }
        stage.broadcast()
        process.stop(because: .requested("the demo is over"))
    }

    private func makeCluster() throws -> LocalCluster {
        var options = LocalCluster.Options(folder: folder)
        options.broker = kafka.map { .kafka(bootstrap: $0) } ?? .embedded
        options.topicPrefix = topicPrefix
        options.hasSimulator = hasSimulator
        options.simulatorSettings = "simulator:\n  declineFirstAttemptMbps: [\(DemoPlan.declinedBandwidth)]"
        return try LocalCluster(options)
    }

    private func walk(_ cluster: LocalCluster, isStopping: @escaping @Sendable () -> Bool) throws {
        if case .kafka = cluster.options.broker {
            Output.line("creating the topics on \(try cluster.bootstrap()) …")
            try refuseUsed(try cluster.createTopics(), cluster)
        }
        Output.line("starting \(cluster.nodes.map(\.name).joined(separator: ", ")) …")
        try cluster.start()
        for node in cluster.nodes { Output.line("  \(node.name): \(try node.baseURL ?? cluster.bootstrap())") }
        let inventory = try ExampleInventory.load(into: folder)
        let partner = try cluster.client(cluster.partner)
        let tenant = try cluster.client(cluster.tenant)
        let applied = try inventory.apply(partner: partner, tenant: tenant, at: SystemClock().now())
        Output.line(
            "\(inventory.accounts.count) accounts, \(applied.circuits.count) circuits and \(applied.pushedVBRs.count) pushed VBRs registered"
        )
        for (account, reason) in inventory.privileges {
            Output.line("\(account) has applied for the privilege of offering ports, which lasts a day: \"\(reason)\"")
        }
        let endpoints = try Endpoints(cluster, inventory: inventory, partner: partner, tenant: tenant)
        try Files.write(endpoints.json, to: "\(folder)/endpoints.json")

        let narrator = MessageNarrator(from: SystemClock().now())
        let reader = try TopicReader(
            cluster.kafkaConfiguration(clientID: "hcctl-demo"),
            topics: [.partner, .tenant, .notifications, .billingRequests, .billingEvents, .networkCommands, .networkEvents]
        ) { narrator.tell($0) }
        defer { reader.close() }
        while !reader.isReading { Pause.briefly() }
        if !hasSimulator { Output.line("billing is external: charges wait on billing.requests for somebody to answer") }
        let plan = DemoPlan(tenants: inventory.accounts.filter { $0.role == .tenant }.map(\.input.accountID))
        try DemoFlows(
            plan: plan, circuits: applied.circuits, partner: endpoints.client(of: .partner),
            tenants: try endpoints.tenantClients(), narrator: narrator,
            billingLimit: hasSimulator ? .seconds(60) : nil, isStopping: isStopping
        ).run()
        try DemoReport(plan: plan, cluster: cluster).print()
    }

    /// A new folder on topics that hold messages already would read what another run has left.
    private func refuseUsed(_ topics: [Topic], _ cluster: LocalCluster) throws {
        guard !topics.isEmpty, !Files.exists(cluster.partner.databaseFile) else { return }
        let admin = try KafkaAdmin(cluster.kafkaConfiguration(clientID: "hcctl-demo"))
        guard let used = try admin.watermarks(of: cluster.partitions(of: topics), timeout: .seconds(30)).first(where: { $0.value.high > 0 })
        else { return }
        throw ClusterError(
            "topic \(used.key.topic.name(prefix: topicPrefix)) holds messages of another run: give that run's folder with --data, or "
                + "other topics with --topic-prefix")
    }

    /// Serves until it is told to stop; a part that dies ends the demo.
    private func serve(_ cluster: LocalCluster, _ stage: ConditionLock<DemoStage>) throws {
        while stage.wait(until: .now + .seconds(1), for: { $0.isStopping ? true : nil }) == nil {
            for node in cluster.nodes {
                if let ended = node.ended { throw ClusterError("\(node.name) ended with \(ended), see \(node.logFile)") }
            }
        }
    }
}

/// How far the demo is, between its thread and the process's.
struct DemoStage: Sendable {
    var isStopping = false
    var isDone = false
}
