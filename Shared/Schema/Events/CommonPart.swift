/// Fields 1 – 8 of every message that travels on a topic: who sent it, in which order, and why. On the wire and in JSON
/// they are ordinary fields of the message; here they are one value, which can also be read without knowing the type.
/// Foreign senders, such as billing systems, leave them out.
public struct CommonPart: Sendable, Equatable {
    /// 1: the sender's epoch, a new one at each of its starts.
    public var epoch: UInt64 = 0
    /// 2: the message's number on its channel, from 1; 0 on messages without a channel.
    public var sequence: UInt64 = 0
    /// 3: on the first message of an epoch on a channel, the place it comes after; absent when the channel begins.
    public var after: Position?
    /// 4: when the sender decided what the message says.
    public var time: Timestamp?
    /// 5: what the whole exchange is about: the id of the command that began it.
    public var correlation = ""
    /// 6: the id of the message that led to this one; empty if a person or a timer did.
    public var causation = ""
    /// 7: who caused it: an account, an operator or a service.
    public var actor = ""
    /// 8: whether a receiver that does not know the type may record it and pass it over.
    public var skippable = false

    public init() {}

    /// The place on its channel: epoch and sequence.
    public var position: Position {
        var position = Position()
        position.epoch = epoch
        position.sequence = sequence
        return position
    }
}

extension CommonPart {
    func encode(into writer: inout WireWriter) {
        writer.field(UInt64Codec.self, 1, epoch)
        writer.field(UInt64Codec.self, 2, sequence)
        writer.optional(MessageCodec<Position>.self, 3, after)
        writer.optional(MessageCodec<Timestamp>.self, 4, time)
        writer.field(TextCodec.self, 5, correlation)
        writer.field(TextCodec.self, 6, causation)
        writer.field(TextCodec.self, 7, actor)
        writer.field(BoolCodec.self, 8, skippable)
    }

    /// Reads the field of this tag; false if it is none of the common part's.
    mutating func merge(_ tag: UInt32, from reader: inout WireReader) throws(CodecError) -> Bool {
        switch tag {
        case 8: epoch = try UInt64Codec.read(from: &reader)
        case 16: sequence = try UInt64Codec.read(from: &reader)
        case 26: try reader.merge(into: &after)
        case 34: try reader.merge(into: &time)
        case 42: correlation = try TextCodec.read(from: &reader)
        case 50: causation = try TextCodec.read(from: &reader)
        case 58: actor = try TextCodec.read(from: &reader)
        case 64: skippable = try BoolCodec.read(from: &reader)
        default: return false
        }
        return true
    }

    func encode(into writer: inout JSONWriter) {
        writer.field(UInt64Codec.self, "epoch", epoch)
        writer.field(UInt64Codec.self, "sequence", sequence)
        writer.optional(MessageCodec<Position>.self, "after", after)
        writer.optional(MessageCodec<Timestamp>.self, "time", time)
        writer.field(TextCodec.self, "correlation", correlation)
        writer.field(TextCodec.self, "causation", causation)
        writer.field(TextCodec.self, "actor", actor)
        writer.field(BoolCodec.self, "skippable", skippable)
    }

    mutating func merge(field number: UInt32, from reader: inout JSONReader) throws(CodecError) {
        switch number {
        case 1: try reader.field(UInt64Codec.self, &epoch)
        case 2: try reader.field(UInt64Codec.self, &sequence)
        case 3: try reader.optional(MessageCodec<Position>.self, &after)
        case 4: try reader.optional(MessageCodec<Timestamp>.self, &time)
        case 5: try reader.field(TextCodec.self, &correlation)
        case 6: try reader.field(TextCodec.self, &causation)
        case 7: try reader.field(TextCodec.self, &actor)
        default: try reader.field(BoolCodec.self, &skippable)
        }
    }

    static func fieldNumber(named name: UnsafeRawBufferPointer) -> UInt32? {
        switch name.count {
        case 4: name.equals("time") ? 4 : nil
        case 5: name.equals("epoch") ? 1 : name.equals("after") ? 3 : name.equals("actor") ? 7 : nil
        case 8: name.equals("sequence") ? 2 : nil
        case 9: name.equals("causation") ? 6 : name.equals("skippable") ? 8 : nil
        case 11: name.equals("correlation") ? 5 : nil
        default: nil
        }
    }

    static func jsonName(ofField number: UInt32) -> String? {
        switch number {
        case 1: "epoch"
        case 2: "sequence"
        case 3: "after"
        case 4: "time"
        case 5: "correlation"
        case 6: "causation"
        case 7: "actor"
        case 8: "skippable"
        default: nil
        }
    }
}
