import HostedConnection
import Kafka
import Schema
import ServiceKit
import Store
import Testing

@testable import Messaging

@Suite struct RetentionTests {
    let broker = MemoryBroker()
    let clock = ManualClock()
    let subscription = SubscriptionID(bits: ID128(milliseconds: 1, kind: SubscriptionKind.code, sequence: 0, random: 1))

    @Test func everyTableOfTheEngineHasARule() throws {
        let database = try MemoryDatabase()
        let writer = try StoreConfiguration(location: .memory(database)).openWriter()
        try Migrator.apply(try MessagingMigrations.all(), to: writer, at: clock.now())
        var tables: Set<String> = []
        try writer.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").query {
            row throws(StoreError) in tables.insert(try row.text(0))
        }
        tables.remove("schema_migration")
        #expect(tables == Set(TableRetention.messaging.keys))
    }

    @Test func answersAndHandledEventsGoWhenTheirTimeIsOver() throws {
        var settings = EngineSettings()
        settings.purgeChunk = 4
        let tenant = try ToyService(.tenant, broker, clock, settings: settings)
        try tenant.run(.subscribe(subscription))
        for number in 0..<10 {
            try tenant.take(batch(.charge(subscription, id: "\(number)")))
            try tenant.run(.know(ToyApplication.heldAccount), claim: IdempotencyClaim(caller: "a", key: "\(number)", digest: []))
        }
        clock.advance(by: .seconds(86_399))
        try tenant.engine.maintain()
        #expect(try tenant.count("idempotency") == 10)
        clock.advance(by: .seconds(2))
        try tenant.engine.maintain()
        #expect(try tenant.count("idempotency") == 6, "a bounded number at a time")
        #expect(try tenant.engine.wantsMaintenance, "there is more to do")
        try tenant.engine.maintain()
        try tenant.engine.maintain()
        #expect(try tenant.count("idempotency") == 0)
        #expect(try tenant.count("inbox") == 10)
        clock.advance(by: .seconds(7 * 86_400))
        for _ in 0..<3 { try tenant.engine.maintain() }
        #expect(try tenant.count("inbox") == 0)
        #expect(try tenant.engine.currentStatistics().purgedRows >= 20)
    }

    @Test func onlyClosedDeadLettersGo() throws {
        let tenant = try ToyService(.tenant, broker, clock)
        let record = ToyRecord.charge(subscription, id: "a").body(nil)
        try tenant.take(batch(record, record, record))
        try tenant.order(.discard, 2)
        clock.advance(by: .seconds(30 * 86_400 + 1))
        try tenant.engine.maintain()
        #expect(try tenant.texts("SELECT CAST(id AS TEXT) FROM dead_letter ORDER BY id") == ["1", "3"])
    }

    @Test func sentRowsStayUntilTheirTimeIsOverAndUnsentOnesLonger() throws {
        var settings = EngineSettings()
        settings.purgeChunk = 3
        let partner = try ToyService(.partner, broker, clock, settings: settings)
        for _ in 0..<6 { try partner.run(.send(port(1), name: "")) }
        try partner.settle()
        for _ in 0..<2 { try partner.run(.send(port(1), name: "")) }
        clock.advance(by: .seconds(86_399))
        try partner.engine.maintain()
        #expect(try partner.count("outbox") == 8)
        clock.advance(by: .seconds(2))
        for _ in 0..<5 { try partner.engine.maintain() }
        #expect(try partner.texts("SELECT CAST(id AS TEXT) FROM outbox ORDER BY id") == ["8"], "not acknowledged")
        #expect(try partner.engine.currentStatistics().outboxRows == 1)
        try partner.restart()
        try partner.run(.send(port(1), name: ""))
        #expect(try partner.number("SELECT MAX(id) FROM outbox") == 9)
    }

    @Test func idsGoOnAfterAllRowsAreGone() throws {
        let partner = try ToyService(.partner, broker, clock)
        for _ in 0..<5 { try partner.run(.send(port(1), name: "")) }
        try partner.settle()
        clock.advance(by: .seconds(86_401))
        try partner.engine.maintain()
        #expect(try partner.count("outbox") == 0)
        try partner.restart()
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 0)
        try partner.run(.send(port(1), name: ""))
        #expect(try partner.number("SELECT MIN(id) FROM outbox") == 6)
        try partner.settle()
        #expect(try partner.engine.currentStatistics().outboxUnacknowledged == 0)
        #expect(try broker.messages(PortOffered.self, on: .partner).count == 6)
    }

    @Test func noMoreRowsAreKeptThanAllowed() throws {
        var settings = EngineSettings()
        settings.outboxKeepRows = 100
        let partner = try ToyService(.partner, broker, clock, settings: settings)
        let items = (0..<2000).map { ToyItem(port: port(UInt64($0)), label: "\($0)") }
        for _ in 0..<6 {
            try partner.run(.bulk(items, refusesAtLast: false))
            try partner.settle()
        }
        try partner.run(.send(port(1), name: ""))
        try partner.settle()
        #expect(try partner.number("SELECT MIN(id) FROM outbox") == 11_901)
        #expect(try partner.engine.currentStatistics().outboxRows == 101)
    }

    @Test func rowsAreNotKeptInMemoryAfterTheirBatch() throws {
        let partner = try ToyService(.partner, broker, clock)
        let items = (1...100).map { ToyItem(port: port(UInt64($0)), label: "\($0)") }
        try partner.run(.bulk(items, refusesAtLast: false))
        #expect(try partner.engine.application.rows.count == 0)
        try partner.run(.bulk(items, refusesAtLast: true), isDryRun: true)
        #expect(try partner.engine.application.rows.count == 0)
        #expect(try partner.count("toy") == 100)
    }
}
