import Glibc
import ServiceKit

/// Runs a blocking test body on a thread of its own, since the cooperative pool has as many as cores.
func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        do {
            _ = try NativeThread.start(named: "messaging-test") { continuation.resume(with: Result(catching: body)) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

extension MonotonicInstant {
    /// When a test gives up. Far off: a loaded machine may pause any thread for seconds.
    static var patience: MonotonicInstant { .now + .seconds(120) }
}

/// Waits until a condition holds; says whether it came to hold in time.
func eventually(_ condition: () -> Bool) -> Bool {
    let end = MonotonicInstant.patience
    while !condition() {
        if MonotonicInstant.now >= end { return false }
        usleep(1_000)
    }
    return true
}
