import ServiceKit
import Testing

/// Runs a test on a thread of its own, task locals and all: these tests wait for other processes by blocking, which has no place
/// on the threads of Swift's tasks.
final class OwnThread: TaskExecutor {
    private struct Work: Sendable {
        var jobs: [UnownedJob] = []
        var isEnding = false
    }

    private let work = ConditionLock(Work())

    init() throws(ThreadError) {
        _ = try NativeThread.start(named: "test") { [self] in run() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        work.withLock { $0.jobs.append(job) }
        work.signal()
    }

    /// Lets the thread end when all its work is done.
    func end() {
        work.withLock { $0.isEnding = true }
        work.signal()
    }

    private func run() {
        while let jobs = work.wait(for: { $0.jobs.isEmpty && !$0.isEnding ? nil : $0.jobs.takeAll() }), !jobs.isEmpty {
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}

extension Array {
    fileprivate mutating func takeAll() -> [Element] {
        defer { removeAll() }
        return self
    }
}

struct OwnThreadTrait: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let thread = try OwnThread()
        defer { thread.end() }
        try await withTaskExecutorPreference(thread) { try await function() }
    }
}

extension Trait where Self == OwnThreadTrait {
    /// Each test may block.
    static var onItsOwnThread: OwnThreadTrait { OwnThreadTrait() }
}
