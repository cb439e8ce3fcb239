import HostedConnection
import Kafka
import LocalCluster
import Schema
import ServiceKit
import Testing

extension EndToEnd {
    /// What nobody can read goes to the dead letters with its cause, and holds up nobody.
    @Suite struct DeadLetterTests {
        @Test func unreadableRecordsOnTheEmbeddedBroker() throws { try Self.unreadableRecords(.embedded) }
        @Test(.needsKafka) func unreadableRecordsOnKafka() throws { try Self.unreadableRecords(.kafka) }

        /// A record that can't be handled, and what its dead letter has to say.
        private struct Case {
            var name: String
            var headers: [(name: String, value: String)]
            /// Nil for a tombstone.
            var body: [UInt8]?
            var cause: String
        }

        /// How soon a message of another key has to be through while the unreadable ones arrive.
        private static let undelayed = Duration.seconds(5)

        private static func unreadableRecords(_ level: Stage.Level) throws {
            try Stage.run(on: level, "dead") { stage in
                // A port in the middle of its way: the unreadable records carry its key.
                let victim = try stage.offer().portID
                try stage.arrives(victim)
                let letters = try DeadLetterReader(stage)
                defer { letters.close() }
                let subscription = SubscriptionID(bits: victim.bits).description
                for (topic, readers) in [
                    (Topic.partner, [stage.cluster.tenant]), (.tenant, [stage.cluster.partner]),
                    (.billingEvents, [stage.cluster.partner, stage.cluster.tenant]),
                ] {
                    let key = topic == .billingEvents ? subscription : victim.description
                    for bad in cases(on: topic, about: victim) { try deliver(bad, to: topic, key: key, readers: readers, letters, stage) }
                }
                _ = try stage.accept(victim)
                try stage.becomesActive(victim)
                _ = try stage.createVBR(victim)
                try stage.becomesAssociated(victim)
                for node in [stage.cluster.partner, stage.cluster.tenant] {
                    #expect(try stage.heldChannels(node).isEmpty)
                    let messaging: MessagingView = try stage.client(node).get("/admin/v1/messaging")
                    #expect(messaging.openDeadLetters == UInt64(try stage.deadLetters(node).count))
                    #expect(messaging.parked == 0)
                }
                try holdsUnknownType(stage)
            }
        }

        /// A message of the other service, in its place, whose type this version does not know: its channel waits for a version
        /// that does, and no other.
        private static func holdsUnknownType(_ stage: Stage) throws {
            var mint = IdentifierMint(random: { UInt64.random(in: 0 ... .max) })
            let key = mint.mint(PortKind.self, at: Instant(microseconds: 1_800_000_000_000_000)).description
            let type = "hostedconnections.v1.PortTeleported"
            let headers = [
                (name: "ce_specversion", value: "1.0"), ("ce_id", "new-\(key)"), ("ce_source", "partner-service"), ("ce_type", type),
                ("content-type", "application/protobuf"),
            ]
            var body = PortActivated()
            (body.common.epoch, body.common.sequence, body.common.after) = (1, 1, Position())
            try stage.kcat().write(.partner, key: key, headers: headers, body.protobufBytes())
            let held = try until("the channel of an unknown type waits") { try stage.heldChannels(stage.cluster.tenant).first }
            #expect(held.key == key)
            #expect(held.reason == "unknown_type")
            #expect(held.detail.contains(type))
            #expect(held.parked == 1)
            let letter = try stage.deadLetter(of: "new-\(key)", at: stage.cluster.tenant)
            #expect(letter.cause == "unknown_type")
            #expect(letter.holdsChannel)
            try stage.bringUp()
            #expect(try stage.heldChannels(stage.cluster.tenant).count == 1)
            #expect(try stage.heldChannels(stage.cluster.partner).isEmpty)
        }

        private static func cases(on topic: Topic, about victim: PortID) -> [Case] {
            let source =
                switch topic {
                case .partner: "partner-service"
                case .tenant: "tenant-service"
                default: "acme-billing"
                }
            let type = topic == .billingEvents ? ChargeSettled.fullName : PortActivated.fullName
            func headers(without: String = "", source: String = source, type: String = type) -> [(name: String, value: String)] {
                [
                    (name: "ce_specversion", value: "1.0"), ("ce_id", "bad-" + BinaryText.base32(randomBytes(10))),
                    ("ce_source", source), ("ce_type", type), ("content-type", "application/protobuf"),
                ].filter { $0.name != without }
            }
            let broken: [UInt8] = [0x0a, 0xff, 0xff, 0xff, 0x7f, 0x01]
            var noise = [UInt8](repeating: 0, count: 900 * 1024)
            var random = SeededRandom(seed: Environment.seed)
            for index in noise.indices { noise[index] = UInt8(truncatingIfNeeded: random.next()) }
            // No field begins like this, so that chance can't make a message of it.
            noise[0] = 0xff
            var cases = [
                Case(name: "broken body", headers: headers(), body: broken, cause: "unreadable_body"),
                Case(name: "no type", headers: headers(without: "ce_type"), body: broken, cause: "missing_attribute"),
                Case(name: "no id", headers: headers(without: "ce_id"), body: broken, cause: "missing_attribute"),
                Case(name: "no content type", headers: headers(without: "content-type"), body: broken, cause: "missing_attribute"),
                Case(name: "no headers", headers: [], body: Array("hello".utf8), cause: "missing_attribute"),
                Case(name: "noise", headers: headers(), body: noise, cause: "unreadable_body"),
                Case(name: "tombstone", headers: headers(), body: nil, cause: "tombstone"),
            ]
            if topic == .billingEvents {
                let unknown = headers(type: "acme.billing.v7.LoyaltyPointsGranted")
                cases.append(Case(name: "unknown type", headers: unknown, body: Array("{}".utf8), cause: "unknown_type"))
            } else {
                let foreign = headers(source: "mallory")
                let activated = PortActivated(portID: victim).protobufBytes()
                cases.append(Case(name: "wrong source", headers: foreign, body: activated, cause: "foreign_source"))
                let unknown = headers(type: "hostedconnections.v9.PortTeleported")
                cases.append(Case(name: "unknown type without a place", headers: unknown, body: activated, cause: "no_place"))
            }
            return cases
        }

        private static func deliver(
            _ bad: Case, to topic: Topic, key: String, readers: [ServiceNode], _ letters: DeadLetterReader, _ stage: Stage
        ) throws {
            let before = try readers.map { try stage.deadLetters($0).count }
            let kcat = try stage.kcat()
            if let body = bad.body {
                try kcat.write(topic, key: key, headers: bad.headers, body)
            } else {
                try kcat.writeTombstone(topic, key: key, headers: bad.headers)
            }
            // Another key goes its whole way meanwhile.
            let sent = MonotonicInstant.now
            try stage.bringUp()
            #expect(MonotonicInstant.now - sent < undelayed, "\(bad.name) on \(topic) delays others")

            for (node, count) in zip(readers, before) {
                let letter = try until("the dead letter of \(bad.name) on \(topic) at \(node.name)") {
                    let all = try stage.deadLetters(node)
                    return all.count > count ? all.max { $0.deadLetterID < $1.deadLetterID } : nil
                }
                let size = bad.body?.count ?? 0
                #expect(letter.cause == bad.cause, "\(bad.name) on \(topic): \(letter.detail)")
                #expect(!letter.detail.isEmpty)
                #expect(letter.key == key)
                #expect(letter.topic.hasSuffix(topic.baseName))
                #expect(letter.bodyBytes == UInt64(size))
                #expect(!letter.holdsChannel, "\(bad.name) on \(topic) holds its channel")
                #expect(try stage.heldChannels(node).isEmpty, "\(bad.name) on \(topic)")

                let told = try until("\(bad.name) on the dead-letter topic of \(node.name)") {
                    letters.find(node === stage.cluster.partner ? .partnerDeadLetters : .tenantDeadLetters, letter)
                }
                #expect(told.cause == bad.cause)
                #expect(String(decoding: told.key, as: UTF8.self) == key)
                #expect(told.bodyBytes == UInt64(size))
                #expect(told.body == Array((bad.body ?? []).prefix(65_536)))
                #expect(told.bodySHA256 == (try Digest256.sha256(bad.body ?? [])).description)
            }
        }
    }
}

/// Collects what the services tell on their dead-letter topics.
private final class DeadLetterReader {
    private let found = ConditionLock<[(topic: Topic, letter: DeadLetter)]>([])
    private let reader: TopicReader

    init(_ stage: Stage) throws {
        let found = found
        reader = try TopicReader(
            stage.cluster.kafkaConfiguration(clientID: "e2e"), topics: [.partnerDeadLetters, .tenantDeadLetters]
        ) { batch in
            for record in batch.records {
                guard let envelope = try? EventEnvelope(record: record, in: batch), envelope.type == .deadLetter,
                    let letter = try? DeadLetter(decoding: envelope, in: batch)
                else { continue }
                found.withLock { $0.append((record.topic, letter)) }
            }
        }
    }

    func find(_ topic: Topic, _ view: DeadLetterView) -> DeadLetter? {
        found.withLock { all in
            all.first {
                $0.topic == topic && view.topic.hasSuffix($0.letter.topic) && $0.letter.partition == view.partition
                    && $0.letter.offset == view.offset
            }?.letter
        }
    }

    func close() { reader.close() }
}
