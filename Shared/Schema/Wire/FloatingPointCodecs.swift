// Floating point. Minus zero is not the default: it is written.

enum FloatCodec: FieldCodec {
    static var wireType: UInt32 { WireType.fixed32 }
    static func isDefault(_ value: Float) -> Bool { value.bitPattern == 0 }
    static func write(_ value: Float, to writer: inout WireWriter) { writer.fixed32(value.bitPattern) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Float { Float(bitPattern: try reader.fixed32()) }
    static func write(_ value: Float, to writer: inout JSONWriter) { writer.number(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Float { try reader.number(Float.self) }
}

enum DoubleCodec: FieldCodec {
    static var wireType: UInt32 { WireType.fixed64 }
    static func isDefault(_ value: Double) -> Bool { value.bitPattern == 0 }
    static func write(_ value: Double, to writer: inout WireWriter) { writer.fixed64(value.bitPattern) }
    static func read(from reader: inout WireReader) throws(CodecError) -> Double { Double(bitPattern: try reader.fixed64()) }
    static func write(_ value: Double, to writer: inout JSONWriter) { writer.number(value) }
    static func read(from reader: inout JSONReader) throws(CodecError) -> Double { try reader.number(Double.self) }
}
