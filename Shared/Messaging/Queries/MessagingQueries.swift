import HostedConnection
public import Schema
public import Store

/// Reads the engine's tables on a reader's connection, for operators.
public struct MessagingQueries {
    let reader: any StoreConnection

    public init(_ reader: any StoreConnection) { self.reader = reader }

    /// Most channels in the list of those that are held.
    public static let heldChannelLimit = 1_000

    /// Channels whose messages wait, longest first.
    public func heldChannels() throws(StoreError) -> HeldChannelList {
        let statement = try reader.prepare(
            """
            SELECT topic, channel_key, reason, wait_kind, wait_key, detail, since,
                (SELECT COUNT(*) FROM parked WHERE parked.topic = channel_hold.topic
                    AND parked.channel_key = channel_hold.channel_key)
            FROM channel_hold ORDER BY since, topic, channel_key LIMIT ?1
            """)
        statement.bind(1, Int64(Self.heldChannelLimit))
        var list = HeldChannelList()
        try statement.query { row throws(StoreError) in
            let topic = try Self.topic(row, 0)
            let key = ChannelKey(topic: topic, key: try row.id(1).value)
            guard let reason = HoldReason(stored: row.int64(2), kind: row.int64(3), key: try row.id(4)) else {
                throw .corrupt("channel_hold has reason \(row.int64(2))")
            }
            list.items.append(
                HeldChannelView(
                    topic: topic.baseName, key: key.text, reason: reason.name, detail: try row.text(5),
                    since: Timestamp(row.instant(6)), parked: UInt32(clamping: row.int64(7))))
        }
        return list
    }

    /// The next offset of each partition that was read.
    public func partitions() throws(StoreError) -> [PartitionView] {
        let statement = try reader.prepare("SELECT topic, partition, next_offset FROM log_offset ORDER BY topic, partition")
        var views: [PartitionView] = []
        try statement.query { row throws(StoreError) in
            views.append(
                PartitionView(
                    topic: try Self.topic(row, 0).baseName, partition: Int32(truncatingIfNeeded: row.int64(1)), nextOffset: row.int64(2)))
        }
        return views
    }

    static func topic(_ row: any StoreRow, _ column: Int32) throws(StoreError) -> Topic {
        guard let topic = UInt8(exactly: row.int64(column)).flatMap(Topic.init(rawValue:)) else {
            throw .corrupt("\(row.int64(column)) is not the number of a topic")
        }
        return topic
    }
}
