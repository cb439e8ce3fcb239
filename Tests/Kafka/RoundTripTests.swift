import Kafka
import Schema
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RoundTripTests {
    @Test(arguments: BrokerUnderTest.available)
    func everyPartOfARecordArrives(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            let large = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var batch = RecordBatch()
            batch.add(key: "a", value: "one", headers: [("x", "1"), ("x", "2"), ("empty", ""), ("ümlaut", "ß")], tag: 1)
            batch.add(key: "b", value: "", tag: 2)
            batch.add(key: "c", value: nil, tag: 3)
            batch.add(key: "", value: "no key", tag: 4)
            batch.add(key: "d", bytes: large, headers: [("big", "yes")], tag: .max)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            #expect(producer.publish(batch) == 5)
            try #require(eventually { deliveries.total == 5 })
            #expect(deliveries.acknowledged.sorted() == [1, 2, 3, 4, .max])
            #expect(eventually { producer.inFlight == 0 })
            #expect(producer.close(deadline: .seconds(5)))
            #expect(producer.publish(batch) == 0)

            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try #require(eventually { collector.count == 5 })
            let byKey = Dictionary(uniqueKeysWithValues: collector.records.map { ($0.key, $0) })
            #expect(byKey["a"]?.headers == ["x=1", "x=2", "empty=", "ümlaut=ß"])
            #expect(byKey["a"]?.value == Array("one".utf8))
            #expect(byKey["b"]?.value == [] && byKey["b"]?.hasValue == true)
            #expect(byKey["c"]?.hasValue == false)
            #expect(byKey[""]?.value == Array("no key".utf8))
            #expect(byKey["d"]?.value == large)
            #expect((byKey["a"]?.timestamp ?? 0) > 1_600_000_000_000_000)
            #expect(consumer.close(deadline: .seconds(10)))
        }
    }

    /// Java's producer sends a key to murmur2(key) & 0x7fffffff modulo the number of partitions.
    @Test(arguments: BrokerUnderTest.available)
    func keysGoWhereJavaSendsThem(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            let hashes: [(String, Int32)] = [
                ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
                ("a-little-bit-longer-string", -1_486_304_829), ("abc", 479_470_107),
            ]
            var batch = RecordBatch()
            for (key, _) in hashes { batch.add(key: key, value: "v") }
            try broker.publish(batch)
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try #require(eventually { collector.count == hashes.count })
            for (key, hash) in hashes {
                #expect(collector.records.first { $0.key == key }?.place.partition == (hash & 0x7fff_ffff) % Topic.partitionCount)
            }
            #expect(consumer.close(deadline: .seconds(10)))
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func manyRecordsArriveOnceAndInOrderPerKey(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start(topics: [.partner, .tenant])
            let total = 20_000
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner, .tenant], delegate: collector)
            let deliveries = Deliveries()
            let producer = try deliveries.producer(broker.configuration())
            for start in stride(from: 0, to: total, by: 1000) {
                let batch = RecordBatch.numbered(start..<start + 1000, topic: start % 2000 == 0 ? .partner : .tenant)
                try #require(producer.publish(batch) == 1000)
            }
            try #require(eventually { deliveries.total == total })
            #expect(Set(deliveries.acknowledged).count == total)
            try #require(eventually { collector.count >= total })
            var last: [String: Int] = [:]
            var seen = Set<Int>()
            for record in collector.records {
                let number = try #require(Int(String(decoding: record.value, as: UTF8.self).dropLast()))
                let key = "\(record.place.topic) \(record.key)"
                #expect(number > last[key] ?? -1)
                last[key] = number
                #expect(record.headers == ["n=\(number)"])
                seen.insert(number)
            }
            #expect(seen.count == total && collector.count == total)
            #expect(consumer.close(deadline: .seconds(10)) && producer.close(deadline: .seconds(10)))
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func readingStartsWhereTheDelegateSays(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            var batch = RecordBatch()
            for number in 0..<30 { batch.add(key: "k", value: "\(number)", tag: UInt64(number), partition: Int32(number % 3)) }
            try broker.publish(batch)
            // Beyond the end of partition 2 there is nothing: reading begins at its start and says so.
            let collector = Collector(starts: [.init(.partner, 1): 7, .init(.partner, 2): 1_000])
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try #require(eventually { collector.count == 10 + 3 + 10 })
            #expect(collector.records.filter { $0.place.partition == 1 }.map(\.offset) == [7, 8, 9])
            #expect(collector.records.filter { $0.place.partition == 2 }.map(\.offset) == Array(0..<10))
            #expect(collector.jumps == [[2, 1_000, 0]])
            #expect(consumer.close(deadline: .seconds(10)))
        }
    }
}
