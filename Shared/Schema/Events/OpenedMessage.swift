/// A message in the Protobuf binary encoding of which only the common part is read, whatever its type. Valid while its bytes
/// are lent.
public struct OpenedMessage {
    public let common: CommonPart
    /// From the first field of the message's own on: all that is left to read once the type is known.
    let rest: UnsafeRawBufferPointer

    /// Reads the common part; the other fields are passed over.
    public init(_ bytes: UnsafeRawBufferPointer) throws(CodecError) {
        var part = CommonPart()
        var firstOwn: Int?
        if let base = bytes.baseAddress {
            var reader = WireReader(base: base, count: bytes.count)
            do {
                while true {
                    let start = reader.cursor - base
                    let tag = try reader.nextTag()
                    if tag == 0 { break }
                    if try part.merge(tag, from: &reader) { continue }
                    try reader.skip(tag)
                    if firstOwn == nil { firstOwn = start }
                }
            } catch {
                throw error.inside(CommonPart.jsonName(ofField: reader.tag >> 3))
            }
        }
        common = part
        rest = UnsafeRawBufferPointer(rebasing: bytes[(firstOwn ?? bytes.count)...])
    }
}

extension EventMessage {
    /// Reads the message's own fields. The caller has made sure that the message's type is this one.
    public init(_ opened: OpenedMessage) throws(CodecError) {
        try self.init(protobuf: opened.rest)
        common = opened.common
    }
}
