import HostedConnection

/// How one kind of field value stands in both encodings. The generated code names a codec per field.
protocol FieldCodec {
    associatedtype Value: Equatable & Sendable

    static var wireType: UInt32 { get }
    /// Whether a field without presence is left out at this value.
    static func isDefault(_ value: Value) -> Bool
    static func write(_ value: Value, to writer: inout WireWriter)
    static func read(from reader: inout WireReader) throws(CodecError) -> Value
    static func write(_ value: Value, to writer: inout JSONWriter)
    static func read(from reader: inout JSONReader) throws(CodecError) -> Value
}

/// A codec whose values may be keys of a map, which JSON writes as text.
protocol MapKeyCodec: FieldCodec where Value: Hashable & Comparable {
    /// The key of an entry that holds none.
    static var initial: Value { get }
    static func writeKey(_ value: Value, to writer: inout JSONWriter)
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Value
}

enum TextCodec: MapKeyCodec {
    static var wireType: UInt32 { WireType.lengthDelimited }
    static func isDefault(_ value: String) -> Bool { value.isEmpty }
    static func write(_ value: String, to writer: inout WireWriter) { writer.text(value) }
    static func read(from reader: inout WireReader) throws(CodecError) -> String { try validatedText(try reader.bytes()) }
    static func write(_ value: String, to writer: inout JSONWriter) { writer.text(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> String { try validatedText(try reader.string()) }
    static var initial: String { "" }
    static func writeKey(_ value: String, to writer: inout JSONWriter) { writer.text(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> String { try validatedText(key) }
}

enum BytesCodec: FieldCodec {
    static var wireType: UInt32 { WireType.lengthDelimited }
    static func isDefault(_ value: [UInt8]) -> Bool { value.isEmpty }
    static func write(_ value: [UInt8], to writer: inout WireWriter) { value.withUnsafeBytes { writer.bytes($0) } }
    static func read(from reader: inout WireReader) throws(CodecError) -> [UInt8] { Array(try reader.bytes()) }
    static func write(_ value: [UInt8], to writer: inout JSONWriter) { writer.base64(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> [UInt8] {
        guard let bytes = Base64.decode(try reader.string()) else { throw CodecError(.invalidBase64, expected: "base64") }
        return bytes
    }
}

enum BoolCodec: FieldCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: Bool) -> Bool { !value }
    static func write(_ value: Bool, to writer: inout WireWriter) { writer.varint(value ? 1 : 0) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Bool { try reader.varint() != 0 }
    static func write(_ value: Bool, to writer: inout JSONWriter) { writer.bool(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Bool { try reader.bool() }
}

/// An enumeration; in JSON by name, a number without a name as the number.
enum EnumCodec<Value: WireEnum>: FieldCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: Value) -> Bool { value.rawValue == 0 }
    static func write(_ value: Value, to writer: inout WireWriter) {
        writer.varint(UInt64(bitPattern: Int64(value.rawValue)))
    }
    static func read(from reader: inout WireReader) throws(CodecError) -> Value {
        Value(rawValue: Int32(truncatingIfNeeded: try reader.varint()))
    }
    static func write(_ value: Value, to writer: inout JSONWriter) {
        if let name = value.protoName { writer.plainText(name) } else { writer.integer(value.rawValue) }
    }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Value {
        guard try reader.peek() == UInt8(ascii: "\"") else { return Value(rawValue: try reader.integer(Int32.self)) }
        guard let value = Value(protoName: try reader.string()) else {
            throw CodecError(.unknownName, expected: Value.expectation)
        }
        return value
    }
}

/// A `string` in the .proto file that holds an identifier. The unset identifier is an absent field.
enum IdentifierCodec<Value: TextIdentifier>: FieldCodec {
    static var wireType: UInt32 { WireType.lengthDelimited }
    static func isDefault(_ value: Value) -> Bool { !value.isSet }

    static func write(_ value: Value, to writer: inout WireWriter) {
        let start = writer.beginLength()
        if value.isSet { writer.buffer.advance(value.writeText(to: writer.buffer.room(Value.maximumTextCount))) }
        writer.endLength(start)
    }

    static func read(from reader: inout WireReader) throws(CodecError) -> Value { try value(of: try reader.bytes()) }

    static func write(_ value: Value, to writer: inout JSONWriter) {
        writer.buffer.append(UInt8(ascii: "\""))
        if value.isSet { writer.buffer.advance(value.writeText(to: writer.buffer.room(Value.maximumTextCount))) }
        writer.buffer.append(UInt8(ascii: "\""))
    }

    static func read(from reader: inout JSONReader) throws(CodecError) -> Value { try value(of: try reader.string()) }

    private static func value(of text: UnsafeRawBufferPointer) throws(CodecError) -> Value {
        if text.isEmpty { return .none }
        guard let value = Value(text: text) else { throw CodecError(.invalidIdentifier, expected: Value.expectation) }
        return value
    }
}

/// A nested message.
enum MessageCodec<Value: WireMessage>: FieldCodec {
    static var wireType: UInt32 { WireType.lengthDelimited }
    static func isDefault(_ value: Value) -> Bool { false }
    static func write(_ value: Value, to writer: inout WireWriter) {
        let start = writer.beginLength()
        value.encode(into: &writer)
        writer.endLength(start)
    }
    static func read(from reader: inout WireReader) throws(CodecError) -> Value {
        var value = Value()
        try reader.merge(into: &value)
        return value
    }
    static func write(_ value: Value, to writer: inout JSONWriter) { value.encode(into: &writer) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Value {
        var value = Value()
        try reader.merge(into: &value)
        return value
    }
}
