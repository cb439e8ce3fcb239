import HTTPClient
public import HostedConnection
public import Schema
import ServiceKit

/// A client of one service's admin API. Belongs to one thread.
public final class AdminClient {
    public let baseURL: String
    private let http: HTTPClient

    /// - Parameter token: an operator's or an account's bearer token.
    public init(baseURL: String, token: String) throws(ClusterError) {
        self.baseURL = baseURL
        var configuration = HTTPClientConfiguration(baseURL: baseURL)
        configuration.token = HTTPBearerToken(token)
        do throws(HTTPClientError) {
            http = try HTTPClient(configuration)
        } catch {
            throw ClusterError("\(baseURL): \(error)")
        }
    }

    /// Sends a write; the answer of a bulk call has each item's own answer.
    /// - Parameters:
    ///   - isMinimal: asks a bulk call for ids and refusals only.
    ///   - idempotencyKey: makes it safe to send the same request again.
    public func post<Answer: WireMessage>(
        _ path: String, _ body: some WireMessage, as answer: Answer.Type = Answer.self, isMinimal: Bool = false,
        idempotencyKey: String? = nil
    ) throws(ClusterError) -> Answer {
        var headers = [(name: "Content-Type", value: "application/json")]
        if isMinimal { headers.append((name: "Prefer", value: "return=minimal")) }
        if let idempotencyKey { headers.append((name: "Idempotency-Key", value: idempotencyKey)) }
        return try decode("POST", path, try send("POST", path, headers: headers, body: body.jsonBytes()))
    }

    /// Sends a write without a body.
    public func post<Answer: WireMessage>(_ path: String, as answer: Answer.Type = Answer.self) throws(ClusterError) -> Answer {
        let headers = [(name: "Content-Type", value: "application/json")]
        return try decode("POST", path, try send("POST", path, headers: headers, body: Array("{}".utf8)))
    }

    public func get<Answer: WireMessage>(_ path: String, as answer: Answer.Type = Answer.self) throws(ClusterError) -> Answer {
        try decode("GET", path, try send("GET", path, headers: [], body: nil))
    }

    /// Sends a request as it is, and gives the answer as it is, whatever its status.
    /// - Parameter body: JSON; nil for none.
    public func exchange(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) throws(ClusterError) -> (status: Int, body: [UInt8]) {
        let type = body == nil ? [] : [(name: "Content-Type", value: "application/json")]
        let response = try send(method, path, headers: type + headers, body: body)
        return (response.status, response.body)
    }

    /// The status of a path, such as `/readyz`; nil when nobody answers.
    public func status(of path: String) -> Int? {
        do throws(HTTPClientError) { return try http.request("GET", path, timeout: .seconds(2)).status } catch { return nil }
    }

    /// Applies for the privilege of offering ports, for the day that it lasts at most (partner-service).
    public func applyForPrivilege(of account: AccountID, at now: Instant, reason: String) throws(ClusterError) {
        let input = PrivilegeApplicationInput(for: account, dayFrom: now, reason: reason)
        let _: PrivilegeApplicationView = try post("/admin/v1/privilege-applications", input)
    }

    private func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)], body: [UInt8]?
    ) throws(ClusterError) -> HTTPClientResponse {
        do throws(HTTPClientError) {
            return try http.request(method, path, headers: headers, body: body)
        } catch {
            throw ClusterError("\(method) \(baseURL)\(path): \(error)")
        }
    }

    private func decode<Answer: WireMessage>(
        _ method: String, _ path: String, _ response: HTTPClientResponse
    ) throws(ClusterError) -> Answer {
        guard (200..<300).contains(response.status) else { throw Self.refusal(method, path, response) }
        do throws(CodecError) {
            return try Answer(json: response.body)
        } catch {
            throw ClusterError("\(method) \(baseURL)\(path): the answer can't be read: \(error)")
        }
    }

    private static func refusal(_ method: String, _ path: String, _ response: HTTPClientResponse) -> ClusterError {
        guard let body = try? ErrorBody(json: response.body), let detail = body.error else {
            return ClusterError("\(method) \(path): status \(response.status)", status: response.status)
        }
        return ClusterError("\(method) \(path): \(detail.line)", code: detail.code, status: response.status, refusal: detail)
    }
}

extension ErrorDetail {
    /// The refusal in one line for people.
    public var line: String {
        var parts = ["\(text) (\(code))"]
        if !field.isEmpty { parts.append("field \(field)") }
        if !object.isEmpty { parts.append("object \(object)") }
        if !next.isEmpty { parts.append(next) }
        return parts.joined(separator: "; ")
    }
}
