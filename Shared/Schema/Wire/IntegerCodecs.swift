// Whole numbers. JSON writes 64 bits as text, because its readers keep numbers as doubles; both forms are read.

enum Int32Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: Int32) -> Bool { value == 0 }
    static func write(_ value: Int32, to writer: inout WireWriter) { writer.varint(UInt64(bitPattern: Int64(value))) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Int32 { Int32(truncatingIfNeeded: try reader.varint()) }
    static func write(_ value: Int32, to writer: inout JSONWriter) { writer.integer(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Int32 { try reader.integer(Int32.self) }
    static var initial: Int32 { 0 }
    static func writeKey(_ value: Int32, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Int32 { try JSONReader.integer(Int32.self, from: key) }
}

enum Int64Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: Int64) -> Bool { value == 0 }
    static func write(_ value: Int64, to writer: inout WireWriter) { writer.varint(UInt64(bitPattern: value)) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Int64 { Int64(bitPattern: try reader.varint()) }
    static func write(_ value: Int64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Int64 { try reader.integer(Int64.self) }
    static var initial: Int64 { 0 }
    static func writeKey(_ value: Int64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Int64 { try JSONReader.integer(Int64.self, from: key) }
}

enum UInt32Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: UInt32) -> Bool { value == 0 }
    static func write(_ value: UInt32, to writer: inout WireWriter) { writer.varint(UInt64(value)) }
    static func read(from reader: inout WireReader) throws(CodecError) -> UInt32 { UInt32(truncatingIfNeeded: try reader.varint()) }
    static func write(_ value: UInt32, to writer: inout JSONWriter) { writer.integer(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> UInt32 { try reader.integer(UInt32.self) }
    static var initial: UInt32 { 0 }
    static func writeKey(_ value: UInt32, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> UInt32 { try JSONReader.integer(UInt32.self, from: key) }
}

enum UInt64Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: UInt64) -> Bool { value == 0 }
    static func write(_ value: UInt64, to writer: inout WireWriter) { writer.varint(value) }
    static func read(from reader: inout WireReader) throws(CodecError) -> UInt64 { try reader.varint() }
    static func write(_ value: UInt64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> UInt64 { try reader.integer(UInt64.self) }
    static var initial: UInt64 { 0 }
    static func writeKey(_ value: UInt64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> UInt64 { try JSONReader.integer(UInt64.self, from: key) }
}

/// Zigzag: small negative numbers stay short.
enum SInt32Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: Int32) -> Bool { value == 0 }
    static func write(_ value: Int32, to writer: inout WireWriter) { writer.varint(UInt64(UInt32(bitPattern: value << 1 ^ value >> 31))) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Int32 {
        let raw = UInt32(truncatingIfNeeded: try reader.varint())
        return Int32(bitPattern: raw >> 1) ^ -Int32(bitPattern: raw & 1)
    }
    static func write(_ value: Int32, to writer: inout JSONWriter) { writer.integer(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Int32 { try reader.integer(Int32.self) }
    static var initial: Int32 { 0 }
    static func writeKey(_ value: Int32, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Int32 { try JSONReader.integer(Int32.self, from: key) }
}

/// Zigzag: small negative numbers stay short.
enum SInt64Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.varint }
    static func isDefault(_ value: Int64) -> Bool { value == 0 }
    static func write(_ value: Int64, to writer: inout WireWriter) { writer.varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Int64 {
        let raw = try reader.varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
    static func write(_ value: Int64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Int64 { try reader.integer(Int64.self) }
    static var initial: Int64 { 0 }
    static func writeKey(_ value: Int64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Int64 { try JSONReader.integer(Int64.self, from: key) }
}

enum Fixed32Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.fixed32 }
    static func isDefault(_ value: UInt32) -> Bool { value == 0 }
    static func write(_ value: UInt32, to writer: inout WireWriter) { writer.fixed32(value) }
    static func read(from reader: inout WireReader) throws(CodecError) -> UInt32 { try reader.fixed32() }
    static func write(_ value: UInt32, to writer: inout JSONWriter) { writer.integer(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> UInt32 { try reader.integer(UInt32.self) }
    static var initial: UInt32 { 0 }
    static func writeKey(_ value: UInt32, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> UInt32 { try JSONReader.integer(UInt32.self, from: key) }
}

enum Fixed64Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.fixed64 }
    static func isDefault(_ value: UInt64) -> Bool { value == 0 }
    static func write(_ value: UInt64, to writer: inout WireWriter) { writer.fixed64(value) }
    static func read(from reader: inout WireReader) throws(CodecError) -> UInt64 { try reader.fixed64() }
    static func write(_ value: UInt64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> UInt64 { try reader.integer(UInt64.self) }
    static var initial: UInt64 { 0 }
    static func writeKey(_ value: UInt64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> UInt64 { try JSONReader.integer(UInt64.self, from: key) }
}

enum SFixed32Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.fixed32 }
    static func isDefault(_ value: Int32) -> Bool { value == 0 }
    static func write(_ value: Int32, to writer: inout WireWriter) { writer.fixed32(UInt32(bitPattern: value)) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Int32 { Int32(bitPattern: try reader.fixed32()) }
    static func write(_ value: Int32, to writer: inout JSONWriter) { writer.integer(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Int32 { try reader.integer(Int32.self) }
    static var initial: Int32 { 0 }
    static func writeKey(_ value: Int32, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Int32 { try JSONReader.integer(Int32.self, from: key) }
}

enum SFixed64Codec: MapKeyCodec {
    static var wireType: UInt32 { WireType.fixed64 }
    static func isDefault(_ value: Int64) -> Bool { value == 0 }
    static func write(_ value: Int64, to writer: inout WireWriter) { writer.fixed64(UInt64(bitPattern: value)) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Int64 { Int64(bitPattern: try reader.fixed64()) }
    static func write(_ value: Int64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Int64 { try reader.integer(Int64.self) }
    static var initial: Int64 { 0 }
    static func writeKey(_ value: Int64, to writer: inout JSONWriter) { writer.quotedInteger(value) }
    static func read(key: UnsafeRawBufferPointer) throws(CodecError) -> Int64 { try JSONReader.integer(Int64.self, from: key) }
}
