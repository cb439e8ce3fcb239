import CMicrohttpd
import CMicrohttpdShims
import Synchronization

/// An open `text/event-stream` answer. Events can be sent from any thread; no thread is held while there are none.
///
/// The buffer is bounded: a client that does not keep up is disconnected and comes again with `Last-Event-ID`.
public final class HTTPEventStream: Sendable {
    struct Settings: Sendable {
        let bufferLimit: Int
        let server: ServerCore
    }

    private struct State {
        var unsent: [UInt8] = []
        /// Bytes of `unsent` that are sent already; they are removed when all are.
        var sent = 0
        var suspended: ConnectionHandle?
        /// No more events are taken; what is buffered is still sent.
        var ended = false
    }

    private let state = Mutex(State())
    private let settings: Settings

    init(_ settings: Settings) { self.settings = settings }

    /// Sends an event; line breaks in `data` are kept, those in `id` and `event` dropped.
    /// - Returns: false when the stream has ended, or ends now because the client is too slow.
    @discardableResult
    public func send(event: String? = nil, id: String? = nil, data: String) -> Bool {
        var frame: [UInt8] = []
        frame.reserveCapacity(data.utf8.count + 64)
        func field(_ name: StaticString, _ value: String.UTF8View) {
            name.withUTF8Buffer { frame.append(contentsOf: $0) }
            frame.append(contentsOf: value.lazy.filter { $0 != 10 && $0 != 13 && $0 != 0 })
            frame.append(10)
        }
        if let id { field("id: ", id.utf8) }
        if let event { field("event: ", event.utf8) }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            field("data: ", String(line).utf8)
        }
        frame.append(10)
        return append(frame)
    }

    /// Ends the stream after what is buffered. Harmless when it has ended.
    public func end() {
        state.withLock { state in
            state.ended = true
            wake(&state)
        }
    }

    /// True once the client is gone or the stream was ended.
    public var hasEnded: Bool { state.withLock { $0.ended } }

    /// A comment, only when nothing else is on its way.
    func beat() {
        let silent = state.withLock { $0.unsent.isEmpty }
        if silent { _ = append([58, 10, 10]) }
    }

    private func append(_ frame: [UInt8]) -> Bool {
        state.withLock { state in
            if state.ended { return false }
            if state.unsent.count - state.sent + frame.count > settings.bufferLimit {
                state.ended = true
            } else {
                state.unsent.append(contentsOf: frame)
            }
            wake(&state)
            return !state.ended
        }
    }

    private func wake(_ state: inout State) {
        guard let connection = state.suspended else { return }
        state.suspended = nil
        settings.server.resume(connection)
    }

    /// On the event thread: fills the library's buffer; 0 after suspending the connection, -1 at the end.
    func read(_ connection: ConnectionHandle, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        state.withLock { state in
            let waiting = state.unsent.count - state.sent
            if waiting > 0 {
                let count = min(waiting, buffer.count)
                state.unsent.withUnsafeBytes { bytes in
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[state.sent..<state.sent + count]))
                }
                state.sent += count
                if state.sent == state.unsent.count {
                    state.unsent.removeAll(keepingCapacity: state.sent <= 4096)
                    state.sent = 0
                }
                return count
            }
            if state.ended { return hc_mhd_end_of_stream() }
            MHD_suspend_connection(connection.pointer)
            state.suspended = connection
            return 0
        }
    }

    /// On the event thread: the answer is over, because it was ended or because the client is gone.
    func close() {
        state.withLock { state in
            state.ended = true
            state.suspended = nil
            state.unsent = []
            state.sent = 0
        }
        settings.server.table.remove(self)
    }
}

/// What the library's content reader works on.
final class EventStreamReader {
    let stream: HTTPEventStream
    let connection: ConnectionHandle

    init(stream: HTTPEventStream, connection: ConnectionHandle) {
        self.stream = stream
        self.connection = connection
    }
}
