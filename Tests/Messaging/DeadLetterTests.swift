import HostedConnection
import Kafka
import Schema
import ServiceKit
import Testing

@testable import Messaging

/// What becomes of what can't be handled.
@Suite struct DeadLetterTests {
    let broker = MemoryBroker()
    let clock = ManualClock()

    private static func offer(_ port: PortID, _ sequence: UInt64, name: String = "") -> ToyRecord {
        .offer(from: .partner, port, sequence, epoch: 1, after: sequence == 1 ? .beginning : nil, name: name)
    }

    private func offer(_ port: PortID, _ sequence: UInt64, name: String = "") -> ToyRecord { Self.offer(port, sequence, name: name) }

    /// A record that can't be read, and the code of its cause.
    struct Broken: Sendable, CustomTestStringConvertible {
        var cause: String
        var change: @Sendable (ToyRecord) -> ToyRecord
        var testDescription: String { cause }
    }

    static let broken: [Broken] = [
        Broken(cause: "missing_attribute") { $0.without("ce_id") },
        Broken(cause: "missing_attribute") { $0.without("ce_source") },
        Broken(cause: "missing_attribute") { $0.without("ce_type") },
        Broken(cause: "missing_attribute") { $0.without("content-type") },
        Broken(cause: "missing_attribute") { record in
            var record = record
            record.headers = []
            return record
        },
        Broken(cause: "duplicate_attribute") { record in
            var record = record
            record.headers.append(("ce_id", "another"))
            return record
        },
        Broken(cause: "unsupported_specversion") { $0.with("ce_specversion", "0.3") },
        Broken(cause: "unknown_content_type") { $0.with("content-type", "text/plain\0") },
        Broken(cause: "unexpected_encoding") { $0.with("content-type", "application/json") },
        Broken(cause: "tombstone") { $0.body(nil) },
        Broken(cause: "broken_structured_body") { record in
            var record = record
            record.headers = [("content-type", "application/cloudevents+json")]
            return record
        },
        Broken(cause: "unreadable_body") { $0.body([UInt8](repeating: 0xff, count: 900_000)) },
        Broken(cause: "unreadable_body") { record in record.body(record.value?.dropLast()) },
        Broken(cause: "no_place") { $0.body([]) },
        Broken(cause: "invalid_attribute") { $0.with("ce_id", "a\0b") },
        Broken(cause: "foreign_source") { $0.with("ce_source", "partner-service\0") }.expecting("invalid_attribute"),
        Broken(cause: "invalid_attribute") { $0.with("ce_type", "hostedconnections.v1.Port\0Offered") },
        Broken(cause: "foreign_source") { $0.with("ce_source", "somebody") },
        Broken(cause: "unreadable_key") { $0.key(Array("nobody".utf8)) },
        Broken(cause: "unreadable_key") { $0.key([]) },
        Broken(cause: "unreadable_key") { $0.key([UInt8](repeating: 7, count: 900_000)) },
    ]

    @Test(arguments: broken) func whatCantBeReadHoldsNothing(_ broken: Broken) throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let bad = broken.change(offer(port(9), 1))
        try tenant.take(batch(offer(port(1), 1), bad, offer(port(1), 2), offer(port(2), 1)))
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == [broken.cause])
        #expect(try tenant.numbers(port(1)) == [1, 2])
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try tenant.count("channel_hold") == 0)
        #expect(try tenant.engine.nextOffsets[TopicPartition(.partner, 0)] == 4)
        #expect(try tenant.number("SELECT LENGTH(body) FROM dead_letter") == bad.value?.count ?? 0, "whole in the table")

        let letters = try broker.messages(DeadLetter.self, on: .tenantDeadLetters)
        let letter = try #require(letters.first)
        #expect(letters.count == 1)
        #expect(letter.cause == broken.cause)
        #expect(letter.topic == Topic.partner.baseName)
        #expect(letter.offset == 1)
        #expect(letter.body == Array((bad.value ?? []).prefix(65_536)))
        #expect(letter.bodyBytes == UInt64(bad.value?.count ?? 0))
        #expect(letter.protobufBytes().count < 100_000, "fits a record, whatever the foreign one holds")
        #expect(letter.bodySHA256.count == 64)
    }

    @Test func theTableSaysWhatTheHeadersSaid() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1).without("ce_id")))
        #expect(try tenant.texts("SELECT source FROM dead_letter") == ["partner-service"])
        #expect(try tenant.texts("SELECT type FROM dead_letter") == [MessageType.portOffered.fullName])
    }

    @Test func attributesOfAnyLengthStillFitTheTopic() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let long = String(repeating: "x", count: 300_000)
        try tenant.take(batch(offer(port(1), 1).with("ce_source", long).with("ce_id", long).with("ce_type", long)))
        let letters = try broker.messages(DeadLetter.self, on: .tenantDeadLetters)
        #expect(letters.map(\.cause) == ["foreign_source"])
        #expect(letters.allSatisfy { $0.protobufBytes().count < 10_000 })
        #expect(try tenant.number("SELECT LENGTH(message_id) FROM dead_letter") == 300_000)
    }

    @Test func aRefusedMessageHoldsItsChannelAndNothingOfItLeaks() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(1), 2, name: "refuse"), offer(port(1), 3), offer(port(2), 1)))
        #expect(try tenant.numbers(port(1)) == [1])
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try broker.messages(PortOffered.self, on: .tenant).isEmpty, "what it sent before it refused is gone")
        #expect(try tenant.count("timer") == 0)
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["contradicts_state"])
        #expect(try tenant.number("SELECT reason FROM channel_hold") == 3)
        #expect(try tenant.engine.currentStatistics().parkedNow == 2)
        #expect(try tenant.row(port(1))?.channel.sent == .beginning)
    }

    @Test func aHeldMessageThatComesAgainIsNoSecondDeadLetter() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let records = batch(offer(port(1), 1, name: "moody"), offer(port(1), 2))
        try tenant.take(records)
        try tenant.engine.application.isMoody = false
        try tenant.take(records)
        #expect(try tenant.count("dead_letter") == 1)
        #expect(try tenant.numbers(port(1)) == [], "its order has not been given")
        #expect(try tenant.engine.currentStatistics().parkedNow == 2)
    }

    @Test func aTextThatNoDatabaseTakesIsTheFaultOfItsMessageOnly() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(2), 1, name: "label:a\0b"), offer(port(1), 2)))
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["invalid_value"])
        #expect(try tenant.numbers(port(1)) == [1, 2])
        #expect(try tenant.numbers(port(2)) == [])
    }

    @Test func aRetryHandlesTheRestInOrder() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(1), 2, name: "moody"), offer(port(1), 3)))
        #expect(try tenant.order(.retry, 1).statuses == [200])
        #expect(try tenant.texts("SELECT closed_by FROM dead_letter WHERE state = 2") == ["operator"])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1, "it failed again, under a new number")
        #expect(try tenant.numbers(port(1)) == [1])
        try tenant.engine.application.isMoody = false
        #expect(try tenant.order(.retry, 1).statuses == [404], "closed already")
        #expect(try tenant.order(.retry, 2).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
        #expect(try tenant.count("channel_hold") == 0)
    }

    @Test func aDiscardMovesTheMarkAndHandlesTheRestInOrder() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1), offer(port(1), 2, name: "refuse"), offer(port(1), 3), offer(port(1), 4, name: "refuse")))
        try tenant.restart()
        #expect(try tenant.order(.discard, 1).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [1, 3])
        #expect(try tenant.order(.discard, 2).statuses == [200])
        #expect(try tenant.row(port(1))?.channel.handled == ChannelPosition(epoch: 1, sequence: 4))
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
        #expect(try tenant.texts("SELECT closed_by FROM dead_letter WHERE state = 3") == ["operator", "operator"])
        try tenant.take(batch(offer(port(1), 5), from: 4))
        #expect(try tenant.numbers(port(1)) == [1, 3, 5])
    }

    @Test func nothingIsKeptOfAMessageAboutAnUnknownConnection() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1, name: "orphan"), offer(port(1), 2, name: "orphan")))
        #expect(try tenant.texts("SELECT cause FROM dead_letter") == ["unknown_connection"])
        #expect(try broker.messages(PortOffered.self, on: .tenant).isEmpty)
        #expect(try tenant.count("toy") == 0)
        // Without a row there is no mark to move: each is given up by itself.
        #expect(try tenant.order(.discard, 1).statuses == [200])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
        #expect(try tenant.order(.discard, 2).statuses == [200])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
        #expect(try tenant.engine.currentStatistics().heldChannels == 0)
    }

    @Test func anUnreadableRecordCanOnlyBeDiscarded() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        try tenant.take(batch(offer(port(1), 1).body(nil), offer(port(1), 1).with("ce_source", "somebody")))
        #expect(try tenant.order(.retry, 1).statuses == [409])
        #expect(try tenant.order(.retry, 2).statuses == [409], "readable, but not this service's to handle")
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 2)
        #expect(try tenant.order(.discard, 1).statuses == [200])
        #expect(try tenant.order(.discard, 7).statuses == [404])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 1)
    }

    @Test func whatOverflowsAChannelKeepsItsPlace() throws {
        var settings = EngineSettings()
        settings.parkedPerChannel = 3
        let tenant = try ToyService(.tenant, broker, clock, settings: settings)
        let tail = (2...6).map { offer(port(1), $0) }
        try tenant.take(batch([offer(port(1), 1, name: "moody")] + tail + [offer(port(2), 1)]))
        #expect(try tenant.engine.currentStatistics().parkedNow == 3)
        #expect(try tenant.count("dead_letter", where: "cause = 'channel_overflow'") == 3)
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try tenant.order(.discard, 2).statuses == [409], "those before it come first")
        // Put back out of order, while the first one still holds the channel.
        #expect(try tenant.order(.retry, 3).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [])
        try tenant.engine.application.isMoody = false
        #expect(try tenant.order(.retry, 1).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [1, 2, 3])
        #expect(try tenant.order(.retry, 2).statuses == [200])
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5])
        #expect(try tenant.order(.discard, 4).statuses == [200])
        try tenant.take(batch(offer(port(1), 7), from: 7))
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5, 7])
        #expect(try tenant.engine.currentStatistics().openDeadLetters == 0)
        #expect(try tenant.engine.currentStatistics().parkedNow == 0)
    }

    @Test func tooMuchParkedInAllStopsTheReading() throws {
        var settings = EngineSettings()
        settings.parkedInAll = 4
        let tenant = try ToyService(.tenant, broker, clock, settings: settings)
        broker.append((2...5).map { offer(port(1), $0) })
        try tenant.settle()
        #expect(try tenant.engine.isFull)
        broker.append([offer(port(2), 1)])
        try tenant.settle()
        #expect(try tenant.numbers(port(2)) == [])
        try tenant.restart()
        #expect(try tenant.engine.isFull)
        try tenant.take(batch(offer(port(1), 1)))
        #expect(try !tenant.engine.isFull)
        try tenant.settle()
        #expect(try tenant.numbers(port(2)) == [1])
        #expect(try tenant.numbers(port(1)) == [1, 2, 3, 4, 5])
    }
}

extension DeadLetterTests.Broken {
    fileprivate func expecting(_ cause: String) -> DeadLetterTests.Broken {
        var changed = self
        changed.cause = cause
        return changed
    }
}
