import HTTP
import Kafka
import Messaging
import ServiceKit
import Store

/// Health as it is asked for: nothing is polled in between.
struct HealthView<Application: EngineApplication>: Sendable {
    /// How long one round of a loop may take: a commit on a slow disk fits in.
    static var loopLimit: Duration { .seconds(30) }

    private let health: HealthRegistry
    private let engine: EngineThread<Application>
    private let link: KafkaLink<Application.Command>
    private let parkedInAll: Int
    private let consumer: Heartbeat
    private let database: ReadinessCondition
    private let group: ReadinessCondition
    private let room: ReadinessCondition

    init(
        health: HealthRegistry, engine: EngineThread<Application>, link: KafkaLink<Application.Command>, parkedInAll: Int
    ) {
        self.health = health
        self.engine = engine
        self.link = link
        self.parkedInAll = parkedInAll
        consumer = health.heartbeat("consumer", limit: Self.loopLimit)
        database = health.condition("database")
        group = health.condition("consumerGroup")
        room = health.condition("room")
    }

    /// Whether each loop has turned in time.
    func live() -> HealthRegistry.Report {
        // While a consumer is being replaced there is none to be stuck.
        let age = link.consumerHealth.map { ContinuousClock.now - $0.lastPoll } ?? .zero
        if age < Self.loopLimit { consumer.tick() }
        return health.live()
    }

    /// Whether the service can do its work.
    func ready() -> HealthRegistry.Report {
        if let failure = engine.fatalFailure ?? engine.failure {
            database.unmet(failure.description)
        } else {
            database.met()
        }
        if let failure = link.fatalError ?? link.consumerHealth?.fatalError {
            group.unmet(failure.description)
        } else if let consumer = link.consumerHealth, consumer.assignment.epoch > 0 {
            group.met()
        } else {
            group.unmet("not a member of the consumer group")
        }
        let parked = engine.statistics.parkedNow
        if parked >= parkedInAll {
            room.unmet("\(parked) messages are parked: nothing more is read until some are handled")
        } else {
            room.met()
        }
        return health.ready()
    }
}
