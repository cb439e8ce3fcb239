/// A part of a service that must be started and stopped: store, producer, engine, consumer, HTTP.
public struct ServicePart: Sendable {
    /// The name in logs.
    public let name: String
    /// How long stopping may take.
    public let stopLimit: Duration
    let start: @Sendable () throws -> Void
    let stop: @Sendable (MonotonicInstant) -> Void

    /// - Parameters:
    ///   - stopLimit: how long `stop` may take before the part counts as hanging.
    ///   - start: blocks until the part works, or throws. Where it waits for something outside, it must look at
    ///     ``ServiceProcess/isStopping``.
    ///   - stop: blocks until the part has ended; gets the moment by which it must. Runs on a thread of its own.
    public init(
        _ name: String, stopLimit: Duration = .seconds(10), start: @escaping @Sendable () throws -> Void,
        stop: @escaping @Sendable (_ deadline: MonotonicInstant) -> Void
    ) {
        self.name = name
        self.stopLimit = stopLimit
        self.start = start
        self.stop = stop
    }
}
