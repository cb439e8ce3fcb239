import HTTPClient
import HostedConnection
import Schema
import ServiceKit

/// One request for a port, with everything that the client says beside its body.
struct PlannedOffer: Sendable {
    enum Sender: Sendable {
        case staff
        case carrier
        /// A carrier that has nothing to do with the circuit.
        case rival
    }

    var input: OfferInput
    var sender = Sender.staff
    var idempotencyKey: String?
    var isDryRun = false
}

/// One request and its answer.
struct Exchange: Sendable {
    var offer: PlannedOffer
    var sentAt: MonotonicInstant
    var receivedAt: MonotonicInstant
    /// 0 when there was no answer; the body says why.
    var status: Int
    /// The command's id from the answer's header; unset without one.
    var command: CommandID
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var error: ErrorDetail? { (try? ErrorBody(json: body))?.error }
}

/// Clients of one service on threads and connections of their own.
struct ConcurrentClients: Sendable {
    let baseURL: String
    let tokens: [PlannedOffer.Sender: String]

    /// Sends each client's offers one after the other, all clients at once.
    /// - Parameters:
    ///   - queues: what each client sends.
    ///   - isInStep: every client waits for the others before each of its offers; the queues have one length then.
    /// - Returns: all answers, in no order.
    func send(_ queues: [[PlannedOffer]], inStep isInStep: Bool = false) throws -> [Exchange] {
        let answers = ConditionLock<[Exchange]>([])
        let gate = Gate(queues.count)
        let threads = try queues.map { queue throws(ThreadError) in
            try NativeThread.start(named: "client") {
                let http = try? HTTPClient(HTTPClientConfiguration(baseURL: baseURL))
                var own: [Exchange] = []
                for (place, offer) in queue.enumerated() {
                    if isInStep || place == 0 { gate.pass() }
                    own.append(exchange(offer, http))
                }
                answers.withLock { $0 += own }
            }
        }
        for thread in threads { thread.join() }
        return answers.withLock { $0 }
    }

    private func exchange(_ offer: PlannedOffer, _ http: HTTPClient?) -> Exchange {
        var headers = [(name: "Content-Type", value: "application/json")]
        headers.append((name: "Authorization", value: "Bearer \(tokens[offer.sender] ?? "")"))
        if let key = offer.idempotencyKey { headers.append((name: "Idempotency-Key", value: key)) }
        let path = "/admin/v1/ports" + (offer.isDryRun ? "?dryRun=true" : "")
        let body = offer.input.jsonBytes()
        let sentAt = MonotonicInstant.now
        do {
            guard let response = try http?.request("POST", path, headers: headers, body: body) else {
                return Exchange(offer: offer, sentAt: sentAt, receivedAt: .now, status: 0, command: .none, body: Array("no client".utf8))
            }
            return Exchange(
                offer: offer, sentAt: sentAt, receivedAt: .now, status: response.status,
                command: response.header("X-Command-Id").flatMap { CommandID($0) } ?? .none, body: response.body)
        } catch {
            return Exchange(
                offer: offer, sentAt: sentAt, receivedAt: .now, status: 0, command: .none, body: Array("\(error)".utf8))
        }
    }
}

/// Lets threads go on only when all of them have come, again and again.
private final class Gate: Sendable {
    private struct State {
        var waiting = 0
        var round = 0
    }

    private let state = ConditionLock(State())
    private let count: Int

    init(_ count: Int) { self.count = count }

    func pass() {
        let round = state.withLock { state in
            defer {
                state.waiting += 1
                if state.waiting == count {
                    state.waiting = 0
                    state.round += 1
                }
            }
            return state.round
        }
        state.broadcast()
        _ = state.wait { $0.round > round ? true : nil }
    }
}

/// Reads a circuit over and over while others change it.
final class CircuitWatch: Sendable {
    struct Sight: Sendable {
        var allocated: UInt32
        var connections: UInt32
    }

    private let isEnding = ConditionLock(false)
    private let sights = ConditionLock<[Sight]>([])
    private let thread: NativeThread

    init(_ circuit: CircuitID, at baseURL: String, token: String) throws(ThreadError) {
        let (isEnding, sights) = (isEnding, sights)
        thread = try NativeThread.start(named: "reader") {
            let http = try? HTTPClient(HTTPClientConfiguration(baseURL: baseURL))
            let headers = [(name: "Authorization", value: "Bearer \(token)")]
            while !isEnding.withLock({ $0 }) {
                guard let response = try? http?.request("GET", "/admin/v1/circuits/\(circuit)", headers: headers),
                    let view = try? CircuitView(json: response.body)
                else { break }
                sights.withLock { $0.append(Sight(allocated: view.allocatedMbps, connections: view.connections)) }
            }
        }
    }

    /// What was seen, in the order in which it was.
    func end() -> [Sight] {
        isEnding.withLock { $0 = true }
        thread.join()
        return sights.withLock { $0 }
    }
}
