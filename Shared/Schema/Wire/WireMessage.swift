/// A message of the contract: a struct generated from a .proto file, with the Protobuf binary encoding and the proto3
/// JSON mapping.
public protocol WireMessage: Sendable, Equatable {
    /// The message with every field at its default.
    init()

    /// The name in the .proto files, such as `hostedconnections.v1.PortOffered`.
    static var fullName: String { get }

    /// Appends the Protobuf encoding; fields ascend by number.
    func encode(into writer: inout WireWriter)

    /// Reads fields up to the end of the message into this one.
    mutating func merge(from reader: inout WireReader) throws(CodecError)

    /// Appends the JSON value.
    func encode(into writer: inout JSONWriter)

    /// Reads one JSON value into this message.
    mutating func merge(from reader: inout JSONReader) throws(CodecError)

    /// The number of a field from its name in JSON or in the .proto file.
    static func fieldNumber(named name: UnsafeRawBufferPointer) -> UInt32?

    /// A field's name in JSON.
    static func jsonName(ofField number: UInt32) -> String?

    /// Reads a whole message in the Protobuf binary encoding.
    init(protobuf bytes: UnsafeRawBufferPointer) throws(CodecError)

    /// Reads a whole message in the proto3 JSON mapping; unknown and repeated fields are refused.
    init(json bytes: UnsafeRawBufferPointer) throws(CodecError)

    /// Reads the message of an event, in either encoding. The caller has made sure that the event's type is this one.
    init(decoding envelope: EventEnvelope, in batch: borrowing RecordBatch) throws(CodecError)
}

// What the generated initializers call. They stand in each type, not here, so that other modules get them compiled for that
// type: a generic one costs about 100 ns a message more.
extension WireMessage {
    static func read(protobuf bytes: UnsafeRawBufferPointer) throws(CodecError) -> Self {
        var message = Self()
        guard let base = bytes.baseAddress else { return message }
        var reader = WireReader(base: base, count: bytes.count)
        do {
            try message.merge(from: &reader)
        } catch {
            throw error.inside(jsonName(ofField: reader.tag >> 3))
        }
        return message
    }

    static func read(json bytes: UnsafeRawBufferPointer) throws(CodecError) -> Self {
        var message = Self()
        guard let base = bytes.baseAddress else { throw JSONReader.truncated }
        var reader = JSONReader(base: base, count: bytes.count)
        do {
            try message.merge(from: &reader)
            try reader.finish()
        } catch {
            throw error.inside(jsonName(ofField: reader.field))
        }
        return message
    }

    static func read(_ envelope: EventEnvelope, in batch: borrowing RecordBatch) throws(CodecError) -> Self {
        try envelope.withBytes(envelope.content, in: batch) { content throws(CodecError) in
            switch envelope.encoding {
            case .protobuf: try read(protobuf: content)
            case .json: try read(json: content)
            }
        }
    }
}

extension WireMessage {
    /// Reads a whole message in the Protobuf binary encoding.
    public init(protobuf bytes: [UInt8]) throws(CodecError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(CodecError) in
            try Self(protobuf: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads a whole message in the proto3 JSON mapping; unknown and repeated fields are refused.
    public init(json bytes: [UInt8]) throws(CodecError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(CodecError) in
            try Self(json: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The message in the Protobuf binary encoding. Allocates; the hot path keeps a ``WireWriter``.
    public func protobufBytes() -> [UInt8] {
        var writer = WireWriter(capacity: 512)
        encode(into: &writer)
        return writer.withBytes { Array($0) }
    }

    /// The message in the proto3 JSON mapping.
    /// - Parameter emitsDefaults: whether fields without presence are written at their default value too, empty lists
    ///   as `[]`.
    public func jsonBytes(emitsDefaults: Bool = false) -> [UInt8] {
        var writer = JSONWriter(emitsDefaults: emitsDefaults, capacity: 1024)
        encode(into: &writer)
        return writer.withBytes { Array($0) }
    }
}

/// A message that travels on a topic by itself: it begins with the common part.
public protocol EventMessage: WireMessage {
    /// Which message it is.
    static var messageType: MessageType { get }
    /// Fields 1 – 8; see ``CommonPart``.
    var common: CommonPart { get set }
}

/// An enumeration of the contract. Numbers this version does not know are kept.
public protocol WireEnum: Sendable, Hashable {
    /// Takes any number; one without a name becomes `unrecognized`.
    init(rawValue: Int32)
    var rawValue: Int32 { get }
    /// The name in the .proto file; nil for an unrecognized number.
    var protoName: StaticString? { get }
    /// Reads the name in the .proto file.
    init?(protoName: UnsafeRawBufferPointer)
    /// The names, for error messages.
    static var expectation: String { get }
}
