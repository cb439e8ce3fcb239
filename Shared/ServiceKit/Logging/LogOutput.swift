import Glibc
import Synchronization

/// Where log lines go.
public final class LogOutput: Sendable {
    private enum Target {
        case descriptor(Int32)
        case function(@Sendable ([UInt8]) -> Void)
    }

    private struct State {
        var isStalled = false
        var dropped: UInt64 = 0
    }

    /// How long the first line waits for a reader that does not read; the lines after it are dropped at once.
    private static let patienceMilliseconds: Int32 = 50

    private let target: Target
    private let state = Mutex(State())

    private init(_ target: Target) { self.target = target }

    /// Standard error, one `write` a line.
    public static let standardError = LogOutput(.descriptor(STDERR_FILENO))

    /// An open file, pipe or socket; it stays the caller's to close.
    public static func descriptor(_ descriptor: Int32) -> LogOutput { LogOutput(.descriptor(descriptor)) }

    /// A function that gets each line with its newline, on whatever thread logs.
    public static func function(_ receive: @escaping @Sendable ([UInt8]) -> Void) -> LogOutput { LogOutput(.function(receive)) }

    /// Lines that were lost because nobody read the pipe or the disk was full.
    public var droppedLines: UInt64 { state.withLock { $0.dropped } }

    func write(_ line: [UInt8]) {
        switch target {
        case .function(let receive): receive(line)
        case .descriptor(let descriptor):
            state.withLock { state in
                guard Self.isWritable(descriptor, within: state.isStalled ? 0 : Self.patienceMilliseconds),
                    Self.writeOnce(line, to: descriptor)
                else {
                    state.isStalled = true
                    state.dropped += 1
                    return
                }
                state.isStalled = false
            }
        }
    }

    private static func isWritable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, milliseconds) == 1 && request.revents & Int16(POLLOUT) != 0
    }

    private static func writeOnce(_ line: [UInt8], to descriptor: Int32) -> Bool {
        while true {
            let count = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count == line.count }
            if errno != EINTR { return false }
        }
    }
}
