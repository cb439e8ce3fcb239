public import HostedConnection

/// `google.protobuf.Timestamp`: a moment between the years 1 and 9999, in UTC without leap seconds. It holds no other
/// moment: reading refuses one, making one moves it to the nearer end.
public struct Timestamp: WireMessage, Comparable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public private(set) var seconds: Int64 = 0
    /// Nanoseconds after them, 0 – 999,999,999.
    public private(set) var nanos: Int32 = 0

    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    public init() {}

    public init(seconds: Int64, nanos: Int32 = 0) {
        self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
        self.nanos = min(max(nanos, 0), 999_999_999)
    }

    public init(_ instant: Instant) {
        let (seconds, micros) = instant.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let borrow: Int64 = micros < 0 ? 1 : 0
        self.init(seconds: seconds - borrow, nanos: Int32((micros + borrow * 1_000_000) * 1000))
    }

    /// The moment in microseconds; what is finer is cut off.
    public var instant: Instant { Instant(microseconds: seconds * 1_000_000 + Int64(nanos / 1000)) }

    public static func < (a: Self, b: Self) -> Bool { (a.seconds, a.nanos) < (b.seconds, b.nanos) }
}

extension Timestamp {
    public static var fullName: String { "google.protobuf.Timestamp" }

    public func encode(into writer: inout WireWriter) {
        writer.field(Int64Codec.self, 1, seconds)
        writer.field(Int32Codec.self, 2, nanos)
    }

    public mutating func merge(from reader: inout WireReader) throws(CodecError) {
        var seconds = seconds
        var nanos = nanos
        while true {
            switch try reader.nextTag() {
            case 0:
                guard Self.range.contains(seconds), nanos >= 0, nanos < 1_000_000_000 else { throw Self.outOfRange }
                self.seconds = seconds
                self.nanos = nanos
                return
            case 8: seconds = try Int64Codec.read(from: &reader)
            case 16: nanos = try Int32Codec.read(from: &reader)
            case let tag: try reader.skip(tag)
            }
        }
    }

    public func encode(into writer: inout JSONWriter) {
        writer.buffer.append(UInt8(ascii: "\""))
        TimestampText.write(self, to: &writer.buffer)
        writer.buffer.append(UInt8(ascii: "\""))
    }

    public mutating func merge(from reader: inout JSONReader) throws(CodecError) {
        guard let value = TimestampText.read(try reader.string()) else { throw Self.outOfRange }
        self = value
    }

    static var outOfRange: CodecError {
        CodecError(.invalidTimestamp, expected: "a time such as 2026-01-31T09:30:00Z, in the years 1 to 9999")
    }

    public static func fieldNumber(named name: UnsafeRawBufferPointer) -> UInt32? { nil }
    public static func jsonName(ofField number: UInt32) -> String? { nil }

    public init(protobuf bytes: UnsafeRawBufferPointer) throws(CodecError) { self = try Self.read(protobuf: bytes) }
    public init(json bytes: UnsafeRawBufferPointer) throws(CodecError) { self = try Self.read(json: bytes) }
    public init(decoding envelope: EventEnvelope, in batch: borrowing RecordBatch) throws(CodecError) {
        self = try Self.read(envelope, in: batch)
    }
}
