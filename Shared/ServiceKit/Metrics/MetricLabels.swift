/// Labels of a series, in the order they were written: `["topic": "billing.events", "result": "ok"]`.
public struct MetricLabels: Sendable, ExpressibleByDictionaryLiteral {
    let pairs: [(name: String, value: String)]

    /// Labels in the order of the literal.
    public init(dictionaryLiteral elements: (String, String)...) { pairs = elements.map { ($0, $1) } }

    var names: [String] { pairs.map(\.name) }

    /// `topic="billing.events",result="ok"`.
    var rendered: String {
        pairs.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    }

    /// The first name that is not allowed or stands twice.
    var firstInvalidName: String? {
        var seen: Set<String> = []
        return names.first { name in
            !isMetricWord(name, colonAllowed: false) || name.hasPrefix("__") || name == "le" || !seen.insert(name).inserted
        }
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

/// Whether the text is a name in the sense of the Prometheus format.
func isMetricWord(_ text: String, colonAllowed: Bool) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy { octet in
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"): true
        case UInt8(ascii: ":"): colonAllowed
        default: false
        }
    }
}
