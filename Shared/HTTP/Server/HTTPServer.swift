import Glibc
import Synchronization

/// An HTTP/1.1 server on one event thread.
///
/// Handlers are called on that thread and must not block; their answers come from any thread. The server is ended with
/// ``drain(within:)``, at the latest when the last reference goes away, which must not be in a handler.
public final class HTTPServer: Sendable {
    /// The port it listens on, the kernel's choice if 0 was configured.
    public let port: UInt16

    private let core: ServerCore
    private let daemon: Daemon
    private let threads: [BlockingThread]
    private let outcome = Mutex<HTTPDrainOutcome?>(nil)

    /// Listens and serves.
    /// - Throws: ``HTTPServerError`` when the configuration is not valid, the address is in use, or certificate and key cannot be used.
    public static func start(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(), service: some HTTPService
    ) throws(HTTPServerError) -> HTTPServer {
        try configuration.validate()
        let certificate = try configuration.tls.map { tls throws(HTTPServerError) in try readPEM(tls.certificatePath) }
        let key = try configuration.tls.map { tls throws(HTTPServerError) in try readPEM(tls.keyPath) }
        guard let table = ConnectionTable(configuration), let lingering = LingeringConnections(configuration) else {
            throw .refused(detail: "no event descriptor is left")
        }
        let core = ServerCore(configuration: configuration, table: table, lingering: lingering)
        let socket = try ListeningSocket(address: configuration.address, port: configuration.port)
        guard let daemon = Daemon(DaemonContext(core: core, service: service), socket: socket, certificate: certificate, key: key) else {
            close(socket.descriptor)
            throw .refused(detail: core.endStart().joined(separator: "; "))
        }
        for line in core.endStart() { configuration.log(line) }
        do throws(HTTPServerError) {
            return HTTPServer(core: core, daemon: daemon, threads: try startThreads(table, lingering), port: socket.port)
        } catch {
            lingering.stop()
            daemon.stop(listening: daemon.quiesce())
            throw error
        }
    }

    private static func startThreads(
        _ table: ConnectionTable, _ lingering: LingeringConnections
    ) throws(HTTPServerError) -> [BlockingThread] {
        let keeper = try BlockingThread(name: "http-deadlines") { table.keepDeadlines() }
        do throws(HTTPServerError) {
            return [keeper, try BlockingThread(name: "http-lingering") { lingering.discardInput() }]
        } catch {
            table.stop()
            keeper.join()
            throw error
        }
    }

    private init(core: ServerCore, daemon: Daemon, threads: [BlockingThread], port: UInt16) {
        self.core = core
        self.daemon = daemon
        self.threads = threads
        self.port = port
    }

    deinit { drain(within: .zero) }

    /// What the server does at this moment.
    public var statistics: HTTPServerStatistics {
        let counts = core.counts
        return HTTPServerStatistics(
            connections: counts.connections.load(ordering: .relaxed),
            lingeringConnections: core.lingering.count,
            acceptedConnections: counts.accepted.load(ordering: .relaxed),
            requests: counts.requests.load(ordering: .relaxed),
            parkedRequests: counts.parked.load(ordering: .relaxed),
            requestsInFlight: counts.inFlight.load(ordering: .relaxed),
            openExchanges: counts.exchanges.load(ordering: .relaxed),
            openEventStreams: core.table.streamCount,
            bodyBytes: counts.bodyBytes.load(ordering: .relaxed))
    }

    /// Ends the server: refuses new connections, ends event streams, lets the requests in flight be answered for the time
    /// given (each answer ends its connection), answers the rest 503, and closes. Blocks meanwhile; not for the event
    /// thread. Later calls return the first outcome.
    @discardableResult
    public func drain(within limit: Duration) -> HTTPDrainOutcome {
        outcome.withLock { outcome in
            if let outcome { return outcome }
            let result = shutDown(within: limit)
            outcome = result
            return result
        }
    }

    private func shutDown(within limit: Duration) -> HTTPDrainOutcome {
        let lifecycle = core.lifecycle
        lifecycle.isDraining.store(true, ordering: .sequentiallyConsistent)
        let listening = daemon.quiesce()
        // Without this, clients that connect now would hang in the listen queue until the end.
        if listening >= 0 { shutdown(listening, Int32(SHUT_RDWR)) }
        core.table.endStreams()
        waitForRequests(within: limit)
        lifecycle.isClosing.store(true, ordering: .sequentiallyConsistent)
        var refused = 0
        for pending in core.table.pendingAnswers() where pending.answer(.problem(.shuttingDown)) { refused += 1 }
        if refused > 0 || core.table.streamCount > 0 { waitForRequests(within: .seconds(1)) }
        let lost = core.counts.inFlight.load(ordering: .sequentiallyConsistent)
        core.waitForResumes()
        core.lingering.stop()
        daemon.stop(listening: listening)
        core.table.stop()
        for thread in threads { thread.join() }
        return HTTPDrainOutcome(refusedRequests: refused, lostRequests: lost)
    }

    private func waitForRequests(within limit: Duration) {
        let end = monotonicMilliseconds() + limit.milliseconds
        while core.counts.inFlight.load(ordering: .sequentiallyConsistent) > 0 {
            let left = end - monotonicMilliseconds()
            guard left > 0 else { return }
            core.lifecycle.idle?.wait(milliseconds: left)
        }
    }
}

/// How a server ended.
public struct HTTPDrainOutcome: Sendable, Hashable {
    /// Requests that were answered 503 because their handler did not answer in time.
    public let refusedRequests: Int
    /// Requests that got no whole answer: half-received ones, and answers or event streams the client did not read.
    public let lostRequests: Int

    public init(refusedRequests: Int, lostRequests: Int) {
        self.refusedRequests = refusedRequests
        self.lostRequests = lostRequests
    }

    public var isClean: Bool { refusedRequests == 0 && lostRequests == 0 }
}
