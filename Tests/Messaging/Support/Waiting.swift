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

/// Waits until a condition holds; says whether it came to hold in time.
func eventually(within limit: Duration = .seconds(30), _ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
        if ContinuousClock.now >= end { return false }
        usleep(1_000)
    }
    return true
}
