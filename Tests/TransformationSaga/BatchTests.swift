import HostedConnection
import ServiceKit
import Testing
import TransformationSaga

@Suite("Many transformations as one")
struct BatchTests {
    private static func vbrs(_ count: Int) -> [VBRID] { (0..<count).map { id(UInt64($0) + 1) } }
    private static func saga(_ vbr: VBRID) -> SagaID { SagaID(bits: ID128(vbr.bits.value ^ 1 << 100)) }

    private static func batch(_ count: Int, limit: Int = 10) throws -> TransformationBatch {
        try TransformationBatch(.circuit(id(1)), payer: .tenant, limit: limit, vbrs(count))
    }

    /// Begins all that may begin.
    private static func begin(_ batch: inout TransformationBatch) -> [VBRID] {
        var begun: [VBRID] = []
        while let next = batch.next {
            batch.begun(next, saga: saga(next))
            begun.append(next)
        }
        return begun
    }

    @Test("So many at once, in their order, and the next one when one is over") func limit() throws {
        var batch = try Self.batch(5, limit: 2)
        let vbrs = Self.vbrs(5)
        #expect(Self.begin(&batch) == Array(vbrs[..<2]))
        #expect(batch.next == nil)
        batch.completed(vbrs[0], saga: Self.saga(vbrs[0]))
        #expect(Self.begin(&batch) == [vbrs[2]])
        batch.compensated(vbrs[1], saga: Self.saga(vbrs[1]), because: "rejected")
        #expect(Self.begin(&batch) == [vbrs[3]])
        #expect(batch.progress == TransformationBatch.Progress(waiting: 1, running: 2, completed: 1, compensated: 1))
    }

    @Test("One that can't begin holds nobody up") func refused() throws {
        var batch = try Self.batch(3, limit: 1)
        let vbrs = Self.vbrs(3)
        batch.refused(vbrs[0], [Refusal(.tenantNotInformed, "nobody told it")])
        #expect(Self.begin(&batch) == [vbrs[1]])
        batch.needsOperator(vbrs[1], saga: Self.saga(vbrs[1]))
        #expect(Self.begin(&batch) == [vbrs[2]], "a stuck one neither")
        batch.completed(vbrs[2], saga: Self.saga(vbrs[2]))
        #expect(batch.state == .running, "the stuck one is not over")
        batch.compensated(vbrs[1], saga: Self.saga(vbrs[1]), because: "cancelled")
        #expect(batch.state == .done)
        #expect(
            batch.report == """
                3 VBRs: 1 transformed, 1 turned back, 1 refused
                \(vbrs[0]): refused: tenant_not_informed: nobody told it
                \(vbrs[1]): \(Self.saga(vbrs[1])) turned back: cancelled

                """)
    }

    @Test("All that is in the way of one is in the report") func obstacles() throws {
        var batch = try Self.batch(1)
        batch.refused(Self.vbrs(1)[0], [Refusal(.tenantNotInformed, "nobody told it"), Refusal(.bandwidthNotSet, "no bandwidth")])
        #expect(batch.report.hasSuffix(": refused: tenant_not_informed: nobody told it; bandwidth_not_set: no bandwidth\n"))
        #expect(batch.state == .done)
    }

    @Test("Paused it begins none, and those under way go on") func pause() throws {
        var batch = try Self.batch(3, limit: 1)
        let vbrs = Self.vbrs(3)
        _ = Self.begin(&batch)
        try batch.pause()
        try batch.pause()
        batch.completed(vbrs[0], saga: Self.saga(vbrs[0]))
        #expect(batch.next == nil && batch.state == .paused)
        try batch.resume()
        #expect(Self.begin(&batch) == [vbrs[1]])
    }

    @Test("With nothing to do, or all done, it is done, and is not paused or resumed any more") func done() throws {
        var empty = try Self.batch(0)
        #expect(empty.state == .done && empty.report == "0 VBRs: none\n")
        #expect(throws: Refusal.self) { try empty.pause() }
        #expect(throws: Refusal.self) { try empty.resume() }
    }

    @Test("A paused one whose last is over is done") func donePaused() throws {
        var batch = try Self.batch(1)
        _ = Self.begin(&batch)
        try batch.pause()
        batch.completed(Self.vbrs(1)[0], saga: Self.saga(Self.vbrs(1)[0]))
        #expect(batch.state == .done)
    }

    @Test("A limit is from 1 to 200, and 10 unless somebody says otherwise") func limits() throws {
        for limit in [0, 201, -1] { #expect(throws: Refusal.self) { try Self.batch(1, limit: limit) } }
        #expect(try TransformationBatch(.tenant(tenantID), payer: .partner, []).limit == 10)
    }

    @Test(
        "Whatever comes in whatever order: never more than the limit at once, each begun once, and it ends",
        arguments: 0..<50 as Range<UInt64>)
    func randomWalks(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let limit = Int.random(in: 1...12, using: &random)
        var batch = try Self.batch(Int.random(in: 1...60, using: &random), limit: limit)
        let all = batch.items.map(\.vbr)
        var begun: Set<VBRID> = []
        for _ in 0..<5_000 {
            let wasPaused = batch.state == .paused
            if let next = batch.next {
                #expect(!wasPaused)
                #expect(begun.insert(next).inserted, "begun twice")
                if Int.random(in: 0..<5, using: &random) == 0 {
                    batch.refused(next, [Refusal(.crossSite, "no")])
                } else {
                    batch.begun(next, saga: Self.saga(next))
                }
            }
            if batch.state == .done { break }
            let vbr = all[Int.random(in: 0..<all.count, using: &random)]
            let saga = Int.random(in: 0..<10, using: &random) == 0 ? id(99) : Self.saga(vbr)
            let before = batch.items.first { $0.vbr == vbr }?.state
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1, 2: batch.completed(vbr, saga: saga)
            case 3: batch.compensated(vbr, saga: saga, because: "no")
            case 4: batch.needsOperator(vbr, saga: saga)
            case 5: try batch.pause()
            default: try batch.resume()
            }
            let after = batch.items.first { $0.vbr == vbr }?.state
            if let before, before.isOver { #expect(after == before, "what is over stays so") }
            if before == .waiting { #expect(after == .waiting, "nothing ends that has not begun") }
            #expect(batch.progress.running <= limit && batch.progress.all == all.count)
            if batch.state == .done { break }
        }
        #expect(batch.state == .done && batch.items.allSatisfy(\.state.isOver))
        #expect(begun == Set(all))
        let kept = TransformationBatch(
            stored: batch.scope, payer: batch.payer, limit: batch.limit, state: batch.state, items: batch.items)
        #expect(kept == batch)
    }
}
