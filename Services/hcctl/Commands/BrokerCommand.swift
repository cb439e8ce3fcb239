import AdminConsole
import EmbeddedBroker
import Kafka
import ServiceKit

/// `hcctl broker`: the embedded broker in a process of its own.
struct BrokerCommand {
    private let file: String
    private let topicPrefix: String
    private let partitions: Int32
    private let exitWithParent: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        var arguments = arguments
        file = try arguments.required("--file")
        topicPrefix = try arguments.value("--topic-prefix") ?? ""
        partitions = try arguments.partitions()
        exitWithParent = arguments.flag("--exit-with-parent")
        try arguments.finish()
    }

    func run() throws -> Never {
        let (file, topicPrefix, partitions) = (file, topicPrefix, partitions)
        ServiceProcess.run("hcctl broker", exitWithParent: exitWithParent) { _ in
            let logger = Logger(service: "broker")
            let host = ConditionLock<EmbeddedBroker?>(nil)
            let part = ServicePart("broker", stopLimit: .seconds(5)) {
                let broker = try EmbeddedBroker(topicPrefix: topicPrefix, partitions: partitions)
                host.withLock { $0 = broker }
                try broker.writeBootstrapFile(to: file)
                logger.info("the embedded broker listens", ["bootstrap": .string(broker.bootstrap)])
            } stop: { _ in
                host.withLock { $0 }?.stop()
            }
            return ServiceProcess.Service(log: logger, parts: [part])
        }
    }
}
