import HostedConnection
import Schema
import Store

/// Messages of channels that wait behind a hold, in the order of their places.
struct ParkedTable {
    private let insert: any StoreStatement
    private let first: any StoreStatement
    private let delete: any StoreStatement
    private let countAll: any StoreStatement
    private let countChannel: any StoreStatement

    init(_ connection: any StoreConnection) throws(StoreError) {
        insert = try connection.prepare(
            """
            INSERT INTO parked (topic, channel_key, epoch, sequence, after_epoch, after_sequence, message_id, source, type, body,
                received_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (topic, channel_key, epoch, sequence) DO NOTHING
            """)
        first = try connection.prepare(
            """
            SELECT epoch, sequence, after_epoch, after_sequence, message_id, source, type, body, received_at FROM parked
            WHERE topic = ?1 AND channel_key = ?2 ORDER BY epoch, sequence LIMIT 1
            """)
        delete = try connection.prepare("DELETE FROM parked WHERE topic = ?1 AND channel_key = ?2 AND epoch = ?3 AND sequence = ?4")
        countAll = try connection.prepare("SELECT COUNT(*) FROM parked")
        countChannel = try connection.prepare("SELECT COUNT(*) FROM parked WHERE topic = ?1 AND channel_key = ?2")
    }

    /// Parks the message; false if its place is parked already.
    func park(_ arrival: Arrival, at place: Place, on channel: ChannelKey, now: Instant) throws(StoreError) -> Bool {
        insert.bind(1, Int64(channel.topic.rawValue))
        insert.bind(2, ID128(channel.key))
        insert.bind(3, Int64(bitPattern: place.position.epoch))
        insert.bind(4, Int64(bitPattern: place.position.sequence))
        insert.bind(5, place.after.map { Int64(bitPattern: $0.epoch) })
        insert.bind(6, place.after.map { Int64(bitPattern: $0.sequence) })
        insert.bindText(7, arrival.id)
        insert.bindText(8, arrival.source)
        insert.bindText(9, arrival.typeName)
        insert.bind(10, arrival.body)
        insert.bind(11, now)
        return try insert.run() == 1
    }

    /// The parked message with the lowest place.
    func firstParked(on channel: ChannelKey) throws(StoreError) -> ParkedMessage? {
        first.bind(1, Int64(channel.topic.rawValue))
        first.bind(2, ID128(channel.key))
        return try first.first { row throws(StoreError) in
            let after: ChannelPosition? =
                row.isNull(2)
                ? nil
                : ChannelPosition(epoch: UInt64(bitPattern: row.int64(2)), sequence: UInt64(bitPattern: row.int64(3)))
            return ParkedMessage(
                place: Place(
                    position: ChannelPosition(
                        epoch: UInt64(bitPattern: row.int64(0)), sequence: UInt64(bitPattern: row.int64(1))), after: after),
                id: try row.text(4), source: try row.text(5), typeName: try row.text(6), encoding: .protobuf, body: row.blob(7))
        }
    }

    /// Removes the message at this place; false if there is none.
    @discardableResult
    func remove(_ position: ChannelPosition, from channel: ChannelKey) throws(StoreError) -> Bool {
        delete.bind(1, Int64(channel.topic.rawValue))
        delete.bind(2, ID128(channel.key))
        delete.bind(3, Int64(bitPattern: position.epoch))
        delete.bind(4, Int64(bitPattern: position.sequence))
        return try delete.run() == 1
    }

    func count() throws(StoreError) -> Int {
        try countAll.first { row throws(StoreError) in Int(row.int64(0)) } ?? 0
    }

    func count(on channel: ChannelKey) throws(StoreError) -> Int {
        countChannel.bind(1, Int64(channel.topic.rawValue))
        countChannel.bind(2, ID128(channel.key))
        return try countChannel.first { row throws(StoreError) in Int(row.int64(0)) } ?? 0
    }
}
