import CLinux
import Glibc

/// Threads for calls that block: the cooperative pool must never wait.
enum NativeThread {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a detached thread with a stack of 8 MiB.
    /// - Parameter name: at most 15 bytes are seen in `top -H`.
    /// - Throws: ``KafkaError`` with code `other` if the system gives no thread.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(KafkaError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 8 << 20)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // The thread's entry takes this reference back, so the closure lives exactly as long as the thread needs it.
        let argument = Unmanaged.passRetained(Start(name, body))
        var thread = pthread_t()
        guard pthread_create(&thread, &attributes, entry, argument.toOpaque()) == 0 else {
            argument.release()
            throw KafkaError(.other, "the system gives no thread for \(name)", isRetriable: true)
        }
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        hc_set_thread_name(start.name)
        start.body()
        return nil
    }
}
