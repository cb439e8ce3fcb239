import CLinux
import Glibc

/// A thread of the operating system with a name. What blocks (C libraries, waiting for a child) runs on one of these and never
/// on the threads of Swift's tasks, of which there are only as many as cores.
public final class NativeThread: Sendable {
    /// The name as `top -H` shows it: the first 15 bytes.
    public let name: String
    private let finished = ConditionLock(false)

    private init(name: String) { self.name = name }

    /// Starts a thread that runs `body` and ends.
    /// - Parameter stackBytes: size of its stack.
    public static func start(
        named name: String, stackBytes: Int = 8 << 20, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadError) -> NativeThread {
        let thread = NativeThread(name: name)
        let start = Unmanaged.passRetained(ThreadStart(thread: thread, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var handle = pthread_t()
        let failure = pthread_create(&handle, &attributes, runThread, start.toOpaque())
        guard failure == 0 else {
            start.release()
            throw ThreadError(name: name, errorNumber: failure)
        }
        return thread
    }

    /// Whether `body` has returned.
    public var isFinished: Bool { finished.withLock { $0 } }

    /// Blocks the calling thread until the body has returned; false when the deadline comes first.
    @discardableResult
    public func join(until deadline: MonotonicInstant = .distantFuture) -> Bool {
        finished.wait(until: deadline) { $0 ? true : nil } ?? false
    }

    fileprivate func finish() {
        finished.withLock { $0 = true }
        finished.broadcast()
    }
}

/// A thread could not be started: the system has run out of threads or memory, or the stack size is impossible.
public struct ThreadError: Error, Hashable, CustomStringConvertible {
    /// The thread's name.
    public let name: String
    /// What `pthread_create` returned.
    public let errorNumber: Int32

    /// One line for whoever starts the program.
    public var description: String { "thread \(name) could not be started: \(systemMessage(errorNumber))" }
}

private final class ThreadStart: Sendable {
    let thread: NativeThread
    let body: @Sendable () -> Void

    init(thread: NativeThread, body: @escaping @Sendable () -> Void) {
        self.thread = thread
        self.body = body
    }
}

/// A global function, because a closure written in isolated code traps when another thread runs it.
private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    start.thread.name.withCString(hc_set_thread_name)
    start.body()
    start.thread.finish()
    return nil
}
