import HostedConnection
import Schema
import Store

/// Channels whose messages wait.
struct HoldTable {
    private let select: any StoreStatement
    private let upsert: any StoreStatement
    private let delete: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        select = try connection.prepare("SELECT topic, channel_key, reason, wait_kind, wait_key, detail, since FROM channel_hold")
        upsert = try connection.prepare(
            """
            INSERT INTO channel_hold (topic, channel_key, reason, wait_kind, wait_key, detail, since)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (topic, channel_key) DO UPDATE SET reason = excluded.reason, wait_kind = excluded.wait_kind,
                wait_key = excluded.wait_key, detail = excluded.detail, since = excluded.since
            """)
        delete = try connection.prepare("DELETE FROM channel_hold WHERE topic = ?1 AND channel_key = ?2")
    }

    func load() throws(StoreError) -> [ChannelKey: Hold] {
        var holds: [ChannelKey: Hold] = [:]
        try select.query { row throws(StoreError) in
            guard let topic = Topic(rawValue: UInt8(truncatingIfNeeded: row.int64(0))),
                let reason = HoldReason(stored: row.int64(2), kind: row.int64(3), key: try row.id(4))
            else { throw .corrupt("channel_hold has topic \(row.int64(0)) and reason \(row.int64(2))") }
            holds[ChannelKey(topic: topic, key: try row.id(1).value)] = Hold(
                reason: reason, detail: try row.text(5), since: row.instant(6))
        }
        return holds
    }

    func save(_ hold: Hold, of channel: ChannelKey) throws(StoreError) {
        let stored = hold.reason.stored
        upsert.bind(1, Int64(channel.topic.rawValue))
        upsert.bind(2, ID128(channel.key))
        upsert.bind(3, stored.reason)
        upsert.bind(4, stored.kind)
        upsert.bind(5, stored.key)
        upsert.bindText(6, hold.detail)
        upsert.bind(7, hold.since)
        try upsert.submit()
    }

    func remove(_ channel: ChannelKey) throws(StoreError) {
        delete.bind(1, Int64(channel.topic.rawValue))
        delete.bind(2, ID128(channel.key))
        try delete.submit()
    }
}

extension HoldReason {
    fileprivate var stored: (reason: Int64, kind: Int64, key: ID128) {
        switch self {
        case .gap: (1, 0, .none)
        case .diverged: (2, 0, .none)
        case .deadLetter(let number): (3, 0, ID128(UInt128(UInt64(bitPattern: number))))
        case .unknownType(let number): (4, 0, ID128(UInt128(UInt64(bitPattern: number))))
        case .waiting(let key): (5, key.stored.kind, key.stored.key)
        }
    }

    /// Reads the three columns; nil if they are no reason.
    init?(stored reason: Int64, kind: Int64, key: ID128) {
        switch reason {
        case 1: self = .gap
        case 2: self = .diverged
        case 3: self = .deadLetter(Int64(truncatingIfNeeded: key.value))
        case 4: self = .unknownType(Int64(truncatingIfNeeded: key.value))
        case 5:
            guard let key = WaitKey(kind: kind, key: key) else { return nil }
            self = .waiting(key)
        default: return nil
        }
    }
}
