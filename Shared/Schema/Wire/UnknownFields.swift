/// Fields that came with a message but that its type does not know, from a newer sender. They are kept as they came and
/// written again, so that passing a message on loses nothing.
public struct UnknownFields: Sendable, Equatable {
    /// The fields in the Protobuf binary encoding, tags included.
    public var bytes: [UInt8] = []

    public init() {}

    public var isEmpty: Bool { bytes.isEmpty }
}
