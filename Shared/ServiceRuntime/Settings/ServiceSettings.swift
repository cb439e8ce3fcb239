public import ServiceKit

/// The configuration every service has. Each key stands in a YAML file, nested at its dots, or in the environment:
/// `http.portFile` is `HC_HTTP_PORT_FILE`, and the environment wins.
///
/// | Key | Meaning | Default |
/// |---|---|---|
/// | `database.path` | the service's own database, made if it is not there | needed |
/// | `database.writerCache`, `database.readerCache` | bytes of page cache of the writer, of each reader | 64 MiB, 8 MiB |
/// | `kafka.bootstrap` | `host:port`, several separated by commas | this or the next |
/// | `kafka.bootstrapFile` | file with the address, read again whenever no broker answers | |
/// | `kafka.topicPrefix` | text before each topic's name | none |
/// | `kafka.partitions` | partitions of each topic, as the topics were created | 6 |
/// | `kafka.timeout` | how long to wait for a broker at the start | 10 s |
/// | `kafka.properties` | any properties of librdkafka that are no secrets | none |
/// | `kafka.secretPropertiesFile` | file of `name=value` lines with those that are | none |
/// | `http.address`, `http.port` | where the API is served; port 0 lets the kernel choose | `127.0.0.1`, 0 |
/// | `http.portFile` | file that gets `address:port` when the API is served, readable by its owner only | none |
/// | `http.tls.certificate`, `http.tls.key` | PEM files; both, or neither for plain HTTP | none |
/// | `http.connections` | connections served at once | 4096 |
/// | `admin.operatorTokenFile` | file with the operator's bearer token (`HC_ADMIN_OPERATOR_TOKEN` is the token itself) | needed |
/// | `admin.operatorName` | how the operator stands in histories | `admin` |
/// | `engine.waitingCommands` | commands waiting at which further ones are answered 503 | 20000 |
/// | `engine.waitingRecords` | records waiting at which reading pauses | 40000 |
/// | `engine.publishWindow` | outbox rows under way to Kafka at most | 100000 |
/// | `engine.parkedPerChannel`, `engine.parkedInAll` | messages that may wait behind others | 1000, 100000 |
/// | `retention.outbox`, `retention.outboxRows` | how long, and how many, sent rows are kept | 24 h, 1000000 |
/// | `retention.inbox` | how long foreign events are remembered; longer than Kafka keeps them | 192 h |
/// | `retention.parkedEvents` | how long a foreign event waits for what it is about before it is a dead letter | 168 h |
/// | `retention.idempotency` | how long idempotency keys are remembered | 24 h |
/// | `retention.deadLetters` | how long closed dead letters stay readable | 720 h |
/// | `reads.threads`, `reads.waiting` | threads that read the database; readings waiting at which further ones are answered 503 | 2, 1000 |
/// | `log.level`, `log.format` | `trace` … `error`; `json` or `text` | `info`, `json` |
/// | `shutdown.deadline` | how long a stop may take | 30 s |
public struct ServiceSettings: Sendable {
    let database: DatabaseSettings
    let kafka: KafkaSettings
    let http: HTTPSettings
    let engine: EngineLimits
    let operatorToken: Secret
    let operatorName: String
    let readThreads: Int
    let waitingReads: Int
    let logLevel: LogLevel
    let logFormat: LogFormat
    let shutdownDeadline: Duration

    /// Reads the keys; the caller then has the reader refuse what nobody read.
    public init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        database = try DatabaseSettings(reader)
        kafka = try KafkaSettings(reader)
        http = try HTTPSettings(reader)
        engine = try EngineLimits(reader)
        operatorToken = try reader.secret("admin.operatorToken")
        operatorName = try reader.string("admin.operatorName", default: "admin")
        readThreads = try reader.int("reads.threads", in: 1...64, default: 2)
        waitingReads = try reader.int("reads.waiting", in: 1...100_000, default: 1_000)
        logLevel = try reader.choice("log.level", default: .info)
        logFormat = try reader.choice("log.format", default: .json)
        shutdownDeadline = try reader.duration("shutdown.deadline", in: .seconds(1)...(.seconds(600)), default: .seconds(30))
    }
}
