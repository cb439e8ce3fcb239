import CMicrohttpd
import CMicrohttpdShims
import Synchronization

/// One connection and its current request. Only the event thread touches it.
///
/// Everything about a request hangs off this object, because the library does not announce the end of every request it
/// has announced the beginning of; the end of the connection is certain.
final class Connection {
    private let server: ServerCore
    private let service: any HTTPService
    private let slot: ConnectionSlot
    private let handle: ConnectionHandle
    private let peer: HTTPPeer

    private var target: [UInt8] = []
    private var stage = Stage.head
    /// Whether the latest request has been read to its end.
    private var isRead = false
    private var reception: Reception?
    private var pending: PendingAnswer?
    private var exchange = Exchange()

    private enum Stage {
        case head
        case body
        /// The handler has the request.
        case waiting
        /// The answer is queued; nothing more is read of this request.
        case answered
    }

    /// A request whose body is being received.
    private struct Reception {
        var request: HTTPRequest
        let handler: HTTPHandler
        let bodyLimit: Int
        var refusal: HTTPProblem?
    }

    /// An answer that was decided with the head and waits for the end of the request.
    private var early: HTTPAnswer?

    /// What the observer is told at the end.
    private struct Exchange {
        var isCounted = false
        var request: HTTPRequest?
        var startMilliseconds: Int64 = 0
        var status = 0
        var responseBodyCount = 0
        var bodyBytes = 0
    }

    init(_ context: DaemonContext, pointer: OpaquePointer) {
        server = context.core
        service = context.service
        handle = ConnectionHandle(pointer)
        peer = HTTPPeer(hc_mhd_client_address(pointer))
        slot = ConnectionSlot(descriptor: hc_mhd_connection_socket(pointer))
        server.counts.connections.add(1, ordering: .relaxed)
        server.counts.accepted.add(1, ordering: .relaxed)
        arm(server.configuration.headerDeadline)
        server.table.add(slot)
    }

    deinit { server.counts.connections.subtract(1, ordering: .relaxed) }

    /// The library is about to close the socket.
    func close() {
        endRequest(completed: false)
        server.table.remove(slot)
        server.lingering.take(slot.descriptor, owesInput: !isRead)
    }

    private func arm(_ limit: Duration) {
        slot.deadline.store(monotonicMilliseconds() + limit.milliseconds, ordering: .relaxed)
    }

    private func disarm() { slot.deadline.store(0, ordering: .relaxed) }

    // MARK: The library's events

    /// The first line of a request has been read.
    func begin(target: [UInt8]) {
        endRequest(completed: false)
        self.target = target
        isRead = false
        arm(server.configuration.headerDeadline)
    }

    /// Called with the head, then with pieces of the body, then (`count` 0) at its end, then after each resume.
    func advance(_ pointer: OpaquePointer, method: String, version: String, data: UnsafeRawBufferPointer) -> MHD_Result {
        switch stage {
        case .head: return takeHead(pointer, method: method, version: version)
        case .body where !data.isEmpty:
            takeBody(data)
            return .YES
        case .body: return dispatch(pointer)
        case .waiting: return collect(pointer)
        case .answered: return .YES
        }
    }

    /// The request has ended; the connection may carry another.
    func finish(completed: Bool) {
        endRequest(completed: completed)
        arm(server.configuration.idleDeadline + server.configuration.headerDeadline)
    }

    // MARK: Steps of a request

    private func takeHead(_ pointer: OpaquePointer, method: String, version: String) -> MHD_Result {
        exchange.isCounted = true
        exchange.startMilliseconds = monotonicMilliseconds()
        server.counts.inFlight.add(1, ordering: .sequentiallyConsistent)
        let id = server.counts.requests.add(1, ordering: .relaxed).newValue

        var screening = RequestScreening()
        withUnsafeMutablePointer(to: &screening) { _ = MHD_get_connection_values_n(pointer, .HEADER_KIND, collectHeader, $0) }
        var request: HTTPRequest
        do throws(HTTPProblem) {
            try screening.checkSize(target: target, limit: server.configuration.headerLimit)
            request = try screening.request(id: id, method: method, version: version, target: target, peer: peer)
        } catch {
            return refuse(pointer, error, screening)
        }
        exchange.request = request
        switch service.admit(&request) {
        case .refuse(let response):
            exchange.request = request
            return refuse(pointer, .response(response), screening)
        case .problem(let problem, let headers):
            return refuse(pointer, .problem(problem, headers: headers), screening)
        case .accept(let bodyLimit, let handler):
            exchange.request = request
            let limit = bodyLimit ?? server.configuration.bodyLimit
            if let length = screening.contentLength, length > UInt64(limit) {
                return refuse(pointer, .bodyTooLarge(limit: limit), screening)
            }
            if screening.hasBody {
                arm(server.configuration.bodyDeadline)
                if server.counts.bodyBytes.load(ordering: .relaxed) >= server.configuration.totalBodyLimit {
                    return refuse(pointer, .overloaded, screening)
                }
                request.body.reserveCapacity(Int(clamping: min(screening.contentLength ?? 0, 64 * 1024)))
            }
            reception = Reception(request: request, handler: handler, bodyLimit: limit)
            stage = .body
            return .YES
        }
    }

    private func takeBody(_ data: UnsafeRawBufferPointer) {
        guard let held = reception?.request.body.count, let limit = reception?.bodyLimit, reception?.refusal == nil else { return }
        // An answer cannot be queued before the end of the body: the rest is read and forgotten, within the body's deadline.
        if held + data.count > limit {
            dropBody(.bodyTooLarge(limit: limit))
        } else if server.counts.bodyBytes.load(ordering: .relaxed) + data.count > server.configuration.totalBodyLimit {
            dropBody(.overloaded)
        } else {
            reception?.request.body.append(contentsOf: data)
            exchange.bodyBytes += data.count
            server.counts.bodyBytes.add(data.count, ordering: .relaxed)
        }
    }

    private func dropBody(_ problem: HTTPProblem) {
        reception?.refusal = problem
        reception?.request.body = []
        releaseBodyBytes()
    }

    private func releaseBodyBytes() {
        server.counts.bodyBytes.subtract(exchange.bodyBytes, ordering: .relaxed)
        exchange.bodyBytes = 0
    }

    private func dispatch(_ pointer: OpaquePointer) -> MHD_Result {
        isRead = true
        if let early {
            self.early = nil
            return queue(pointer, early, closes: false)
        }
        guard let reception else { return .NO }
        self.reception = nil
        disarm()
        if let refusal = reception.refusal {
            return queue(pointer, .problem(refusal), closes: true)
        }
        let pending = PendingAnswer(server: server)
        self.pending = pending
        slot.pending.withLock { $0 = pending }
        stage = .waiting
        // Looked at after `pending` is visible: either the closing drain answers it or it is not handed over at all.
        if server.lifecycle.isClosing.load(ordering: .sequentiallyConsistent) {
            _ = pending.answer(.problem(.shuttingDown))
        } else {
            let responder = HTTPResponder(pending, streamSettings: server.responderSettings)
            reception.handler(reception.request, responder)
        }
        return collect(pointer)
    }

    private func collect(_ pointer: OpaquePointer) -> MHD_Result {
        guard let pending else { return .NO }
        guard let answer = pending.takeOrPark(handle) else { return .YES }
        return queue(pointer, answer, closes: false)
    }

    // MARK: Answers

    private func refuse(_ pointer: OpaquePointer, _ problem: HTTPProblem, _ screening: RequestScreening) -> MHD_Result {
        // The request's end may be disputed: nothing that follows on this connection is trusted.
        refuse(pointer, .problem(problem), screening, closes: true)
    }

    /// Answers without the handler. An answer queued with the head ends the connection, so one to a sound request
    /// without a body waits for the next call.
    private func refuse(
        _ pointer: OpaquePointer, _ answer: HTTPAnswer, _ screening: RequestScreening, closes: Bool = false
    ) -> MHD_Result {
        if closes || screening.hasBody { return queue(pointer, answer, closes: true) }
        early = answer
        stage = .body
        return .YES
    }

    private func queue(_ pointer: OpaquePointer, _ answer: HTTPAnswer, closes: Bool) -> MHD_Result {
        stage = .answered
        pending = nil
        slot.pending.withLock { $0 = nil }
        let draining = server.lifecycle.isDraining.load(ordering: .relaxed)
        var response: HTTPResponse
        var stream: HTTPEventStream?
        switch answer {
        case .response(let given): response = given
        case .problem(let problem, let headers):
            response = server.configuration.problemRenderer(problem)
            for header in headers { response.headers.set(header.name, header.value) }
        case .stream(let given, let headers):
            stream = given
            response = HTTPResponse(status: 200, headers: headers)
            response.headers.set("Content-Type", "text/event-stream")
            response.headers.set("Cache-Control", "no-store")
        }
        if closes || draining { response.closesConnection = true }
        let writer = ResponseWriter(response, standing: server.configuration.standingHeaders, log: server.log)
        exchange.status = writer.status
        exchange.responseBodyCount = response.body.count
        if let stream {
            disarm()
            return writer.queue(stream, on: handle, server: server)
        }
        arm(server.configuration.sendDeadline)
        return writer.queue(on: handle)
    }

    private func endRequest(completed: Bool) {
        if exchange.isCounted {
            releaseBodyBytes()
            if let observer = server.configuration.observer {
                observer(
                    HTTPExchangeSummary(
                        request: exchange.request, status: exchange.status, responseBodyCount: exchange.responseBodyCount,
                        duration: .milliseconds(monotonicMilliseconds() - exchange.startMilliseconds), completed: completed))
            }
        }
        pending?.finish()
        if pending != nil { slot.pending.withLock { $0 = nil } }
        pending = nil
        reception = nil
        early = nil
        target = []
        stage = .head
        guard exchange.isCounted else { return }
        exchange = Exchange()
        let left = server.counts.inFlight.subtract(1, ordering: .sequentiallyConsistent).newValue
        if left == 0, server.lifecycle.isDraining.load(ordering: .sequentiallyConsistent) { server.lifecycle.idle?.signal() }
    }
}

private func collectHeader(
    _ context: UnsafeMutableRawPointer?, _: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameCount: Int,
    _ value: UnsafePointer<CChar>?, _ valueCount: Int
) -> MHD_Result {
    context?.assumingMemoryBound(to: RequestScreening.self).pointee.take(
        name: UnsafeRawBufferPointer(start: name, count: nameCount), value: UnsafeRawBufferPointer(start: value, count: valueCount))
    return .YES
}
