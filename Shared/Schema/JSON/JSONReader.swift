/// Reads the proto3 JSON mapping straight from UTF-8 bytes. Strict: what JSON does not allow is refused, and so are a
/// field the message does not have and a field given twice.
public struct JSONReader: ~Copyable {
    private var cursor: UnsafeRawPointer
    private let end: UnsafeRawPointer
    private let start: UnsafeRawPointer
    /// The number of the field being read, so that an error can name it; 0 outside fields.
    var field: UInt32 = 0
    private var depth = 0
    /// Whether a comma must come before the next name or element.
    private var needsComma = false
    /// Room for texts with escapes; never longer than the input, so it is made once, at the first of them.
    private var scratch: UnsafeMutableRawPointer?

    init(base: UnsafeRawPointer, count: Int) {
        start = base
        cursor = base
        end = base + count
    }

    deinit { scratch?.deallocate() }

    static var truncated: CodecError { CodecError(.truncated, expected: "more JSON") }
    static func invalid(_ expected: String) -> CodecError { CodecError(.invalidJSON, expected: expected) }
    static func wrongType(_ expected: String) -> CodecError { CodecError(.wrongType, expected: expected) }
}

// Structure.
extension JSONReader {
    /// The first byte of the next token, after white space.
    @inline(__always)
    mutating func peek() throws(CodecError) -> UInt8 {
        while cursor < end {
            let byte = cursor.load(as: UInt8.self)
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
            cursor += 1
        }
        throw Self.truncated
    }

    /// Nothing but white space may follow.
    mutating func finish() throws(CodecError) {
        while cursor < end {
            let byte = cursor.load(as: UInt8.self)
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { throw Self.invalid("nothing after the value") }
            cursor += 1
        }
    }

    private mutating func begin(_ opening: UInt8, _ expected: String) throws(CodecError) {
        guard try peek() == opening else { throw Self.wrongType(expected) }
        guard depth < CodecLimits.depth else { throw WireReader.tooDeep }
        cursor += 1
        depth += 1
        needsComma = false
    }

    /// Whether one more name or element follows; else the object or list is closed.
    private mutating func more(_ closing: UInt8, _ expected: String) throws(CodecError) -> Bool {
        let byte = try peek()
        if byte == closing {
            cursor += 1
            depth -= 1
            needsComma = true
            return false
        }
        if needsComma {
            guard byte == UInt8(ascii: ",") else { throw Self.invalid(expected) }
            cursor += 1
        }
        needsComma = true
        return true
    }

    mutating func beginObject() throws(CodecError) { try begin(UInt8(ascii: "{"), "an object") }
    mutating func beginList() throws(CodecError) { try begin(UInt8(ascii: "["), "a list") }
    mutating func nextElement() throws(CodecError) -> Bool { try more(UInt8(ascii: "]"), "a comma or ]") }

    /// The next name of an object; nil at its end. The bytes hold until the next text is read.
    @inline(__always)
    mutating func nextName() throws(CodecError) -> UnsafeRawBufferPointer? {
        guard try more(UInt8(ascii: "}"), "a comma or }") else { return nil }
        guard try peek() == UInt8(ascii: "\"") else { throw Self.invalid("a name in quotes") }
        let name = try string()
        guard try peek() == UInt8(ascii: ":") else { throw Self.invalid("a colon after the name") }
        cursor += 1
        return name
    }

    /// The number of the next field; nil at the end of the message.
    mutating func nextField<Message: WireMessage>(of _: Message.Type, _ seen: inout UInt128) throws(CodecError) -> UInt32? {
        field = 0
        guard let name = try nextName() else { return nil }
        guard let number = Message.fieldNumber(named: name) else {
            let shown = String(decoding: name.prefix(64), as: UTF8.self)
            throw CodecError(.unknownField, path: shown, expected: "a field of \(Message.fullName)")
        }
        field = number
        let bit = UInt128(1) << UInt128(number)
        guard seen & bit == 0 else { throw CodecError(.duplicateField, expected: "the field at most once") }
        seen |= bit
        return number
    }

    /// Takes `null` if it comes next: a field that is not set.
    @inline(__always)
    mutating func takeNull() throws(CodecError) -> Bool {
        guard try peek() == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    private mutating func literal(_ text: StaticString) throws(CodecError) {
        let count = text.utf8CodeUnitCount
        guard end - cursor >= count, UnsafeRawBufferPointer(start: cursor, count: count).equals(text) else {
            throw Self.invalid("a JSON value")
        }
        cursor += count
    }

    /// Passes over one value of any type and gives its bytes.
    mutating func skipValue() throws(CodecError) -> UnsafeRawBufferPointer {
        let byte = try peek()
        let first = cursor
        switch byte {
        case UInt8(ascii: "{"):
            try beginObject()
            while try nextName() != nil { _ = try skipValue() }
        case UInt8(ascii: "["):
            try beginList()
            while try nextElement() { _ = try skipValue() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try numberToken()
        }
        return UnsafeRawBufferPointer(start: first, count: cursor - first)
    }
}

// Values.
extension JSONReader {
    mutating func bool() throws(CodecError) -> Bool {
        switch try peek() {
        case UInt8(ascii: "t"):
            try literal("true")
            return true
        case UInt8(ascii: "f"):
            try literal("false")
            return false
        default: throw Self.wrongType("true or false")
        }
    }

    /// The bytes of a text without its quotes, escapes resolved. They hold until the next text is read.
    mutating func string() throws(CodecError) -> UnsafeRawBufferPointer {
        guard try peek() == UInt8(ascii: "\"") else { throw Self.wrongType("a text in quotes") }
        cursor += 1
        let first = cursor
        cursor += plainRun(cursor, end - cursor)
        guard cursor < end else { throw CodecError(.truncated, expected: "a closing quote") }
        switch cursor.load(as: UInt8.self) {
        case UInt8(ascii: "\""):
            let text = UnsafeRawBufferPointer(start: first, count: cursor - first)
            cursor += 1
            return text
        case UInt8(ascii: "\\"): return try escapedString(from: first)
        default: throw Self.invalid("control characters as escapes")
        }
    }

    /// Goes on with a text whose first escape is at the cursor.
    @inline(never)
    private mutating func escapedString(from first: UnsafeRawPointer) throws(CodecError) -> UnsafeRawBufferPointer {
        let room = scratch ?? .allocate(byteCount: end - start, alignment: 1)
        scratch = room
        var count = cursor - first
        room.copyMemory(from: first, byteCount: count)
        while cursor < end {
            let byte = cursor.load(as: UInt8.self)
            cursor += 1
            switch byte {
            case UInt8(ascii: "\""): return UnsafeRawBufferPointer(start: room, count: count)
            case UInt8(ascii: "\\"): count += try unescape(to: room + count)
            case 0..<0x20: throw Self.invalid("control characters as escapes")
            default:
                room.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
                count += 1
            }
        }
        throw CodecError(.truncated, expected: "a closing quote")
    }

    /// Writes what the escape after the backslash stands for, always shorter than the escape, and gives its length.
    private mutating func unescape(to room: UnsafeMutableRawPointer) throws(CodecError) -> Int {
        guard cursor < end else { throw CodecError(.truncated, expected: "an escape") }
        let byte = cursor.load(as: UInt8.self)
        cursor += 1
        let plain: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte
        case UInt8(ascii: "b"): plain = 8
        case UInt8(ascii: "f"): plain = 12
        case UInt8(ascii: "n"): plain = 10
        case UInt8(ascii: "r"): plain = 13
        case UInt8(ascii: "t"): plain = 9
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape()
            var count = 0
            if let units = UTF8.encode(scalar) {
                for unit in units {
                    room.storeBytes(of: unit, toByteOffset: count, as: UInt8.self)
                    count += 1
                }
            }
            return count
        default: throw Self.invalid("an escape of JSON")
        }
        room.storeBytes(of: plain, as: UInt8.self)
        return 1
    }

    private mutating func unicodeEscape() throws(CodecError) -> Unicode.Scalar {
        var value = try fourHexDigits()
        if value >= 0xd800, value < 0xdc00, end - cursor >= 6, cursor.load(as: UInt8.self) == UInt8(ascii: "\\"),
            cursor.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "u")
        {
            cursor += 2
            let low = try fourHexDigits()
            guard low >= 0xdc00, low < 0xe000 else { throw CodecError(.invalidUTF8, expected: "paired surrogates") }
            value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw CodecError(.invalidUTF8, expected: "paired surrogates") }
        return scalar
    }

    private mutating func fourHexDigits() throws(CodecError) -> UInt32 {
        guard end - cursor >= 4 else { throw CodecError(.truncated, expected: "four hexadecimal digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = cursor.load(as: UInt8.self)
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw Self.invalid("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            cursor += 1
        }
        return value
    }

    /// The bytes of a number.
    mutating func numberToken() throws(CodecError) -> UnsafeRawBufferPointer {
        _ = try peek()
        let rest = UnsafeRawBufferPointer(start: cursor, count: end - cursor)
        let count = JSONNumber.length(at: rest)
        guard count > 0 else { throw Self.wrongType("a number") }
        cursor += count
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
}

// Fields, as the generated code calls them.
extension JSONReader {
    mutating func field<Codec: FieldCodec>(_: Codec.Type, _ value: inout Codec.Value) throws(CodecError) {
        if try takeNull() { return }
        value = try Codec.read(from: &self)
    }

    mutating func optional<Codec: FieldCodec>(_: Codec.Type, _ value: inout Codec.Value?) throws(CodecError) {
        if try takeNull() { return }
        value = try Codec.read(from: &self)
    }

    mutating func repeated<Codec: FieldCodec>(_: Codec.Type, _ values: inout [Codec.Value]) throws(CodecError) {
        if try takeNull() { return }
        try beginList()
        while true {
            do {
                guard try nextElement() else { return }
                let value = try Codec.read(from: &self)
                if values.isEmpty { values.reserveCapacity(4) }
                values.append(value)
            } catch {
                throw error.inside(index: values.count)
            }
        }
    }

    /// Reads a nested message. The error of a field inside gets its name here, where the message's type is known.
    mutating func merge<Message: WireMessage>(into message: inout Message) throws(CodecError) {
        let outer = field
        field = 0
        do {
            try message.merge(from: &self)
        } catch {
            let named = error.inside(Message.jsonName(ofField: field))
            field = outer
            throw named
        }
        field = outer
    }
}
