import Messaging
import ServiceKit

/// `engine.*` and `retention.*`
struct EngineLimits: Sendable {
    let waitingCommands: Int
    let waitingRecords: Int
    let settings: EngineSettings

    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        var settings = EngineSettings()
        waitingCommands = try reader.int("engine.waitingCommands", in: 1...1_000_000, default: 20_000)
        waitingRecords = try reader.int("engine.waitingRecords", in: 1...10_000_000, default: 40_000)
        settings.publishWindow = try reader.int("engine.publishWindow", in: 100...1_000_000, default: settings.publishWindow)
        settings.parkedPerChannel = try reader.int(
            "engine.parkedPerChannel", in: 1...1_000_000, default: settings.parkedPerChannel)
        settings.parkedInAll = try reader.int("engine.parkedInAll", in: 1...100_000_000, default: settings.parkedInAll)
        let times: ClosedRange<Duration> = .seconds(60)...(.seconds(10 * 365 * 86_400))
        settings.outboxKeepFor = try reader.duration("retention.outbox", in: times, default: settings.outboxKeepFor)
        settings.outboxKeepRows = Int64(
            try reader.int("retention.outboxRows", in: 1_000...1_000_000_000, default: Int(settings.outboxKeepRows)))
        settings.inboxKeepFor = try reader.duration("retention.inbox", in: times, default: settings.inboxKeepFor)
        settings.parkedEventKeepFor = try reader.duration(
            "retention.parkedEvents", in: times, default: settings.parkedEventKeepFor)
        settings.idempotencyKeepFor = try reader.duration("retention.idempotency", in: times, default: settings.idempotencyKeepFor)
        settings.deadLetterKeepFor = try reader.duration("retention.deadLetters", in: times, default: settings.deadLetterKeepFor)
        self.settings = settings
    }
}
