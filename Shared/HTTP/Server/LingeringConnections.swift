import Glibc
import Synchronization

/// Connections whose last answer was given before their request had been read: RFC 9112, 9.6.
///
/// Closing a socket resets it when unread bytes are there or come later, and a client that is still sending then loses the
/// answer. So the socket outlives the library's connection: nothing more is sent, and what comes is thrown away until the
/// client closes. A limit of time, of bytes and of their number bounds what such a client costs; beyond it the socket is
/// closed at once.
final class LingeringConnections: Sendable {
    private struct Socket {
        let descriptor: Int32
        /// On the monotonic clock, in milliseconds.
        let deadline: Int64
        var bytesLeft: Int
    }

    private struct State {
        var arrived: [Socket] = []
        /// Those that have arrived and those the thread has.
        var count = 0
        var stops = false
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp
    private let limit: Int
    private let byteLimit: Int
    private let lifetime: Int64

    init?(_ configuration: HTTPServerConfiguration) {
        guard let wakeUp = WakeUp() else { return nil }
        self.wakeUp = wakeUp
        limit = configuration.lingeringLimit
        byteLimit = configuration.lingeringByteLimit
        lifetime = configuration.lingeringDeadline.milliseconds
    }

    var count: Int { state.withLock { $0.count } }

    /// Keeps the socket open, whose descriptor the caller is about to close, unless all that the client sends has been read.
    /// - Parameter owesInput: whether the end of a request has not been read yet.
    func take(_ descriptor: Int32, owesInput: Bool) {
        guard hasInput(descriptor) ?? owesInput else { return }
        let isTaken = state.withLock { state in
            guard !state.stops, state.count < limit else { return false }
            let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
            guard own >= 0 else { return false }
            state.arrived.append(Socket(descriptor: own, deadline: monotonicMilliseconds() + lifetime, bytesLeft: byteLimit))
            state.count += 1
            return true
        }
        guard isTaken else { return }
        // The library has done so on a plain connection; on one with TLS it has only sent the alert that says the same.
        shutdown(descriptor, Int32(SHUT_WR))
        wakeUp.signal()
    }

    /// Closes them all and takes no more.
    func stop() {
        state.withLock { state in
            state.stops = true
            for socket in state.arrived { close(socket.descriptor) }
            state.count -= state.arrived.count
            state.arrived = []
        }
        wakeUp.signal()
    }

    /// The thread's work, until ``stop()``.
    func discardInput() {
        var sockets: [Socket] = []
        while let arrived = takeArrived() {
            sockets = (sockets + arrived).compactMap(discard)
            let next = sockets.map(\.deadline).min().map { max($0 - monotonicMilliseconds(), 0) }
            wakeUp.wait(milliseconds: next ?? -1, orReadable: sockets.map(\.descriptor))
        }
        for socket in sockets { end(socket) }
    }

    /// nil: stop.
    private func takeArrived() -> [Socket]? {
        state.withLock { state in
            defer { state.arrived = [] }
            return state.stops ? nil : state.arrived
        }
    }

    /// Throws away what has come; nil when the socket's time is over and it has been closed.
    private func discard(_ socket: Socket) -> Socket? {
        var socket = socket
        while socket.bytesLeft > 0, monotonicMilliseconds() < socket.deadline {
            // With MSG_TRUNC the kernel drops the bytes without copying them.
            let count = recv(socket.descriptor, nil, min(socket.bytesLeft, 1 << 20), Int32(MSG_TRUNC | MSG_DONTWAIT))
            if count > 0 {
                socket.bytesLeft -= count
            } else if count < 0, errno == EAGAIN {
                return socket
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        end(socket)
        return nil
    }

    private func end(_ socket: Socket) {
        close(socket.descriptor)
        state.withLock { $0.count -= 1 }
    }
}

/// Whether there are bytes that nobody has read; nil when there are none, but may be later.
private func hasInput(_ descriptor: Int32) -> Bool? {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count < 0 && errno == EAGAIN ? nil : count > 0
}
