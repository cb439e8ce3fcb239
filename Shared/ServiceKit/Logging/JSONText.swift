/// Writes JSON text octet by octet: what logs and health answers need, and no more.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func beginObject() { open(UInt8(ascii: "{")) }
    mutating func endObject() { close(UInt8(ascii: "}")) }
    mutating func beginArray() { open(UInt8(ascii: "[")) }
    mutating func endArray() { close(UInt8(ascii: "]")) }

    mutating func key(_ name: String) {
        separate()
        appendQuoted(name, limit: .max)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// - Parameter limit: octets of the text after which it is cut and marked with `…`.
    mutating func string(_ text: String, limit: Int = .max) {
        separate()
        appendQuoted(text, limit: limit)
        needsComma = true
    }

    /// A number, `true`, `false`: anything that is JSON as it stands.
    mutating func verbatim(_ text: some StringProtocol) {
        separate()
        bytes += text.utf8
        needsComma = true
    }

    /// A number; what JSON cannot say becomes `null`.
    mutating func number(_ value: Double) { verbatim(value.isFinite ? "\(value)" : "null") }

    /// Where the text stands, to come back to it with ``cut(to:)``.
    var mark: (count: Int, needsComma: Bool) { (bytes.count, needsComma) }

    /// Takes back what was written since the mark.
    mutating func cut(to mark: (count: Int, needsComma: Bool)) {
        bytes.removeSubrange(mark.count...)
        needsComma = mark.needsComma
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendQuoted(_ text: String, limit: Int) {
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(text, to: &bytes, limit: limit)
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Appends the text with quotes, backslashes and control characters escaped as JSON wants it, DEL and the line separators of
/// Unicode too, so that no viewer breaks the line. Cut after about `limit` octets, never inside a character.
/// - Parameter escapingQuotes: false where the text does not stand in quotes.
func appendEscaped(_ text: String, to bytes: inout [UInt8], limit: Int, escapingQuotes: Bool = true) {
    let start = bytes.count
    for scalar in text.unicodeScalars {
        guard bytes.count - start < limit else {
            bytes += "…".utf8
            return
        }
        switch scalar {
        case "\"" where escapingQuotes, "\\" where escapingQuotes:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
            let hex = String(scalar.value, radix: 16)
            bytes += "\\u".utf8
            bytes += repeatElement(UInt8(ascii: "0"), count: 4 - hex.utf8.count)
            bytes += hex.utf8
        default:
            bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
    }
}
