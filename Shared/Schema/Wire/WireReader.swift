/// Reads messages in the Protobuf binary encoding. Every length is checked against what is left before it is used; the
/// one place where bytes are taken is ``take(_:)`` and the two varint functions.
public struct WireReader {
    var cursor: UnsafeRawPointer
    var end: UnsafeRawPointer
    /// Where the tag read last begins, so that an unknown field can be kept as it came.
    private var tagStart: UnsafeRawPointer
    /// The tag read last, so that an error can name its field.
    var tag: UInt32 = 0
    private var depth = 0

    init(base: UnsafeRawPointer, count: Int) {
        cursor = base
        end = base + count
        tagStart = base
    }

    static var truncated: CodecError { CodecError(.truncated, expected: "more bytes") }
    static var malformed: CodecError { CodecError(.malformed, expected: "a Protobuf field") }
    static var tooDeep: CodecError { CodecError(.tooDeep, expected: "at most \(CodecLimits.depth) levels") }
}

// Leaves.
extension WireReader {
    @inline(__always)
    mutating func varint() throws(CodecError) -> UInt64 {
        guard cursor < end else { throw Self.truncated }
        let first = cursor.load(as: UInt8.self)
        if first < 0x80 {
            cursor += 1
            return UInt64(first)
        }
        return try longVarint()
    }

    @inline(never)
    private mutating func longVarint() throws(CodecError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var position = cursor
        defer { cursor = position }
        while position < end {
            let byte = position.load(as: UInt8.self)
            position += 1
            if shift == 63, byte > 1 { throw Self.malformed }
            value |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Self.truncated
    }

    /// The next `count` bytes, which are then behind the reader.
    @inline(__always)
    mutating func take(_ count: UInt64) throws(CodecError) -> UnsafeRawBufferPointer {
        guard count <= UInt64(end - cursor) else { throw Self.truncated }
        let taken = UnsafeRawBufferPointer(start: cursor, count: Int(count))
        cursor += Int(count)
        return taken
    }

    @inline(__always)
    mutating func bytes() throws(CodecError) -> UnsafeRawBufferPointer { try take(try varint()) }

    @inline(__always)
    mutating func fixed32() throws(CodecError) -> UInt32 {
        UInt32(littleEndian: try take(4).loadUnaligned(as: UInt32.self))
    }

    @inline(__always)
    mutating func fixed64() throws(CodecError) -> UInt64 {
        UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))
    }

    /// The next field's tag, 0 at the end of the message.
    @inline(__always)
    mutating func nextTag() throws(CodecError) -> UInt32 {
        tagStart = cursor
        tag = 0
        guard cursor < end else { return 0 }
        let value = try varint()
        guard value >= 8, value <= UInt64(UInt32.max), value & 7 < 6, value & 7 != 4 else { throw Self.malformed }
        tag = UInt32(truncatingIfNeeded: value)
        return tag
    }
}

// Fields, as the generated code calls them.
extension WireReader {
    mutating func append<Codec: FieldCodec>(_: Codec.Type, to values: inout [Codec.Value]) throws(CodecError) {
        do {
            let value = try Codec.read(from: &self)
            if values.isEmpty { values.reserveCapacity(4) }
            values.append(value)
        } catch {
            throw error.inside(index: values.count)
        }
    }

    mutating func packed<Codec: FieldCodec>(_: Codec.Type, into values: inout [Codec.Value]) throws(CodecError) {
        let block = try bytes()
        let outerEnd = end
        cursor -= block.count
        end = cursor + block.count
        defer { end = outerEnd }
        while cursor < end {
            do { values.append(try Codec.read(from: &self)) } catch { throw error.inside(index: values.count) }
        }
    }

    mutating func merge<Message: WireMessage>(into message: inout Message?) throws(CodecError) {
        var value = message ?? Message()
        message = nil
        try merge(into: &value)
        message = value
    }

    /// Reads a nested message. The error of a field inside gets its name here, where the message's type is known.
    mutating func merge<Message: WireMessage>(into message: inout Message) throws(CodecError) {
        let block = try bytes()
        guard depth < CodecLimits.depth - 1 else { throw Self.tooDeep }
        let outer = (end: end, tag: tag)
        cursor -= block.count
        end = cursor + block.count
        depth += 1
        do {
            try message.merge(from: &self)
        } catch {
            let named = error.inside(Message.jsonName(ofField: tag >> 3))
            tag = outer.tag
            throw named
        }
        depth -= 1
        end = outer.end
        tag = outer.tag
    }

    /// Keeps a field that the message type does not know, to write it out again.
    @inline(never)
    mutating func unknown(_ tag: UInt32, into fields: inout UnknownFields) throws(CodecError) {
        let start = tagStart
        try skip(tag)
        fields.bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: cursor - start))
    }

    /// Passes over the value of a field.
    mutating func skip(_ tag: UInt32) throws(CodecError) {
        switch tag & 7 {
        case WireType.varint: _ = try varint()
        case WireType.fixed64: _ = try take(8)
        case WireType.lengthDelimited: _ = try bytes()
        case WireType.fixed32: _ = try take(4)
        case WireType.startGroup: try skipGroup(tag >> 3)
        default: throw Self.malformed
        }
    }

    private mutating func skipGroup(_ number: UInt32) throws(CodecError) {
        var open = [number]
        while let innermost = open.last {
            guard depth + open.count < CodecLimits.depth else { throw Self.tooDeep }
            let value = try varint()
            guard value >= 8, value <= UInt64(UInt32.max) else { throw Self.malformed }
            let tag = UInt32(truncatingIfNeeded: value)
            switch tag & 7 {
            case WireType.startGroup: open.append(tag >> 3)
            case WireType.endGroup:
                guard tag >> 3 == innermost else { throw Self.malformed }
                open.removeLast()
            default: try skip(tag)
            }
        }
    }
}
