import AdminConsole
import Kafka
import LocalCluster
import Schema
import ServiceKit

/// `hcctl topics`: creates or checks the topics of a Kafka cluster after the one table of topics.
struct TopicsCommand {
    private enum Action: String {
        case create
        case check
    }

    private let action: Action
    private let configuration: KafkaConfiguration
    private let specifications: [TopicSpecification]

    init(_ arguments: Arguments) throws {
        var arguments = arguments
        let word = arguments.positional() ?? ""
        guard let action = Action(rawValue: word) else { throw UsageError("expected create or check, got \"\(word)\"") }
        self.action = action
        var configuration = KafkaConfiguration(bootstrap: try arguments.required("--bootstrap"), clientID: "hcctl")
        configuration.topicPrefix = try arguments.value("--topic-prefix") ?? ""
        if let file = try arguments.value("--properties-file") { configuration.properties = try Self.properties(file) }
        self.configuration = configuration
        let partitions = try arguments.partitions()
        let factor = try arguments.integer("--replication-factor", in: 1...32767) ?? 1
        let replicas = try arguments.integer("--min-insync-replicas", in: 1...32767)
        specifications = Topic.allCases.map {
            TopicSpecification(
                $0, partitions: partitions, replicationFactor: Int32(factor), minimumInSyncReplicas: replicas.map { Int32($0) })
        }
        try arguments.finish()
    }

    func run() throws -> Int32 {
        let admin = try KafkaAdmin(configuration)
        switch action {
        case .create:
            var failed = false
            let results = try admin.create(specifications, timeout: .seconds(30))
            for topic in Topic.allCases {
                let name = topic.name(prefix: configuration.topicPrefix)
                switch results[topic] {
                case .created: Output.line("\(name): created")
                case .existed: Output.line("\(name): there already")
                case .failed(let error):
                    Output.error("\(name): \(error)")
                    failed = true
                case nil:
                    Output.error("\(name): the cluster did not answer for it")
                    failed = true
                }
            }
            return failed ? 1 : 0
        case .check:
            let differences = try admin.differences(from: specifications, timeout: .seconds(30))
            for difference in differences { Output.error("\(difference)") }
            if differences.isEmpty { Output.line("\(specifications.count) topics are as they should be") }
            return differences.isEmpty ? 0 : 1
        }
    }

    /// Reads `name=value` lines, as in Kafka's own tools; blank lines and lines with `#` are passed over.
    private static func properties(_ path: String) throws -> [String: String] {
        guard let text = Files.read(path) else { throw UsageError("--properties-file: \(path) can't be read") }
        var properties: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.drop(while: \.isWhitespace)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            guard let equals = trimmed.firstIndex(of: "=") else {
                throw UsageError("--properties-file: a line of \(path) is not name=value")
            }
            let name = trimmed[..<equals].filter { !$0.isWhitespace }
            properties[name] = String(trimmed[trimmed.index(after: equals)...].drop(while: \.isWhitespace))
        }
        return properties
    }
}

extension Arguments {
    /// `--partitions`: how many each topic has.
    mutating func partitions() throws(UsageError) -> Int32 {
        Int32(try integer("--partitions", in: Topic.partitionCounts) ?? Int(Topic.partitionCount))
    }
}
