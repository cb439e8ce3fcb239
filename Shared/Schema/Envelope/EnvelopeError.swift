/// Why a record is no event that can be read.
public enum EnvelopeError: Error, Sendable, Equatable {
    /// A record without a value.
    case tombstone
    /// A required attribute or header is missing or empty, such as `id`, `type` or `content-type`.
    case missing(String)
    /// An attribute or header given more than once.
    case duplicate(String)
    /// An attribute that is no UTF-8 text.
    case invalid(String)
    /// A `specversion` other than 1.0.
    case unsupportedVersion(String)
    /// A content type that is none of those the envelope knows.
    case unknownContentType(String)
    /// A body in structured mode that is no CloudEvent, with what is wrong.
    case brokenBody(String)

    /// Stable code, for dead letters and metrics.
    public var code: String {
        switch self {
        case .tombstone: "tombstone"
        case .missing: "missing_attribute"
        case .duplicate: "duplicate_attribute"
        case .invalid: "invalid_attribute"
        case .unsupportedVersion: "unsupported_specversion"
        case .unknownContentType: "unknown_content_type"
        case .brokenBody: "broken_structured_body"
        }
    }
}

extension EnvelopeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tombstone: "\(code): the record has no value"
        case .missing(let name): "\(code): \(name) is required"
        case .duplicate(let name): "\(code): \(name) is given more than once"
        case .invalid(let name): "\(code): \(name) is no UTF-8 text"
        case .unsupportedVersion(let version): "\(code): expected 1.0, got \(version)"
        case .unknownContentType(let type): "\(code): \(type)"
        case .brokenBody(let what): "\(code): \(what)"
        }
    }
}
