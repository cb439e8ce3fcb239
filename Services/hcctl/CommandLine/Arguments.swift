/// The words after a command, taken one option at a time; what nobody took is an error.
struct Arguments {
    private var words: [String]

    init(_ words: [String]) { self.words = words }

    /// The next word if it is no option: a subcommand or a file.
    mutating func positional() -> String? {
        guard let first = words.first, !first.hasPrefix("--") else { return nil }
        return words.removeFirst()
    }

    /// Whether a flag is given.
    mutating func flag(_ name: String) -> Bool {
        guard let place = words.firstIndex(of: name) else { return false }
        words.remove(at: place)
        return true
    }

    /// An option's value; nil if the option is not given.
    mutating func value(_ name: String) throws(UsageError) -> String? {
        guard let place = words.firstIndex(of: name) else { return nil }
        guard place + 1 < words.count else { throw UsageError("\(name) needs a value") }
        let value = words[place + 1]
        words.removeSubrange(place...place + 1)
        return value
    }

    mutating func required(_ name: String) throws(UsageError) -> String {
        guard let value = try value(name) else { throw UsageError("\(name) is missing") }
        return value
    }

    /// An option's whole number in a range.
    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = try value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
        }
        return number
    }

    /// Nothing may be left.
    func finish() throws(UsageError) {
        if let word = words.first { throw UsageError("unknown argument \"\(word)\"") }
    }
}

/// A command that can't be understood.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
