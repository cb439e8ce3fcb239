import HostedConnection

/// A log line in octets, newline included, never longer than ``maximumBytes``.
struct LogLine {
    /// What the kernel writes to a pipe in one piece (PIPE_BUF), so that lines of several processes don't mix.
    static let maximumBytes = 4096
    /// Where a single text is cut.
    private static let maximumTextBytes = 1024

    let time: Instant
    let level: LogLevel
    let service: String
    let message: String
    let fields: LogFields

    func rendered(as format: LogFormat) -> [UInt8] {
        var line = format == .json ? json() : text()
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func json() -> [UInt8] {
        var text = JSONText()
        text.beginObject()
        text.key("time")
        text.string(time.rfc3339)
        text.key("level")
        text.string(level.rawValue)
        text.key("service")
        text.string(service, limit: 64)
        text.key("message")
        text.string(message, limit: Self.maximumTextBytes)
        for (name, value) in fields.pairs {
            let mark = text.mark
            text.key(name)
            switch value {
            case .text(let string): text.string(string, limit: Self.maximumTextBytes)
            case .integer(let number): text.verbatim(String(number))
            case .unsigned(let number): text.verbatim(String(number))
            case .number(let number): text.number(number)
            case .bool(let flag): text.verbatim(flag ? "true" : "false")
            }
            if text.bytes.count > Self.maximumBytes - 32 {
                text.cut(to: mark)
                text.key("truncated")
                text.verbatim("true")
                break
            }
        }
        text.endObject()
        return text.bytes
    }

    private func text() -> [UInt8] {
        var line: [UInt8] = []
        time.appendRFC3339(to: &line)
        line.append(UInt8(ascii: " "))
        line += level.rawValue.uppercased().utf8
        line += repeatElement(UInt8(ascii: " "), count: 8 - level.rawValue.utf8.count)
        appendEscaped(service, to: &line, limit: 64)
        line += ": ".utf8
        appendEscaped(message, to: &line, limit: Self.maximumTextBytes, escapingQuotes: false)
        for (name, value) in fields.pairs {
            let end = line.count
            line.append(UInt8(ascii: " "))
            line += name.utf8
            line.append(UInt8(ascii: "="))
            switch value {
            case .text(let string): appendWord(string, to: &line)
            case .integer(let number): line += String(number).utf8
            case .unsigned(let number): line += String(number).utf8
            case .number(let number): line += "\(number)".utf8
            case .bool(let flag): line += (flag ? "true" : "false").utf8
            }
            if line.count > Self.maximumBytes - 32 {
                line.removeSubrange(end...)
                line += " …".utf8
                break
            }
        }
        return line
    }

    private func appendWord(_ text: String, to line: inout [UInt8]) {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
        if !isPlain { line.append(UInt8(ascii: "\"")) }
        appendEscaped(text, to: &line, limit: Self.maximumTextBytes)
        if !isPlain { line.append(UInt8(ascii: "\"")) }
    }
}
