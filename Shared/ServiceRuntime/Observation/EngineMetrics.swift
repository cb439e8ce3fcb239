import Glibc
import Kafka
import Messaging
import ServiceKit

/// What the engine and its Kafka count, asked for at each scrape.
enum EngineMetrics {
    private typealias Counted = (name: String, help: String, value: @Sendable (EngineStatistics) -> UInt64)
    private typealias Standing = (name: String, help: String, value: @Sendable (EngineStatistics) -> Int64)

    private static let counters: [Counted] = [
        ("batches", "Batches committed", { $0.batches }),
        ("isolated_batches", "Batches done again item by item", { $0.isolatedBatches }),
        ("records", "Records read", { $0.records }),
        ("commands", "Commands carried out or refused", { $0.commands }),
        ("messages_handled", "Messages handled", { $0.handled }),
        ("messages_repeated", "Messages that had been handled before", { $0.repeated }),
        ("messages_parked", "Messages that had to wait", { $0.parked }),
        ("messages_passed_over", "Foreign events about things held elsewhere", { $0.passedOver }),
        ("messages_skipped", "Messages of unknown types that may be skipped", { $0.skipped }),
        ("dead_letters", "Messages that could not be handled", { $0.deadLettered }),
        ("refused", "Commands and timers refused by a rule", { $0.refused }),
        ("messages_sent", "Messages sent", { $0.sent }),
        ("timers_fired", "Timers fired", { $0.timersFired }),
        ("purged_rows", "Rows removed because their time was over", { $0.purgedRows }),
        ("producers_lost", "Producers replaced", { $0.producersLost }),
        ("replays", "Times that everything kept was sent again", { $0.replays }),
        ("lost_ranges", "Ranges that the log had lost before they were read", { $0.lostRanges }),
    ]

    private static let gauges: [Standing] = [
        ("outbox_unacknowledged", "Messages that Kafka has not taken yet", { $0.outboxUnacknowledged }),
        ("outbox_rows", "Messages kept to be sent again", { $0.outboxRows }),
        ("held_channels", "Channels whose messages wait", { Int64($0.heldChannels) }),
        ("gaps_overdue", "Channels that have missed a message for longer than the alarm allows", { Int64($0.gapsOverdue) }),
        ("parked", "Messages that wait", { Int64($0.parkedNow) }),
        ("open_dead_letters", "Dead letters that nobody has closed", { Int64($0.openDeadLetters) }),
        ("epoch", "The epoch of this start", { Int64(clamping: $0.epoch) }),
    ]

    static func register<Application: EngineApplication>(
        in metrics: MetricsRegistry, engine: EngineThread<Application>, link: KafkaLink<Application.Command>, databasePath: String
    ) throws(MetricError) {
        for counter in counters {
            try metrics.counter("hc_engine_\(counter.name)_total", help: counter.help) { Double(counter.value(engine.statistics)) }
        }
        for gauge in gauges {
            try metrics.gauge("hc_engine_\(gauge.name)", help: gauge.help) { Double(gauge.value(engine.statistics)) }
        }
        try metrics.gauge("hc_kafka_assigned_partitions", help: "Partitions this instance reads") {
            link.consumerHealth.map { Double($0.assignment.partitions.count) }
        }
        try metrics.gauge("hc_kafka_paused", help: "1 while reading waits for the engine") {
            link.consumerHealth.map { $0.isPaused ? 1 : 0 }
        }
        try metrics.gauge("hc_kafka_seconds_since_poll", help: "Time since the consumer last looked for records") {
            link.consumerHealth.map { (ContinuousClock.now - $0.lastPoll).inSeconds }
        }
        for (file, suffix) in [("main", ""), ("wal", "-wal")] {
            try metrics.gauge("hc_database_bytes", help: "Size of the database's files", labels: ["file": file]) {
                size(of: databasePath + suffix)
            }
        }
    }

    private static func size(of path: String) -> Double? {
        var status = stat()
        return stat(path, &status) == 0 ? Double(status.st_size) : nil
    }
}
