import HTTP
import HostedConnection
import Schema

/// The body of a request that changes something.
enum RequestBody {
    /// Reads the JSON body as a message; an error names the field.
    static func read<Input: WireMessage>(_ type: Input.Type, from request: HTTPRequest) throws(APIError) -> Input {
        guard request.mediaType == "application/json" else { throw .unsupportedMediaType }
        do throws(CodecError) {
            return try Input(json: request.body)
        } catch {
            let place = error.path.isEmpty ? "The body" : "The field \(error.path)"
            throw APIError(
                Refusal(
                    .malformedBody, "\(place) is not as it should be (\(error.code.rawValue)): expected \(error.expectation)",
                    field: error.path.isEmpty ? nil : error.path))
        }
    }

    /// Makes sure that there is none, or an empty object.
    static func expectEmpty(_ request: HTTPRequest) throws(APIError) {
        guard !request.body.isEmpty else { return }
        guard request.mediaType == "application/json" else { throw .unsupportedMediaType }
        guard request.body.filter({ !$0.isJSONSpace }) == Array("{}".utf8) else {
            throw APIError(Refusal(.malformedBody, "The request takes no body", next: "Send none, or {}"))
        }
    }
}

extension UInt8 {
    fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0a || self == 0x0d || self == 0x09 }
}
