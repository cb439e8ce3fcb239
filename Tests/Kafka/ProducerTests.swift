import EmbeddedBroker
import Kafka
import Schema
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ProducerTests {
    @Test func aFullQueueTakesWhatFitsAndTheRestLater() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            broker.setReachable(false)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration(["queue.buffering.max.messages": "100"]))
            let batch = RecordBatch.numbered(0..<250)
            #expect(producer.publish(batch) == 100)
            #expect(producer.publish(batch, from: 100) == 0)
            #expect(producer.inFlight == 100)
            broker.setReachable(true)
            var sent = 100
            #expect(
                eventually {
                    sent += producer.publish(batch, from: sent)
                    return sent == 250
                })
            #expect(eventually { deliveries.total == 250 })
            #expect(deliveries.acknowledged.sorted() == Array(0..<250) && deliveries.failed.isEmpty)
            #expect(producer.close(deadline: .seconds(5)))
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func impossibleRecordsFailByTheirDelivery(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            var batch = RecordBatch()
            batch.add(key: "a", value: "good", headers: [("h", "v")], tag: 1)
            batch.add(key: "a", bytes: [UInt8](repeating: 7, count: 2 << 20), headers: [("h", "v"), ("i", "w")], tag: 2)
            batch.add(key: "a", value: "no such partition", headers: [("h", "v")], tag: 3, partition: 4711)
            var outside = RecordBatch.Record(topic: .partner)
            outside.tag = 4
            outside.value = .init(start: 4_000_000_000, count: 10)
            batch.records.append(outside)
            batch.add(key: "a", value: "good too", tag: 5)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            // Twice: first the partition count is not known yet, then it is.
            for round in 1...2 {
                #expect(producer.publish(batch) == 5)
                try #require(eventually { deliveries.total == 5 * round })
            }
            #expect(deliveries.acknowledged == [1, 5, 1, 5])
            let failures = deliveries.failed.sorted { $0.tag < $1.tag }
            #expect(failures.map(\.tag) == [2, 2, 3, 3, 4, 4])
            #expect(
                failures.map(\.error.code) == [
                    .recordRejected, .recordRejected, .topicUnknown, .topicUnknown, .recordRejected, .recordRejected,
                ])
            #expect(failures.allSatisfy { !$0.error.isRetriable })
            #expect(eventually { producer.inFlight == 0 })
            #expect(producer.close(deadline: .seconds(5)))
        }
    }

    @Test func aFatalProducerSaysSoAndIsReplaced() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            // Cluster authorization failed, in answer to the request for a producer id.
            broker.embedded?.fail(.initProducerID, with: [31])
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            let batch = RecordBatch.numbered(0..<20)
            let taken = producer.publish(batch)
            try #require(eventually { producer.fatalError != nil })
            #expect(producer.fatalError?.code == .fatal && producer.fatalError?.isFatal == true)
            #expect(
                deliveries.events.contains { event in
                    if case .fatal = event { true } else { false }
                })
            #expect(producer.publish(batch) == 0)
            #expect(producer.close(deadline: .seconds(5)))
            #expect(deliveries.failed.count == taken && deliveries.acknowledged.isEmpty)

            let second = try deliveries.producer(broker.configuration())
            #expect(second.publish(batch) == 20)
            #expect(eventually { deliveries.acknowledged.count == 20 })
            #expect(second.close(deadline: .seconds(5)))
        }
    }

    /// A broker that knows nothing of a producer takes its second batch though the first was refused, and librdkafka, which
    /// counts on the opposite, then takes the first for delivered.
    @Test func whatTheLogHasNotSaidToHaveIsNotAcknowledged() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration(["batch.num.messages": "1"]))
            func publish(_ tag: UInt64) {
                var batch = RecordBatch()
                batch.add(key: "a", value: "\(tag)", tag: tag)
                #expect(producer.publish(batch) == 1)
            }
            publish(1)
            try #require(eventually { deliveries.total == 1 })
            // Both are under way when the answer to the first says that the partition's leader is another broker.
            broker.embedded?.delayAnswers(milliseconds: 300)
            broker.embedded?.fail(.produce, with: [6])
            publish(2)
            publish(3)
            try #require(eventually { deliveries.total == 3 })
            try #require(eventually { collector.count >= deliveries.acknowledged.count })
            #expect(deliveries.failed.map(\.tag) == [2] && deliveries.failed.map(\.error.code) == [.unconfirmed])
            #expect(deliveries.acknowledged == [1, 3])
            #expect(collector.records.map { String(decoding: $0.value, as: UTF8.self) } == ["1", "3"])
            #expect(producer.close(deadline: .seconds(5)) && consumer.close(deadline: .seconds(10)))
        }
    }

    @Test func closingWhileTheBrokerIsDeadReportsEveryTagInTime() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            #expect(producer.publish(.numbered(0..<10)) == 10)
            try #require(eventually { deliveries.total == 10 })
            broker.setReachable(false)
            #expect(producer.publish(.numbered(10..<40)) == 30)
            let time = elapsed { #expect(producer.close(deadline: .seconds(2))) }
            #expect(time < .seconds(2) + slack)
            #expect(deliveries.failed.map(\.tag).sorted() == Array(10..<40))
            #expect(deliveries.failed.allSatisfy { $0.error.code == .abandoned && $0.error.isRetriable })
        }
    }

    @Test func aBrokerThatComesBackGetsEverything() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            let total = 6_000
            for (round, start) in stride(from: 0, to: total, by: 500).enumerated() {
                if round % 4 == 1 { broker.setReachable(false) }
                #expect(producer.publish(.numbered(start..<start + 500)) == 500)
                if round % 4 == 2 {
                    broker.setReachable(true)
                    try #require(eventually { deliveries.total == start + 500 })
                }
            }
            try #require(eventually { deliveries.acknowledged.count == total })
            try #require(eventually { Set(collector.records.map(\.headers)).count == total })
            #expect(deliveries.failed.isEmpty)
            #expect(
                deliveries.events.allSatisfy { event in
                    if case .fatal = event { false } else { true }
                })
            #expect(producer.close(deadline: .seconds(5)) && consumer.close(deadline: .seconds(10)))
        }
    }

    @Test(.enabled(if: KafkaProcess.home != nil, "KAFKA_HOME is not set"))
    func aKilledKafkaThatComesBackGetsEverything() async throws {
        try await onOwnThread {
            let process = try KafkaProcess()
            let broker = try TestBroker(process: process, topics: [.partner])
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            #expect(producer.publish(.numbered(0..<1000)) == 1000)
            try #require(eventually { collector.count >= 1000 })
            process.kill()
            #expect(producer.publish(.numbered(1000..<2000)) == 1000)
            try process.restart()
            #expect(producer.publish(.numbered(2000..<3000)) == 1000)
            try #require(eventually { deliveries.acknowledged.count == 3000 })
            try #require(eventually { Set(collector.records.map(\.headers)).count == 3000 })
            // An idempotent producer on a real broker stores nothing twice.
            #expect(collector.count == 3000)
            #expect(producer.close(deadline: .seconds(5)) && consumer.close(deadline: .seconds(10)))
        }
    }
}
