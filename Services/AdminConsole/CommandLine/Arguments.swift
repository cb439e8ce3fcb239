/// The words after a command, taken one option at a time; what nobody took is an error.
public struct Arguments {
    private var words: [String]

    public init(_ words: [String]) { self.words = words }

    /// The next word if it is no option: a subcommand or a file.
    public mutating func positional() -> String? {
        guard let first = words.first, !first.hasPrefix("--") else { return nil }
        return words.removeFirst()
    }

    /// Whether a flag is given.
    public mutating func flag(_ name: String) -> Bool {
        guard let place = words.firstIndex(of: name) else { return false }
        words.remove(at: place)
        return true
    }

    /// An option's value; nil if the option is not given.
    public mutating func value(_ name: String) throws(UsageError) -> String? {
        guard let place = words.firstIndex(of: name) else { return nil }
        guard place + 1 < words.count else { throw UsageError("\(name) needs a value") }
        let value = words[place + 1]
        words.removeSubrange(place...place + 1)
        return value
    }

    /// An option's values, in the order in which it is given; none if it is not.
    public mutating func values(_ name: String) throws(UsageError) -> [String] {
        var values: [String] = []
        while let value = try value(name) { values.append(value) }
        return values
    }

    public mutating func required(_ name: String) throws(UsageError) -> String {
        guard let value = try value(name) else { throw UsageError("\(name) is missing") }
        return value
    }

    /// An option's whole number in a range.
    public mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = try value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
        }
        return number
    }

    /// Nothing may be left.
    public func finish() throws(UsageError) {
        if let word = words.first { throw UsageError("unknown argument \"\(word)\"") }
    }
}

/// A command that can't be understood.
public struct UsageError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
