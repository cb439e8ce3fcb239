public import HostedConnection

/// Names a timer: what it belongs to and which of its timers it is. Arming it again moves it.
public struct TimerKey: Hashable, Sendable {
    public let owner: ID128
    public let name: UInt8

    public init(owner: ID128, name: UInt8) {
        self.owner = owner
        self.name = name
    }
}

/// A timer armed or moved, or taken back where there is no due time.
struct TimerChange {
    let key: TimerKey
    let due: Instant?
    let generation: UInt32
}

/// A timer whose time has come.
struct DueTimer: Equatable {
    let key: TimerKey
    let generation: UInt32
}
