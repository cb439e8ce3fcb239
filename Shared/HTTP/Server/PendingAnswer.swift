import CMicrohttpd
import Synchronization

/// What a handler gives back.
enum HTTPAnswer: Sendable {
    case response(HTTPResponse)
    case problem(HTTPProblem, headers: HTTPHeaders = [])
    case stream(HTTPEventStream, headers: HTTPHeaders)
}

/// The place where a request waits for its answer, whoever gives it and whenever.
///
/// A request is parked (its connection suspended) only when the handler returned without an answer, so answers given at
/// once cost no wake-up. The lock makes suspending and answering exclude each other: a connection is resumed exactly once.
final class PendingAnswer: Sendable {
    private enum Phase {
        case handling
        /// The connection is suspended; the library keeps it alive until it is resumed.
        case parked(ConnectionHandle)
        case answered(HTTPAnswer)
        case over
    }

    private let phase = Mutex(Phase.handling)
    private let server: ServerCore

    init(server: ServerCore) {
        self.server = server
        server.counts.exchanges.add(1, ordering: .relaxed)
    }

    deinit { server.counts.exchanges.subtract(1, ordering: .relaxed) }

    /// From any thread. False when there is an answer already or nobody waits for one any more.
    func answer(_ answer: HTTPAnswer) -> Bool {
        phase.withLock { phase in
            switch phase {
            case .handling:
                phase = .answered(answer)
                return true
            case .parked(let connection):
                phase = .answered(answer)
                server.resume(connection)
                return true
            case .answered, .over:
                return false
            }
        }
    }

    /// On the event thread: the answer, or nil after suspending the connection until there is one.
    func takeOrPark(_ connection: ConnectionHandle) -> HTTPAnswer? {
        phase.withLock { phase in
            switch phase {
            case .answered(let answer):
                phase = .over
                return answer
            case .handling:
                MHD_suspend_connection(connection.pointer)
                server.counts.parked.add(1, ordering: .relaxed)
                phase = .parked(connection)
                return nil
            case .parked, .over:
                return nil
            }
        }
    }

    /// On the event thread: the request has ended, with or without its answer.
    func finish() { phase.withLock { $0 = .over } }
}

/// A connection of the library as a value that can cross threads; only the two thread-safe calls are made elsewhere than
/// on the event thread.
struct ConnectionHandle: Sendable {
    private let bits: UInt

    init(_ pointer: OpaquePointer) { bits = UInt(bitPattern: pointer) }

    var pointer: OpaquePointer? { OpaquePointer(bitPattern: bits) }
}
