import Testing

@testable import Messaging

@Suite struct AcknowledgementLineTests {
    @Test func theWatermarkIsTheEndOfTheUnbrokenRun() {
        var line = AcknowledgementLine(watermark: 10)
        line.acknowledge(12)
        line.acknowledge(13)
        #expect(line.watermark == 10)
        line.acknowledge(11)
        #expect(line.watermark == 13)
        line.acknowledge(5)
        line.acknowledge(13)
        #expect(line.watermark == 13)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func anyOrderGivesTheSameAsASet(seed: UInt64) {
        var random = Seeded(seed)
        var line = AcknowledgementLine(watermark: 0)
        var known: Set<Int64> = []
        var waiting = Array(Int64(1)...2000)
        while !waiting.isEmpty {
            // Mostly near the front, as a log acknowledges, sometimes anywhere, sometimes again.
            let place = random.chance(80) ? random.below(min(50, waiting.count)) : random.below(waiting.count)
            let id = waiting.remove(at: place)
            line.acknowledge(id)
            if random.chance(20) { line.acknowledge(id) }
            known.insert(id)
            var expected = line.watermark
            while known.contains(expected + 1) { expected += 1 }
            #expect(line.watermark == expected)
            #expect(!known.contains(line.watermark + 1) && (line.watermark == 0 || known.contains(line.watermark)))
        }
        #expect(line.watermark == 2000)
    }

    @Test func aLongRunAheadIsKeptInBoundedMemory() {
        var line = AcknowledgementLine(watermark: 0)
        for id in Int64(2)...200_000 { line.acknowledge(id) }
        #expect(line.watermark == 0)
        line.acknowledge(1)
        #expect(line.watermark == 200_000)
        line.acknowledge(200_001)
        #expect(line.watermark == 200_001)
    }
}

@Suite struct OutboxPublisherTests {
    @Test func inTheGoodCaseRowsLeaveStraightFromMemory() {
        var publisher = OutboxPublisher(watermark: 0, lastCommitted: 0, window: 10)
        #expect(publisher.committed(first: 1, count: 4) == 4)
        publisher.handedOver(through: 4)
        #expect(!publisher.hasBacklog)
        #expect(publisher.backlog(limit: 100) == nil)
        #expect(publisher.unacknowledged == 4)
    }

    @Test func aFullWindowSendsTheRestThroughTheDatabase() {
        var publisher = OutboxPublisher(watermark: 0, lastCommitted: 0, window: 3)
        #expect(publisher.committed(first: 1, count: 5) == 3)
        publisher.handedOver(through: 3)
        #expect(publisher.hasBacklog)
        #expect(publisher.committed(first: 6, count: 2) == 0, "nothing overtakes what waits")
        #expect(publisher.backlog(limit: 100) == nil, "no room")
        publisher.acknowledge(1, generation: 0)
        #expect(publisher.backlog(limit: 100) == 4...4)
    }

    @Test func rowsOfAnEarlierProducerAreNotAcknowledged() {
        var publisher = OutboxPublisher(watermark: 0, lastCommitted: 0, window: 10)
        _ = publisher.committed(first: 1, count: 3)
        publisher.handedOver(through: 3)
        publisher.producerLost(generation: 1)
        publisher.acknowledge(1, generation: 0)
        #expect(publisher.watermark == 0)
        #expect(publisher.backlog(limit: 100) == 1...3)
        publisher.acknowledge(1, generation: 1)
        #expect(publisher.watermark == 1)
    }

    @Test func aStartSendsWhatIsNotAcknowledged() {
        let publisher = OutboxPublisher(watermark: 7, lastCommitted: 9, window: 10)
        #expect(publisher.backlog(limit: 100) == 8...9)
        #expect(publisher.backlog(limit: 1) == 8...8)
        let emptied = OutboxPublisher(watermark: 7, lastCommitted: 0, window: 10)
        #expect(emptied.lastCommitted == 7, "ids go on after the rows are gone")
    }

    @Test(arguments: Array(1...10) as [UInt64]) func nothingIsSkippedReorderedOrLost(seed: UInt64) {
        var model = PublisherModel(seed: seed)
        for _ in 0..<2000 { model.step() }
        model.finish()
        #expect(model.complaints.isEmpty, "seed \(seed): \(model.complaints.prefix(3))")
        #expect(model.publisher.watermark == model.publisher.lastCommitted, "seed \(seed)")
        #expect(model.publisher.lastCommitted > 3000, "seed \(seed)")
    }
}

/// A publisher among a database, a log and a producer that are all drawn by lot.
private struct PublisherModel {
    static let window = 40
    var publisher = OutboxPublisher(watermark: 0, lastCommitted: 0, window: Self.window)
    var complaints: [String] = []
    private var random: Seeded
    private var generation: UInt64 = 0
    private var firstKept: Int64 = 1
    /// What the producer of now holds, and the next row it must get.
    private var held: [Int64] = []
    private var expected: Int64 = 1
    /// What stands in the log of now.
    private var inLog: Set<Int64> = []
    /// Rows before this one were found to be in the log.
    private var checked: Int64 = 1

    init(seed: UInt64) { random = Seeded(seed) }

    mutating func step() {
        switch random.below(100) {
        case ..<35: commit(1 + random.below(15))
        case ..<60: publishBacklog()
        case ..<90: acknowledge(random.below(10))
        case ..<93: publisher.acknowledge(Int64(random.below(Int(publisher.lastCommitted) + 1)), generation: generation &- 1)
        case ..<96: loseProducer()
        case ..<98: forgetLog()
        default: firstKept = max(firstKept, publisher.watermark - 100)
        }
        check()
    }

    mutating func finish() {
        for _ in 0..<10_000 where publisher.unacknowledged > 0 {
            publishBacklog()
            acknowledge(10)
            check()
        }
    }

    private mutating func commit(_ count: Int) {
        let first = publisher.lastCommitted + 1
        let ready = publisher.committed(first: first, count: count)
        hand(first, limit: ready)
    }

    private mutating func publishBacklog() {
        guard let ids = publisher.backlog(limit: 1 + random.below(20)) else { return }
        if ids.upperBound > publisher.lastCommitted { complaints.append("\(ids) of \(publisher.lastCommitted) rows") }
        hand(ids.lowerBound, limit: ids.count)
    }

    /// The producer takes some of them.
    private mutating func hand(_ first: Int64, limit: Int) {
        guard limit > 0 else { return }
        let taken = random.chance(70) ? limit : random.below(limit + 1)
        guard taken > 0 else { return }
        if first != expected { complaints.append("row \(first) was handed over where \(expected) was due") }
        held += Array(first..<first + Int64(taken))
        expected = first + Int64(taken)
        publisher.handedOver(through: expected - 1)
    }

    private mutating func acknowledge(_ count: Int) {
        for _ in 0..<count where !held.isEmpty {
            let id = held.remove(at: random.chance(70) ? 0 : random.below(held.count))
            inLog.insert(id)
            publisher.acknowledge(id, generation: generation)
        }
    }

    private mutating func loseProducer() {
        generation += 1
        held.removeAll()
        publisher.producerLost(generation: generation)
        expected = publisher.watermark + 1
    }

    private mutating func forgetLog() {
        generation += 1
        held.removeAll()
        inLog.removeAll()
        publisher.replay(from: firstKept, generation: generation)
        expected = firstKept
        checked = firstKept
    }

    private mutating func check() {
        let unknown = held.count { $0 > publisher.watermark }
        if unknown > Self.window { complaints.append("\(unknown) rows in flight") }
        for id in checked..<max(checked, publisher.watermark + 1) where !inLog.contains(id) {
            complaints.append("row \(id) counts as sent and is not in the log")
        }
        checked = publisher.watermark + 1
    }
}
