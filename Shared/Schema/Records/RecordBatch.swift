/// Log records handed from thread to thread in one piece: all bytes in one arena, and a table of where each record's
/// parts lie in it. The Kafka consumer fills one, the engine reads it; the engine fills another, the producer reads it.
public struct RecordBatch: Sendable {
    /// A run of bytes in ``RecordBatch/bytes``.
    public struct Slice: Sendable, Equatable {
        public var start: UInt32
        public var count: UInt32

        public init(start: UInt32, count: UInt32) {
            self.start = start
            self.count = count
        }

        public static let empty = Slice(start: 0, count: 0)
    }

    /// A record header; names may repeat, as Kafka allows.
    public struct Header: Sendable {
        public var name: Slice
        public var value: Slice

        public init(name: Slice, value: Slice) {
            self.name = name
            self.value = value
        }
    }

    public struct Record: Sendable {
        /// Which of the process's topics; see ``Topic``.
        public var topic: Topic
        /// Partition; -1 on records to be published, whose partition follows from the key.
        public var partition: Int32 = -1
        /// Offset in the partition; -1 on records to be published.
        public var offset: Int64 = -1
        /// Microseconds since 1970 from the log; -1 if the log has none.
        public var timestamp: Int64 = -1
        /// The publisher's own number for this record, given back with its delivery report.
        public var tag: UInt64 = 0
        public var key: Slice = .empty
        public var value: Slice = .empty
        /// A record without a value is a tombstone, which no producer of ours writes.
        public var hasValue = true
        /// Where the record's headers lie in ``RecordBatch/headers``.
        public var headers: Range<Int32> = 0..<0

        public init(topic: Topic) { self.topic = topic }
    }

    public var bytes: [UInt8] = []
    public var headers: [Header] = []
    public var records: [Record] = []
    /// Header names and other texts that the batch's events share; see `appendEvent`.
    var eventTexts = EventTexts()

    public init() {}

    public var isEmpty: Bool { records.isEmpty }

    /// Forgets all records but keeps the memory, so that one batch serves again and again.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        headers.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        eventTexts.removeAll()
    }

    /// Forgets the records after the first `count`; their bytes stay in the arena until all is forgotten.
    public mutating func keepRecords(_ count: Int) {
        guard count < records.count else { return }
        headers.removeLast(headers.count - Int(count == 0 ? 0 : records[count - 1].headers.upperBound))
        records.removeLast(records.count - count)
    }

    /// Tags the records with consecutive numbers.
    public mutating func tagRecords(from first: UInt64) {
        for index in records.indices { records[index].tag = first + UInt64(index) }
    }

    /// Copies `source` to the end of the arena and says where it lies now.
    public mutating func append(_ source: UnsafeRawBufferPointer) -> Slice {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: source)
        return Slice(start: start, count: UInt32(source.count))
    }

    /// Copies `source` to the end of the arena and says where it lies now.
    public mutating func append(utf8 source: String) -> Slice {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: source.utf8)
        return Slice(start: start, count: UInt32(bytes.count) - start)
    }

    /// The bytes of a slice, for the length of `body` only. Inlinable: on the way of every record several times.
    @inlinable
    public func withBytes<Result, Failure: Error>(
        _ slice: Slice, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
            let range = Int(slice.start)..<Int(slice.start) + Int(slice.count)
            return try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[range])))
        }
    }

    /// The bytes of a slice as text; bytes that are no UTF-8 are replaced.
    public func text(_ slice: Slice) -> String {
        withBytes(slice) { String(decoding: $0, as: UTF8.self) }
    }
}
