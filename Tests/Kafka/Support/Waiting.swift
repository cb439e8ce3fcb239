import Glibc

@testable import Kafka

/// Runs a blocking test body on a thread of its own, since the cooperative pool has two.
func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        do {
            try NativeThread.start("kafka-test") { continuation.resume(with: Result(catching: body)) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Waits until a condition holds; says whether it came to hold in time. Long: a loaded machine may pause any thread for seconds.
func eventually(within limit: Duration = .seconds(120), _ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
        if ContinuousClock.now >= end { return false }
        usleep(2_000)
    }
    return true
}

/// What a loaded machine may add to a deadline that is kept. Less than any of librdkafka's own time-outs.
let slack = Duration.seconds(10)

func elapsed(_ body: () throws -> Void) rethrows -> Duration {
    try ContinuousClock().measure(body)
}
