public import HostedConnection
public import Schema

/// What somebody tells the network simulator.
public struct NetworkCommand: Sendable {
    public var caller: Caller
    /// What it refuses from now on, until it is told otherwise or starts again.
    public var faults: DeviceFaults

    public init(faults: DeviceFaults, by caller: Caller) {
        self.faults = faults
        self.caller = caller
    }
}
