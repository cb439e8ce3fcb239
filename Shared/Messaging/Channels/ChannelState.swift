/// Both directions of a channel pair as they stand in the row of their connection or account: how far this side has sent
/// on the key, and how far it has handled what the other side sent.
public struct ChannelState: Hashable, Sendable {
    /// The last message sent; ``ChannelPosition/beginning`` before the first.
    public var sent: ChannelPosition
    /// The last message handled; ``ChannelPosition/beginning`` before the first.
    public var handled: ChannelPosition

    public init(sent: ChannelPosition = .beginning, handled: ChannelPosition = .beginning) {
        self.sent = sent
        self.handled = handled
    }

    /// Takes the next place on the outgoing channel in the sender's current epoch.
    public mutating func next(epoch: UInt64) -> Place {
        let position = ChannelPosition(epoch: epoch, sequence: sent.sequence + 1)
        let place = Place(position: position, after: sent.epoch == epoch ? nil : sent)
        sent = position
        return place
    }
}

/// What to do with a message that arrived on a channel.
public enum ChannelVerdict: Equatable, Sendable {
    /// At or below the mark: handled before.
    case repeated
    /// Exactly the next one.
    case next
    /// Something before it has not arrived.
    case gap
    /// Its sender has forgotten messages that this side has handled: a restore or a lost failover.
    case diverged
}

extension Place {
    /// Judges a message against the receiver's mark.
    public func verdict(mark: ChannelPosition) -> ChannelVerdict {
        if position <= mark { return .repeated }
        if let after {
            if after == mark { return .next }
            return after > mark ? .gap : .diverged
        }
        if mark.epoch == position.epoch, mark.sequence + 1 == position.sequence { return .next }
        return .gap
    }
}
