/// Writes messages in the Protobuf binary encoding. Keep one per thread and use it again and again: it keeps its memory,
/// so encoding allocates nothing.
///
/// Sendable because it alone owns its memory: it cannot be copied, so whoever has it has the only way to the bytes.
public struct WireWriter: ~Copyable, @unchecked Sendable {
    var buffer: OutputBuffer

    /// - Parameter capacity: bytes to begin with; grows as needed.
    public init(capacity: Int = 4096) { buffer = OutputBuffer(capacity: capacity) }

    /// Bytes written since the last ``removeAll()``.
    public var count: Int { buffer.count }

    /// Forgets what was written but keeps the memory.
    public mutating func removeAll() { buffer.removeAll() }

    /// What was written, for the length of `body` only.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(body)
    }
}

/// How a field's value begins: the low three bits of its tag.
enum WireType {
    static let varint: UInt32 = 0
    static let fixed64: UInt32 = 1
    static let lengthDelimited: UInt32 = 2
    static let startGroup: UInt32 = 3
    static let endGroup: UInt32 = 4
    static let fixed32: UInt32 = 5
}

// Leaves.
extension WireWriter {
    @inline(__always)
    mutating func varint(_ value: UInt64) {
        let start = buffer.room(10)
        var rest = value
        var length = 0
        while rest >= 0x80 {
            start.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: length, as: UInt8.self)
            rest >>= 7
            length += 1
        }
        start.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: length, as: UInt8.self)
        buffer.advance(length + 1)
    }

    @inline(__always)
    mutating func tag(_ number: UInt32, _ type: UInt32) { varint(UInt64(number << 3 | type)) }

    @inline(__always)
    mutating func fixed32(_ value: UInt32) {
        buffer.room(4).storeBytes(of: value.littleEndian, as: UInt32.self)
        buffer.advance(4)
    }

    @inline(__always)
    mutating func fixed64(_ value: UInt64) {
        buffer.room(8).storeBytes(of: value.littleEndian, as: UInt64.self)
        buffer.advance(8)
    }

    @inline(__always)
    mutating func bytes(_ value: UnsafeRawBufferPointer) {
        varint(UInt64(value.count))
        buffer.append(value)
    }

    mutating func text(_ value: String) {
        let done: Void? = value.utf8.withContiguousStorageIfAvailable { bytes(UnsafeRawBufferPointer($0)) }
        if done == nil { Array(value.utf8).withUnsafeBytes { bytes($0) } }
    }

    /// Leaves one byte for a length; ``endLength(_:)`` fills it in. Nearly all of our nested parts are shorter than 128 bytes.
    @inline(__always)
    mutating func beginLength() -> Int {
        buffer.append(0)
        return buffer.count
    }

    @inline(__always)
    mutating func endLength(_ start: Int) {
        let length = buffer.count - start
        if length < 0x80 {
            buffer.overwrite(UInt8(truncatingIfNeeded: length), at: start - 1)
        } else {
            endLongLength(start, length)
        }
    }

    @inline(never)
    private mutating func endLongLength(_ start: Int, _ length: Int) {
        let width = (UInt64(length).bitWidth - UInt64(length).leadingZeroBitCount + 6) / 7
        buffer.openGap(at: start, by: width - 1)
        var rest = length
        for position in 0..<width {
            let more: UInt8 = position == width - 1 ? 0 : 0x80
            buffer.overwrite(UInt8(rest & 0x7f) | more, at: start - 1 + position)
            rest >>= 7
        }
    }
}

// Fields, as the generated code calls them.
extension WireWriter {
    mutating func field<Codec: FieldCodec>(_: Codec.Type, _ number: UInt32, _ value: Codec.Value) {
        guard !Codec.isDefault(value) else { return }
        tag(number, Codec.wireType)
        Codec.write(value, to: &self)
    }

    mutating func optional<Codec: FieldCodec>(_: Codec.Type, _ number: UInt32, _ value: Codec.Value?) {
        guard let value else { return }
        tag(number, Codec.wireType)
        Codec.write(value, to: &self)
    }

    mutating func repeated<Codec: FieldCodec>(_: Codec.Type, _ number: UInt32, _ values: [Codec.Value]) {
        for value in values {
            tag(number, Codec.wireType)
            Codec.write(value, to: &self)
        }
    }

    mutating func packed<Codec: FieldCodec>(_: Codec.Type, _ number: UInt32, _ values: [Codec.Value]) {
        guard !values.isEmpty else { return }
        tag(number, WireType.lengthDelimited)
        let start = beginLength()
        for value in values { Codec.write(value, to: &self) }
        endLength(start)
    }

    mutating func unknown(_ fields: UnknownFields) {
        guard !fields.bytes.isEmpty else { return }
        fields.bytes.withUnsafeBytes { buffer.append($0) }
    }
}
