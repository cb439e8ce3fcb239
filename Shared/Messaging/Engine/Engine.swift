public import HostedConnection
public import Kafka
import Schema
public import ServiceKit
public import Store

/// Runs a service: takes what arrived, handles it in one transaction, and sends what came of it after the commit.
///
/// It has no thread, clock or randomness of its own: one caller drives it, a thread in production (``EngineThread``), a loop in
/// simulation. The database is this engine's alone.
public final class Engine<Application: EngineApplication> {
    public let application: Application
    let connection: any StoreConnection
    let tables: MessagingTables
    /// How each topic is read, by ``Topic``'s raw value; nil for those that are not.
    let roles: [TopicRole?]
    let log: any EventLog
    let clock: any WallClock
    let settings: EngineSettings
    let step: Step
    let isolation = BatchIsolation()
    let hasher: SHA256Hasher
    let epoch: UInt64

    var publisher: OutboxPublisher
    var firstKept: Int64
    var holds: HeldChannels
    var parkedNow: Int
    var openDeadLetters: Int
    var offsets: [TopicPartition: Int64]
    /// Partitions read in the running batch, and in those before that nobody has been told of.
    var changedOffsets: Set<TopicPartition> = []
    var handledPartitions: Set<TopicPartition> = []
    var nextTimer: Instant?
    var replies: [(reply: @Sendable (CommandAnswer) -> Void, answer: CommandAnswer)] = []
    var statistics = EngineStatistics()
    var savedWatermark: Int64
    /// Which log the offsets speak of.
    var incarnation: String
    /// Events of the running batch before this one are in the outbox already.
    var firstUnwritten = 0
    /// A batch was undone and the database did not answer since: the memory may differ from it.
    var isStale = false
    /// The last purge left rows whose time is over.
    var isPurgeBehind = false

    /// Opens a new epoch in a database whose migrations are applied.
    /// - Parameter incarnation: which log this is; another one than at the last start means that its offsets say nothing.
    public init(
        _ application: Application, connection: any StoreConnection, log: any EventLog, clock: any WallClock, incarnation: String,
        random: @escaping () -> UInt64, settings: EngineSettings = EngineSettings()
    ) throws(StoreError) {
        self.application = application
        self.connection = connection
        self.log = log
        self.clock = clock
        self.settings = settings
        let topics = application.topics
        roles = Topic.allCases.map { topics[$0] }
        tables = try MessagingTables(connection)
        do throws(CryptoError) { hasher = try SHA256Hasher() } catch { throw .outOfMemory }
        let now = clock.now()
        let known = tables
        let opened = try connection.transaction { () throws(StoreError) in
            let stored = UInt64(bitPattern: try known.state.number(.epoch) ?? 0)
            let epoch = max(stored + 1, UInt64(max(0, now.microseconds / 1_000_000)))
            try known.state.set(.epoch, number: Int64(bitPattern: epoch))
            let isSameLog = try known.state.text(.incarnation) == incarnation
            let kept = try known.outbox.kept()
            var watermark = try known.state.number(.outboxWatermark) ?? 0
            if !isSameLog {
                watermark = (kept?.lowerBound ?? watermark + 1) - 1
                try known.offsets.removeAll()
                try known.state.set(.incarnation, text: incarnation)
                try known.state.set(.outboxWatermark, number: watermark)
            }
            return (epoch: epoch, watermark: watermark, kept: kept)
        }
        epoch = opened.epoch
        savedWatermark = opened.watermark
        self.incarnation = incarnation
        firstKept = opened.kept?.lowerBound ?? opened.watermark + 1
        publisher = OutboxPublisher(
            watermark: opened.watermark, lastCommitted: opened.kept?.upperBound ?? opened.watermark, window: settings.publishWindow)
        step = Step(
            source: application.source, epoch: opened.epoch, mint: IdentifierMint(random: random), isolation: isolation)
        holds = HeldChannels(try tables.holds.load())
        parkedNow = try tables.parked.count() + tables.parkedEvents.count()
        openDeadLetters = try tables.deadLetters.openCount()
        offsets = try tables.offsets.load()
        nextTimer = try tables.timers.nextDue()
        isolation.isolateItem = { [unowned self] body throws(StepFailure) in try self.isolated(body) }
        statistics.epoch = opened.epoch
        try retryUnknownTypes()
        try publishBacklog()
    }

    /// The next offset of each partition: where reading starts.
    public var nextOffsets: [TopicPartition: Int64] { offsets }

    /// Whether so much is parked that nothing more should be read.
    public var isFull: Bool { parkedNow >= settings.parkedInAll }

    /// When the engine wants to be driven again although nothing arrives; nil for no wish.
    public var nextDue: Instant? { nextTimer }

    /// Whether rows wait for the log to acknowledge earlier ones.
    var hasBacklog: Bool { publisher.hasBacklog }

    /// Whether the log has not acknowledged everything yet.
    var hasUnacknowledged: Bool { publisher.unacknowledged > 0 }

    /// The time by the engine's clock.
    var now: Instant { clock.now() }

    /// The next offsets of the partitions that were read since the last call.
    func takeHandledOffsets() -> [TopicPartition: Int64] {
        defer { handledPartitions.removeAll(keepingCapacity: true) }
        return offsets.filter { handledPartitions.contains($0.key) }
    }

    /// Notes where the log stands and ends the connection to the database.
    public func close() throws(StoreError) {
        var failure: StoreError?
        if publisher.watermark != savedWatermark {
            do throws(StoreError) { try maintain() } catch { failure = error }
        }
        // Whatever has failed, the database must be free for the next process.
        try connection.close()
        if let failure { throw failure }
    }

    public func currentStatistics() -> EngineStatistics {
        var current = statistics
        current.outboxUnacknowledged = publisher.unacknowledged
        current.outboxRows = publisher.lastCommitted - firstKept + 1
        current.heldChannels = holds.count
        let overdue = clock.now() - settings.gapAlarmAfter
        current.gapsOverdue = holds.values.count { $0.reason == .gap && $0.since < overdue }
        current.parkedNow = parkedNow
        current.openDeadLetters = openDeadLetters
        return current
    }
}
