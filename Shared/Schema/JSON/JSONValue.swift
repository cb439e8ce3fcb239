/// A JSON value of any shape, for programs that pass on and show what they do not know. Objects keep the order of their names,
/// numbers the way they are written.
public indirect enum JSONValue: Sendable, Hashable {
    case null
    case flag(Bool)
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([Member])

    /// A name of an object with its value.
    public struct Member: Sendable, Hashable {
        public var name: String
        public var value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Reads one value and nothing after it.
    public init(json bytes: [UInt8]) throws(CodecError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(CodecError) in
            let buffer = UnsafeRawBufferPointer(buffer)
            guard let base = buffer.baseAddress else { throw JSONReader.truncated }
            var reader = JSONReader(base: base, count: buffer.count)
            let value = try reader.value()
            try reader.finish()
            return value
        }
    }

    /// The value as JSON without white space.
    public var json: String {
        var writer = JSONWriter()
        writer.value(self)
        return writer.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of a name; nil for none, and for what is no object.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The items of a list; none for anything else.
    public var items: [JSONValue] { if case .list(let items) = self { items } else { [] } }

    /// The names and values of an object; none for anything else.
    public var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// The text of a text; nil for anything else.
    public var text: String? { if case .text(let text) = self { text } else { nil } }
}

extension JSONReader {
    fileprivate mutating func value() throws(CodecError) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"):
            var members: [JSONValue.Member] = []
            try beginObject()
            while let name = try nextName() {
                let text = String(decoding: name, as: UTF8.self)
                members.append(JSONValue.Member(text, try value()))
            }
            return .object(members)
        case UInt8(ascii: "["):
            var items: [JSONValue] = []
            try beginList()
            while try nextElement() { items.append(try value()) }
            return .list(items)
        case UInt8(ascii: "\""): return .text(String(decoding: try string(), as: UTF8.self))
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .flag(try bool())
        case UInt8(ascii: "n"):
            _ = try takeNull()
            return .null
        default: return .number(String(decoding: try numberToken(), as: UTF8.self))
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ value: JSONValue) {
        switch value {
        case .null: buffer.append("null")
        case .flag(let flag): bool(flag)
        case .number(var number): number.withUTF8 { buffer.append(UnsafeRawBufferPointer($0)) }
        case .text(let text): self.text(text)
        case .list(let items):
            buffer.append("[")
            for (place, item) in items.enumerated() {
                if place > 0 { buffer.append(",") }
                self.value(item)
            }
            buffer.append("]")
        case .object(let members):
            buffer.append("{")
            for (place, member) in members.enumerated() {
                if place > 0 { buffer.append(",") }
                self.text(member.name)
                buffer.append(":")
                self.value(member.value)
            }
            buffer.append("}")
        }
    }
}
