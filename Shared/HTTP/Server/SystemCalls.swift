import CLinux
import Glibc

/// The system's text for an errno.
func systemErrorText(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Milliseconds on a clock that only goes forward.
func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// Whole seconds, rounded up.
    var secondsRoundedUp: Int64 { (milliseconds + 999) / 1000 }
}

/// A wake-up that is not lost when nobody waits yet. Costs nothing while nobody signals.
final class WakeUp: Sendable {
    private let descriptor: Int32

    init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    func signal() { eventfd_write(descriptor, 1) }

    /// Returns at a signal, when one of the others can be read, or after the time; a negative time is none.
    func wait(milliseconds: Int64, orReadable others: [Int32] = []) {
        var polled = ([descriptor] + others).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let limit = Int32(clamping: milliseconds < 0 ? -1 : milliseconds)
        if poll(&polled, nfds_t(polled.count), limit) > 0, polled[0].revents != 0 {
            var count: eventfd_t = 0
            eventfd_read(descriptor, &count)
        }
    }
}

/// A thread of its own for work that blocks. Takes no signals.
struct BlockingThread: Sendable {
    private let handle: pthread_t

    init(name: StaticString, _ work: @escaping @Sendable () -> Void) throws(HTTPServerError) {
        let box = Unmanaged.passRetained(Work(name: name, run: work))
        var handle = pthread_t()
        let result = withSignalsBlocked { pthread_create(&handle, nil, threadMain, box.toOpaque()) }
        guard result == 0 else {
            box.release()
            throw .noThread(errorNumber: result)
        }
        self.handle = handle
    }

    func join() { pthread_join(handle, nil) }

    final class Work: Sendable {
        let name: StaticString
        let run: @Sendable () -> Void

        init(name: StaticString, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let work = Unmanaged<BlockingThread.Work>.fromOpaque(context).takeRetainedValue()
    work.name.withUTF8Buffer { name in
        name.withMemoryRebound(to: CChar.self) { characters in
            if let start = characters.baseAddress { hc_set_thread_name(start) }
        }
    }
    work.run()
    return nil
}

/// Threads made inside inherit a mask in which every signal is blocked, so that signals go to the thread that waits for them.
func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
}
