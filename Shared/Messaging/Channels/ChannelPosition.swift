import Schema

/// A message's place in its channel: the sender's epoch and the sequence the channel had reached. Sequences go on counting
/// from epoch to epoch; the epoch tells a restored sender from the one that had gone further.
public struct ChannelPosition: Hashable, Sendable, Comparable {
    public var epoch: UInt64
    public var sequence: UInt64

    public init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Before the first message of a channel.
    public static let beginning = ChannelPosition(epoch: 0, sequence: 0)

    public static func < (a: ChannelPosition, b: ChannelPosition) -> Bool {
        a.epoch == b.epoch ? a.sequence < b.sequence : a.epoch < b.epoch
    }
}

/// What a message says of its place: where it stands and, on the first message of an epoch, after which message it comes.
public struct Place: Hashable, Sendable {
    public var position: ChannelPosition
    /// Set on the first message of an epoch only; ``ChannelPosition/beginning`` when the channel begins with it.
    public var after: ChannelPosition?

    public init(position: ChannelPosition, after: ChannelPosition?) {
        self.position = position
        self.after = after
    }
}

extension Place {
    /// The place a message's common part says; nil without a sequence, which only messages outside channels lack.
    init?(_ common: CommonPart) {
        guard common.sequence > 0 else { return nil }
        position = ChannelPosition(epoch: common.epoch, sequence: common.sequence)
        after = common.after.map { ChannelPosition(epoch: $0.epoch, sequence: $0.sequence) }
    }

    /// Writes the place into a message's common part.
    func write(to common: inout CommonPart) {
        common.epoch = position.epoch
        common.sequence = position.sequence
        common.after = after.map { Position(epoch: $0.epoch, sequence: $0.sequence) }
    }
}
