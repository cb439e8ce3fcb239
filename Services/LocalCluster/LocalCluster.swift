import Kafka
public import Schema
import ServiceKit

/// A whole system on this machine, each part a process of its own: broker, the simulators of billing and of access devices, both
/// services. The demo, the benchmark and the end-to-end tests run on it.
public final class LocalCluster {
    /// Which broker the parts talk to.
    public enum Broker: Sendable, Equatable {
        /// The embedded one, in a process of its own.
        case embedded
        /// A Kafka at this address.
        case kafka(bootstrap: String)
    }

    public struct Options: Sendable {
        public var folder: String
        /// Where the programs lie.
        public var programs: String
        public var broker = Broker.embedded
        /// Put before every topic's name, so that several clusters can share a Kafka.
        public var topicPrefix = ""
        /// How many partitions each topic has.
        public var partitions = Topic.partitionCount
        /// Whether the billing simulator is part of it; otherwise somebody else answers on `billing.events`.
        public var hasSimulator = true
        /// Extra YAML lines of the billing simulator's configuration.
        public var simulatorSettings = ""
        /// Whether there are access devices: the network simulator, which partner-service tells and waits for.
        public var hasAccessDevices = true
        /// Extra YAML lines of the network simulator's configuration.
        public var networkSettings = ""
        /// Extra YAML lines of both services' configuration.
        public var serviceSettings = ""
        /// Extra YAML lines of partner-service's configuration, and of tenant-service's.
        public var partnerSettings = ""
        public var tenantSettings = ""
        public var logLevel = "info"

        public init(folder: String, programs: String = Files.ownFolder) {
            self.folder = folder
            self.programs = programs
        }
    }

    public let options: Options
    public let operatorToken: String
    /// The embedded broker's process; nil with a Kafka.
    public let broker: ServiceNode?
    public let simulator: ServiceNode?
    /// The network simulator; nil without access devices.
    public let network: ServiceNode?
    public let partner: ServiceNode
    public let tenant: ServiceNode

    /// Writes the configuration of all parts. A folder that was used before keeps its tokens and databases.
    public init(_ options: Options) throws(ClusterError) {
        self.options = options
        try Files.makeFolder(options.folder)
        let tokenFile = "\(options.folder)/operator.token"
        if let known = Files.read(tokenFile)?.split(whereSeparator: \.isNewline).first {
            operatorToken = String(known)
        } else {
            operatorToken = AccessToken.mint().secret.reveal()
            try Files.write(operatorToken + "\n", to: tokenFile)
        }
        let settings = NodeSettings(options: options, tokenFile: tokenFile)
        broker =
            options.broker == .embedded
            ? try ServiceNode(
                name: "broker", executable: "\(options.programs)/hcctl", folder: options.folder, configuration: nil,
                arguments: [
                    "broker", "--file", settings.bootstrapFile, "--topic-prefix", options.topicPrefix, "--partitions",
                    String(options.partitions), "--exit-with-parent",
                ])
            : nil
        simulator =
            options.hasSimulator ? try settings.node("billing-simulator", extra: options.simulatorSettings) : nil
        network = options.hasAccessDevices ? try settings.node("network-simulator", extra: options.networkSettings) : nil
        partner = try settings.node(
            "partner-service",
            extra: "\(options.serviceSettings)\n\(options.partnerSettings)\nnetwork: \(options.hasAccessDevices ? "devices" : "none")")
        tenant = try settings.node("tenant-service", extra: "\(options.serviceSettings)\n\(options.tenantSettings)")
    }

    /// All parts, in the order in which they start.
    public var nodes: [ServiceNode] { [broker, simulator, network, partner, tenant].compactMap { $0 } }

    /// Starts everything and waits until it is ready.
    public func start(within limit: Duration = .seconds(60)) throws(ClusterError) {
        try startBroker(within: limit)
        for node in [simulator, network, partner, tenant] { try node?.start() }
        for node in [simulator, network, partner, tenant] { try node?.waitUntilReady(within: limit) }
    }

    /// Starts the embedded broker and waits for its address.
    public func startBroker(within limit: Duration = .seconds(30)) throws(ClusterError) {
        guard let broker, broker.processID == nil else { return }
        let file = "\(options.folder)/bootstrap"
        let before = Files.read(file)
        try broker.start()
        let deadline = MonotonicInstant.now + limit
        while Files.read(file) == before || Files.read(file) == nil {
            if let ended = broker.ended { throw ClusterError("the broker ended with \(ended), see \(broker.logFile)") }
            guard MonotonicInstant.now < deadline else { throw ClusterError("the broker has not started after \(limit)") }
            Pause.briefly()
        }
    }

    /// Ends everything in reverse order; false if something had to be killed.
    @discardableResult
    public func stop() -> Bool {
        var isClean = true
        for node in nodes.reversed() where !node.stop() { isClean = false }
        return isClean
    }

    /// `host:port` of the broker as it is now.
    public func bootstrap() throws(ClusterError) -> String {
        switch options.broker {
        case .kafka(let bootstrap): return bootstrap
        case .embedded:
            do throws(KafkaError) {
                return try BootstrapFile(path: "\(options.folder)/bootstrap").bootstrap
            } catch {
                throw ClusterError("\(error)")
            }
        }
    }

    /// A client for one part's API, acting as an operator.
    public func client(_ node: ServiceNode) throws(ClusterError) -> AdminClient {
        guard let url = node.baseURL else { throw ClusterError("\(node.name) does not listen") }
        return try AdminClient(baseURL: url, token: operatorToken)
    }

    /// Creates the topics on a Kafka; the embedded broker has them.
    /// - Returns: those that were there already.
    @discardableResult
    public func createTopics(within limit: Duration = .seconds(30)) throws(ClusterError) -> [Topic] {
        guard options.broker != .embedded else { return [] }
        let configuration = try kafkaConfiguration(clientID: "hcctl")
        let results: [Topic: TopicCreation]
        do throws(KafkaError) {
            results = try KafkaAdmin(configuration).create(
                Topic.allCases.map { TopicSpecification($0, partitions: options.partitions, replicationFactor: 1) }, timeout: limit)
        } catch {
            throw ClusterError("\(error)")
        }
        for (topic, result) in results {
            if case .failed(let error) = result { throw ClusterError("topic \(topic.name(prefix: options.topicPrefix)): \(error)") }
        }
        return results.filter { $0.value == .existed }.map(\.key)
    }
}

/// The configuration files of a cluster's parts.
private struct NodeSettings {
    let options: LocalCluster.Options
    let tokenFile: String

    var bootstrapFile: String { "\(options.folder)/bootstrap" }

    func node(_ name: String, extra: String) throws(ClusterError) -> ServiceNode {
        try ServiceNode(
            name: name, executable: "\(options.programs)/\(name)", folder: options.folder, configuration: yaml(name, extra: extra),
            arguments: ["--exit-with-parent"])
    }

    private func yaml(_ name: String, extra: String) -> String {
        let files = NodeFiles(of: name, in: options.folder)
        let broker =
            switch options.broker {
            case .embedded: "bootstrapFile: \"\(bootstrapFile)\""
            case .kafka(let bootstrap): "bootstrap: \"\(bootstrap)\""
            }
        return """
            database:
              path: "\(files.database)"
            kafka:
              \(broker)
              topicPrefix: "\(options.topicPrefix)"
              partitions: \(options.partitions)
            http:
              address: 127.0.0.1
              port: 0
              portFile: "\(files.address)"
            admin:
              operatorTokenFile: "\(tokenFile)"
            log:
              level: \(options.logLevel)
            \(extra)

            """
    }
}
