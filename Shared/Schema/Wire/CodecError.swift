/// Why a message could not be read.
///
/// One word wide (the parts lie in a box), so that the many functions that may throw it hand it over in a register and
/// cost nothing when all is well.
public struct CodecError: Error, Sendable {
    /// What kind of mistake it is. The raw values are stable: they stand in dead letters and API answers.
    public enum Code: String, Sendable, CaseIterable {
        /// The bytes end inside a field, or a length points beyond the end.
        case truncated
        /// A field number of 0, a wire type that does not exist, a number of more than 64 bits, an unmatched group end.
        case malformed
        /// A text that is no UTF-8, or an unpaired surrogate in JSON.
        case invalidUTF8 = "invalid_utf8"
        /// More than ``CodecLimits/depth`` messages, groups, lists or objects inside one another.
        case tooDeep = "too_deep"
        /// A text that is not an identifier of the kind the field holds.
        case invalidIdentifier = "invalid_identifier"
        /// A time outside the years 1 – 9999, or in JSON not in the form of RFC 3339.
        case invalidTimestamp = "invalid_timestamp"
        /// JSON: the text is no JSON.
        case invalidJSON = "invalid_json"
        /// JSON: a field the message does not have.
        case unknownField = "unknown_field"
        /// JSON: a field given twice.
        case duplicateField = "duplicate_field"
        /// JSON: a value of another type than the field's.
        case wrongType = "wrong_type"
        /// JSON: a number that the field's type cannot hold.
        case outOfRange = "out_of_range"
        /// JSON: a name that the enumeration does not have.
        case unknownName = "unknown_name"
        /// JSON: bytes that are no base64.
        case invalidBase64 = "invalid_base64"
    }

    private final class Box: Sendable {
        let code: Code
        let path: String
        let expectation: String

        init(code: Code, path: String, expectation: String) {
            self.code = code
            self.path = path
            self.expectation = expectation
        }
    }

    private let box: Box

    init(_ code: Code, path: String = "", expected expectation: String) {
        box = Box(code: code, path: path, expectation: expectation)
    }

    public var code: Code { box.code }
    /// The field at fault in JSON names, such as `items[3].vlanId`; empty if it is the message as a whole.
    public var path: String { box.path }
    /// What was expected there.
    public var expectation: String { box.expectation }

    /// The same error seen from one level further out.
    func inside(_ name: String?) -> CodecError {
        guard let name, !name.isEmpty else { return self }
        let joint = path.isEmpty || path.utf8.first == UInt8(ascii: "[") ? "" : "."
        return CodecError(code, path: name + joint + path, expected: expectation)
    }

    func inside(index: Int) -> CodecError { inside("[\(index)]") }
}

extension CodecError: Equatable, CustomStringConvertible {
    public static func == (a: CodecError, b: CodecError) -> Bool {
        a.code == b.code && a.path == b.path && a.expectation == b.expectation
    }

    public var description: String {
        path.isEmpty ? "\(code.rawValue): expected \(expectation)" : "\(path): \(code.rawValue): expected \(expectation)"
    }
}

/// Limits of both encodings.
public enum CodecLimits {
    /// How many messages, groups, lists or objects may lie inside one another.
    public static let depth = 100
}
