import EmbeddedBroker
import HostedConnection
import Kafka
import Schema
import ServiceKit
import Testing

@testable import Messaging

@Suite("The link to Kafka", .serialized)
struct KafkaLinkTests {
    /// Plays the engine: empties the mailbox and answers who asks for offsets.
    private final class MailboxReader: Sendable {
        struct Seen: Sendable {
            var records = 0
            var acknowledged: [UInt64: [UInt64]] = [:]
            var signals: [LogSignal] = []
        }

        let seen = ConditionLock(Seen())
        private let mailbox: Mailbox<Never>
        private let thread: NativeThread

        init(_ mailbox: Mailbox<Never>) throws {
            self.mailbox = mailbox
            let seen = seen
            thread = try NativeThread.start(named: "mailbox") {
                while true {
                    let taken = mailbox.take(
                        until: .now + .milliseconds(100), isReading: true, wakesForClosing: true, wakesForDeliveries: true, isPatient: false
                    )
                    seen.withLock { seen in
                        seen.records += taken.intake.recordCount
                        for delivery in taken.intake.deliveries { seen.acknowledged[delivery.generation, default: []] += delivery.tags }
                        seen.signals += taken.intake.signals
                    }
                    seen.broadcast()
                    if let enquiry = taken.enquiry { mailbox.answer(enquiry, [:]) }
                    if taken.isClosing { return }
                }
            }
        }

        func stop() {
            mailbox.close()
            thread.join(until: .patience)
        }

        func waits(for condition: (Seen) -> Bool) -> Bool {
            seen.wait(until: .patience) { condition($0) ? true : nil } ?? false
        }
    }

    /// All of them about one port, and so in one partition.
    private static func event(tag: UInt64) -> RecordBatch {
        var batch = RecordBatch()
        var ports = IdentifierMint { 7 }
        let port: PortID = ports.mint(at: Instant(seconds: 1))
        var mint = IdentifierMint { tag }
        var event = PortAccepted()
        event.portID = port
        event.connectionID = ConnectionID(port)
        event.protobufBytes().withUnsafeBytes { body in
            batch.appendEvent(
                topic: .tenant, key: ConnectionID(port), id: mint.mint(at: Instant(seconds: 1)), source: "test", type: .portAccepted,
                body: body, tag: tag)
        }
        return batch
    }

    @Test("a broker that comes back elsewhere is found, also when it is gone again before anybody has reached it", .timeLimit(.minutes(10)))
    func movesAlong() throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/bootstrap"
        let first = try EmbeddedBroker()
        try first.writeBootstrapFile(to: file)
        let mailbox = Mailbox<Never>()
        let reader = try MailboxReader(mailbox)
        let source = BrokerSource(KafkaConfiguration(bootstrap: "", clientID: "test"), bootstrapFile: file)
        let link = try KafkaLink(
            source, group: "test", topics: [.tenant], mailbox: mailbox, logger: Logger(service: "test", level: .error))
        try link.start()
        #expect(link.publish(Self.event(tag: 1), from: 0) == 1)
        #expect(reader.waits { $0.acknowledged[0] == [1] && $0.records == 1 })

        first.stop()
        let second = try EmbeddedBroker()
        try second.writeBootstrapFile(to: file)
        #expect(reader.waits { $0.signals.contains(.incarnation(second.incarnation, generation: 1)) })
        second.stop()
        let third = try EmbeddedBroker()
        try third.writeBootstrapFile(to: file)
        #expect(reader.waits { $0.signals.contains(.incarnation(third.incarnation, generation: 2)) })
        // What the engine sends again reaches the broker of now, and is read from it.
        #expect(link.publish(Self.event(tag: 1), from: 0) == 1)
        #expect(reader.waits { $0.acknowledged[2] == [1] && $0.records == 2 })
        #expect(link.incarnation == third.incarnation)

        link.stopReading(within: .seconds(5))
        reader.stop()
        link.stopWriting(within: .seconds(5))
        third.stop()
    }

    @Test("a message that no broker has confirmed is sent again by a new producer", .timeLimit(.minutes(10)))
    func sendsTheUnconfirmedAgain() throws {
        let broker = try EmbeddedBroker()
        let mailbox = Mailbox<Never>()
        let reader = try MailboxReader(mailbox)
        let configuration = KafkaConfiguration(
            bootstrap: broker.bootstrap, clientID: "test", properties: ["batch.num.messages": "1"], brokerKind: .embedded)
        let link = try KafkaLink(
            BrokerSource(configuration, bootstrapFile: nil), group: "test", topics: [.tenant], mailbox: mailbox,
            logger: Logger(service: "test", level: .error))
        try link.start()
        #expect(link.publish(Self.event(tag: 1), from: 0) == 1)
        #expect(reader.waits { $0.acknowledged[0] == [1] && $0.records == 1 })
        // NOT_LEADER_FOR_PARTITION for one batch while the next is under way.
        broker.delayAnswers(milliseconds: 300)
        broker.fail(.produce, with: [6])
        for tag: UInt64 in [2, 3] { #expect(link.publish(Self.event(tag: tag), from: 0) == 1) }
        #expect(reader.waits { $0.signals.contains(.producerLost(generation: 1)) })
        #expect(reader.waits { $0.acknowledged[0] == [1, 3] && $0.records == 2 })
        broker.delayAnswers(milliseconds: 0)
        // The engine's outbox begins again behind what is acknowledged without a gap.
        for tag: UInt64 in [2, 3] { #expect(link.publish(Self.event(tag: tag), from: 0) == 1) }
        #expect(reader.waits { $0.acknowledged[1] == [2, 3] && $0.records == 4 })

        link.stopReading(within: .seconds(5))
        reader.stop()
        link.stopWriting(within: .seconds(5))
        broker.stop()
    }

    @Test("the same broker at the same place is left alone", .timeLimit(.minutes(10)))
    func stays() throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/bootstrap"
        let broker = try EmbeddedBroker()
        try broker.writeBootstrapFile(to: file)
        let source = BrokerSource(KafkaConfiguration(bootstrap: "", clientID: "test"), bootstrapFile: file)
        let place = try source.find()
        #expect(place.configuration.brokerKind == .embedded)
        #expect(!source.hasMoved(from: place))
        try broker.writeBootstrapFile(to: file)
        #expect(!source.hasMoved(from: place))
        try BootstrapFile(bootstrap: broker.bootstrap, incarnation: "another").write(to: file)
        #expect(source.hasMoved(from: place))
        broker.stop()
    }
}
