import HTTP
import HostedConnection
import Messaging
import ServiceKit

/// The header by which a client makes sure that a repeated request is carried out once.
enum IdempotencyHeader {
    static let name = "Idempotency-Key"
    private static let lengths = 1...255

    /// What the request claims; nil without the header.
    static func claim(of request: HTTPRequest, caller: Caller) throws(APIError) -> IdempotencyClaim? {
        let values = request.headers.values(of: name)
        guard let key = values.first else { return nil }
        guard values.count == 1, lengths.contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw APIError(
                Refusal(
                    .invalidValue, "The idempotency key is not usable", field: name,
                    next: "Send one key of 1 to 255 visible ASCII characters"))
        }
        return IdempotencyClaim(caller: caller.actor, key: key, digest: try digest(of: request))
    }

    /// Refuses the header where the answer must not be kept.
    static func refuse(in request: HTTPRequest) throws(APIError) {
        guard !request.headers.values(of: name).isEmpty else { return }
        throw APIError(
            Refusal(
                .invalidValue, "This answer holds a secret and is not kept for a repetition", field: name,
                next: "Leave the header out; if the answer is lost, ask for another token"))
    }

    /// SHA-256 over method, path and body, each ended so that no two requests give the same bytes.
    private static func digest(of request: HTTPRequest) throws(APIError) -> [UInt8] {
        var bytes = Array("\(request.method.rawValue) \(request.path)\n".utf8)
        bytes += request.body
        do throws(CryptoError) {
            return try Digest256.sha256(bytes).bytes
        } catch {
            // libcrypto fails here only without memory.
            throw .overloaded("The service is out of memory")
        }
    }
}
