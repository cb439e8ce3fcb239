import EmbeddedBroker
import Kafka
import Schema
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ConsumerTests {
    @Test(arguments: BrokerUnderTest.available)
    func aFullDelegateIsLeftAloneUntilItHasRoom(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            let total = 30_000
            let collector = Collector()
            collector.setFull(true)
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try broker.publish(.numbered(0..<total, padding: 200))
            var pauses = 0
            while collector.count < total {
                if pauses < 4 {
                    try #require(eventually { consumer.health.isPaused || collector.count >= total })
                    if collector.count >= total { break }
                    let count = collector.count
                    #expect(!eventually(within: .milliseconds(300)) { collector.count > count })
                    let lastPoll = consumer.health.lastPoll
                    #expect(eventually { consumer.health.lastPoll > lastPoll })
                    pauses += 1
                } else {
                    collector.setFull(false)
                }
                let before = collector.fullAnswers
                consumer.resume()
                try #require(eventually { collector.fullAnswers > before || collector.count >= total })
            }
            #expect(pauses > 1)
            expectContiguous(collector.records, total: total)
            #expect(collector.jumps == [])
            #expect(consumer.close(deadline: .seconds(10)))
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func aShortWhileFullPausesNothing(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            let total = 5_000
            let collector = Collector()
            collector.setFull(true)
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try broker.publish(.numbered(0..<total))
            try #require(
                eventually {
                    consumer.resume()
                    return collector.count >= total
                })
            #expect(collector.fullAnswers > 0 && !consumer.health.isPaused)
            expectContiguous(collector.records, total: total)
            #expect(consumer.close(deadline: .seconds(10)))
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func commitsFollowTheDelegateOnly(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            try broker.publish(.numbered(0..<1200))
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try #require(eventually { collector.count == 1200 })
            let admin = try KafkaAdmin(broker.configuration())
            let places = (0..<Topic.partitionCount).map { TopicPartition(.partner, $0) }
            #expect(try admin.committedOffsets(group: broker.group, of: places, timeout: .seconds(10)) == [:])
            let place = try #require(collector.records.first?.place)
            let epoch = consumer.health.assignment.epoch
            #expect(epoch == 1)
            consumer.commit([place: 5], epoch: epoch)
            consumer.commit([place: 3], epoch: epoch)
            consumer.commit([place: 9], epoch: epoch + 1)
            try #require(eventually { consumer.health.commits.committed == 1 })
            #expect(consumer.health.commits.dropped == 2)
            #expect(try admin.committedOffsets(group: broker.group, of: places, timeout: .seconds(10)) == [place: 5])
            // Closing revokes, and the answer to that is committed.
            #expect(consumer.close(deadline: .seconds(10)))
            let ends = try admin.watermarks(of: places, timeout: .seconds(10)).mapValues(\.high).filter { $0.value > 0 }
            #expect(try admin.committedOffsets(group: broker.group, of: places, timeout: .seconds(10)) == ends)
            #expect(collector.revocations.last?.assignment.epoch == epoch && collector.revocations.last?.lost == false)
        }
    }

    @Test(arguments: BrokerUnderTest.available)
    func aSecondMemberGetsItsHalfAfterDrainAndCommit(_ kind: BrokerUnderTest) async throws {
        try await onOwnThread {
            let broker = try kind.start()
            try broker.publish(.numbered(0..<2400))
            let first = Collector()
            let one = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: first)
            try #require(eventually { first.count == 2400 })
            let second = Collector(starts: first.next)
            let two = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: second)
            try #require(eventually { second.assigned.count == 3 && first.assigned.count == 3 })
            #expect(Set(first.assigned + second.assigned).count == 6)
            let revocation = try #require(first.revocations.first { !$0.answer.isEmpty })
            #expect(revocation.assignment.partitions.count == 6 && !revocation.lost)
            let epochs = first.assignments.map(\.epoch)
            #expect(epochs == Array(1...UInt64(epochs.count)))
            // Nothing was committed but the answers. The embedded broker takes no commit during a rebalance.
            if kind == .embedded {
                #expect(one.health.commits.failed >= UInt64(revocation.answer.count))
            } else {
                #expect(one.health.commits.committed >= UInt64(revocation.answer.count) && one.health.commits.failed == 0)
                let admin = try KafkaAdmin(broker.configuration())
                let places = Array(revocation.answer.keys)
                #expect(try admin.committedOffsets(group: broker.group, of: places, timeout: .seconds(10)) == revocation.answer)
            }
            // Each record was read once: the second member goes on where its delegate says.
            try broker.publish(.numbered(2400..<4800))
            try #require(eventually { first.count + second.count >= 4800 })
            #expect(Set((first.records + second.records).map(\.headers)).count == 4800)
            #expect(first.count + second.count == 4800 && second.count > 0)
            // The old assignment is fenced.
            one.commit([.init(.partner, 0): 1_000_000], epoch: revocation.assignment.epoch)
            #expect(one.health.commits.dropped == 1)
            #expect(two.close(deadline: .seconds(10)))
            try #require(eventually { first.assigned.count == 6 })
            #expect(one.close(deadline: .seconds(10)))
        }
    }

    @Test func closingWhileTheBrokerIsDeadEndsInTime() async throws {
        try await onOwnThread {
            let broker = try BrokerUnderTest.embedded.start()
            try broker.publish(.numbered(0..<100))
            let collector = Collector()
            let consumer = try KafkaConsumer(broker.configuration(), group: broker.group, topics: [.partner], delegate: collector)
            try #require(eventually { collector.count == 100 })
            broker.setReachable(false)
            try #require(
                eventually {
                    collector.events.contains { event in
                        if case .allBrokersDown = event { true } else { false }
                    }
                })
            let time = elapsed { #expect(consumer.close(deadline: .seconds(3))) }
            #expect(time < .seconds(3) + slack)
            #expect(collector.revocations.count == 1)
        }
    }

    @Test func aConsumerThatNeverFoundABrokerEndsInTime() async throws {
        try await onOwnThread {
            let configuration = KafkaConfiguration(bootstrap: "127.0.0.1:9", clientID: "test")
            let consumer = try KafkaConsumer(configuration, group: "g", topics: [.partner], delegate: Collector())
            let time = elapsed { #expect(consumer.close(deadline: .seconds(3))) }
            #expect(time < .seconds(3) + slack)
        }
    }

    private func expectContiguous(_ records: [Collector.Received], total: Int) {
        var next: [TopicPartition: Int64] = [:]
        var outOfOrder = 0
        for record in records {
            if record.offset != next[record.place, default: 0] { outOfOrder += 1 }
            next[record.place] = record.offset + 1
        }
        #expect(outOfOrder == 0)
        #expect(next.values.reduce(0, +) == Int64(total))
    }
}
