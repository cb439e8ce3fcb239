import HostedConnection
import Store

/// Single facts about the engine.
struct EngineStateTable {
    enum Name: String {
        case epoch
        case outboxWatermark = "outbox_watermark"
        case incarnation
    }

    private let select: any StoreStatement
    private let upsert: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        select = try connection.prepare("SELECT number, text FROM engine_state WHERE name = ?1")
        upsert = try connection.prepare(
            """
            INSERT INTO engine_state (name, number, text) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET number = excluded.number, text = excluded.text
            """)
    }

    func number(_ name: Name) throws(StoreError) -> Int64? {
        select.bindText(1, name.rawValue)
        return try select.first { row throws(StoreError) in row.int64(0) }
    }

    func text(_ name: Name) throws(StoreError) -> String? {
        select.bindText(1, name.rawValue)
        return try select.first { row throws(StoreError) in try row.text(1) }
    }

    func set(_ name: Name, number: Int64 = 0, text: String = "") throws(StoreError) {
        upsert.bindText(1, name.rawValue)
        upsert.bind(2, number)
        upsert.bindText(3, text)
        try upsert.submit()
    }
}
