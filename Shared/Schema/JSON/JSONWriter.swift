/// Writes messages in the proto3 JSON mapping, straight to UTF-8 bytes, without white space.
///
/// Sendable because it alone owns its memory: it cannot be copied, so whoever has it has the only way to the bytes.
public struct JSONWriter: ~Copyable, @unchecked Sendable {
    var buffer: OutputBuffer
    let emitsDefaults: Bool
    private var needsComma = false

    /// - Parameters:
    ///   - emitsDefaults: whether fields without presence are written at their default value too, empty lists as `[]`.
    ///   - capacity: bytes to begin with; grows as needed.
    public init(emitsDefaults: Bool = false, capacity: Int = 4096) {
        buffer = OutputBuffer(capacity: capacity)
        self.emitsDefaults = emitsDefaults
    }

    /// Bytes written since the last ``removeAll()``.
    public var count: Int { buffer.count }

    /// Forgets what was written but keeps the memory.
    public mutating func removeAll() {
        buffer.removeAll()
        needsComma = false
    }

    /// What was written, for the length of `body` only.
    public borrowing func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(body)
    }
}

// Structure.
extension JSONWriter {
    mutating func beginObject() {
        buffer.append(UInt8(ascii: "{"))
        needsComma = false
    }

    mutating func endObject() {
        buffer.append(UInt8(ascii: "}"))
        needsComma = true
    }

    @inline(__always)
    mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    @inline(__always)
    mutating func name(_ name: StaticString) {
        separate()
        plainText(name)
        buffer.append(UInt8(ascii: ":"))
    }
}

// Fields, as the generated code calls them.
extension JSONWriter {
    mutating func field<Codec: FieldCodec>(_: Codec.Type, _ name: StaticString, _ value: Codec.Value) {
        guard emitsDefaults || !Codec.isDefault(value) else { return }
        self.name(name)
        Codec.write(value, to: &self)
    }

    mutating func optional<Codec: FieldCodec>(_: Codec.Type, _ name: StaticString, _ value: Codec.Value?) {
        guard let value else { return }
        self.name(name)
        Codec.write(value, to: &self)
    }

    mutating func repeated<Codec: FieldCodec>(_: Codec.Type, _ name: StaticString, _ values: [Codec.Value]) {
        guard emitsDefaults || !values.isEmpty else { return }
        self.name(name)
        buffer.append(UInt8(ascii: "["))
        needsComma = false
        for value in values {
            separate()
            Codec.write(value, to: &self)
        }
        buffer.append(UInt8(ascii: "]"))
        needsComma = true
    }
}

// Values.
extension JSONWriter {
    /// Text known to need no escapes.
    @inline(__always)
    mutating func plainText(_ text: StaticString) {
        buffer.append(UInt8(ascii: "\""))
        buffer.append(text)
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func text(_ value: String) {
        buffer.append(UInt8(ascii: "\""))
        let done: Void? = value.utf8.withContiguousStorageIfAvailable { escaped(UnsafeRawBufferPointer($0)) }
        if done == nil { Array(value.utf8).withUnsafeBytes { escaped($0) } }
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        var position = 0
        while true {
            let run = plainRun(base + position, bytes.count - position)
            buffer.append(UnsafeRawBufferPointer(start: base + position, count: run))
            position += run
            guard position < bytes.count else { return }
            escape(bytes[position])
            position += 1
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): buffer.append("\\\"")
        case UInt8(ascii: "\\"): buffer.append("\\\\")
        case UInt8(ascii: "\n"): buffer.append("\\n")
        case UInt8(ascii: "\r"): buffer.append("\\r")
        case UInt8(ascii: "\t"): buffer.append("\\t")
        default:
            buffer.append("\\u00")
            buffer.append(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 15
            buffer.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }

    mutating func bool(_ value: Bool) { buffer.append(value ? "true" : "false") }

    mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        if value < 0 { buffer.append(UInt8(ascii: "-")) }
        var rest = UInt64(value.magnitude)
        var length = 1
        var bound: UInt64 = 10
        while length < 20, rest >= bound {
            length += 1
            let (product, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = product
        }
        let start = buffer.room(length)
        for position in stride(from: length - 1, through: 0, by: -1) {
            start.storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: position, as: UInt8.self)
            rest /= 10
        }
        buffer.advance(length)
    }

    mutating func quotedInteger<Value: FixedWidthInteger>(_ value: Value) {
        buffer.append(UInt8(ascii: "\""))
        integer(value)
        buffer.append(UInt8(ascii: "\""))
    }

    mutating func number<Value: BinaryFloatingPoint & CustomStringConvertible>(_ value: Value) {
        if value.isNaN {
            plainText("NaN")
        } else if value.isInfinite {
            plainText(value < 0 ? "-Infinity" : "Infinity")
        } else {
            var text = value.description
            text.withUTF8 { buffer.append(UnsafeRawBufferPointer($0)) }
        }
    }

    mutating func base64(_ value: [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        value.withUnsafeBytes { Base64.encode($0, into: &buffer) }
        buffer.append(UInt8(ascii: "\""))
    }
}
