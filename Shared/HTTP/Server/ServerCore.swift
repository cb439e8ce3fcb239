import CMicrohttpd
import Synchronization

/// What the event thread, the answering threads and the drain share. Outlives the daemon.
final class ServerCore: Sendable {
    let configuration: HTTPServerConfiguration
    let table: ConnectionTable
    let lingering: LingeringConnections
    let counts = ServerCounts()
    let lifecycle = ServerLifecycle()

    /// Held while a connection is resumed: the daemon is not freed while another thread is still inside the library.
    private let resumeGate = Mutex(())
    /// The library's log during the start, to say why it failed; nil afterwards.
    private let startLog = Mutex<[String]?>([])

    init(configuration: HTTPServerConfiguration, table: ConnectionTable, lingering: LingeringConnections) {
        self.configuration = configuration
        self.table = table
        self.lingering = lingering
    }

    /// Wakes a suspended connection; from any thread.
    func resume(_ connection: ConnectionHandle) {
        resumeGate.withLock { _ in MHD_resume_connection(connection.pointer) }
    }

    /// Returns when no thread is inside ``resume(_:)``.
    func waitForResumes() { resumeGate.withLock { _ in } }

    func log(_ line: String) {
        // Logged by the library for every TLS connection, although nothing is wrong.
        if line.contains("Handshake message out of context") || line.contains("handshake message out of context") { return }
        let isStarting = startLog.withLock { lines in
            lines?.append(line)
            return lines != nil
        }
        if !isStarting { configuration.log(line) }
    }

    /// Ends the collecting of log lines; returns what came so far.
    func endStart() -> [String] {
        startLog.withLock { lines in
            defer { lines = nil }
            return lines ?? []
        }
    }

    var responderSettings: HTTPEventStream.Settings {
        HTTPEventStream.Settings(bufferLimit: configuration.streamBufferLimit, server: self)
    }
}

/// What the library's callbacks work with; gone when the daemon has stopped.
///
/// Only it knows the service: responders and streams that a handler has kept do not keep the handlers alive in turn.
final class DaemonContext: Sendable {
    let core: ServerCore
    let service: any HTTPService

    init(core: ServerCore, service: any HTTPService) {
        self.core = core
        self.service = service
    }
}

/// Counters that any thread may read.
final class ServerCounts: Sendable {
    let connections = Atomic<Int>(0)
    let accepted = Atomic<UInt64>(0)
    let requests = Atomic<UInt64>(0)
    let parked = Atomic<UInt64>(0)
    let exchanges = Atomic<Int>(0)
    let inFlight = Atomic<Int>(0)
    let bodyBytes = Atomic<Int>(0)
}

/// How far the shutdown has come. The drain waits for the requests in flight.
final class ServerLifecycle: Sendable {
    /// Answers end their connections; event streams are ended.
    let isDraining = Atomic(false)
    /// Nothing is parked any more; new requests are answered 503.
    let isClosing = Atomic(false)
    /// Signalled by the event thread when the last request in flight has ended.
    let idle = WakeUp()
}

/// A snapshot of what a server does, for metrics.
public struct HTTPServerStatistics: Sendable, Hashable {
    /// Open connections.
    public let connections: Int
    /// Sockets of ended connections that still take what their clients send, so that these get their answer.
    public let lingeringConnections: Int
    /// Connections accepted since the start.
    public let acceptedConnections: UInt64
    /// Request heads received since the start, refused ones included.
    public let requests: UInt64
    /// Requests since the start that waited with their connection suspended.
    public let parkedRequests: UInt64
    /// Requests between the end of their head and the last byte of their answer.
    public let requestsInFlight: Int
    /// Requests whose answer is still owed or not yet freed.
    public let openExchanges: Int
    public let openEventStreams: Int
    /// Bytes of request bodies held.
    public let bodyBytes: Int
}
