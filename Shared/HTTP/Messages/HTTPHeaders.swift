/// One header line: the name as sent, the value without surrounding blanks.
public struct HTTPHeader: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Header lines in the order they were sent; duplicates are kept, lookup ignores the case of ASCII letters.
public struct HTTPHeaders: Sendable, Hashable, RandomAccessCollection, ExpressibleByArrayLiteral {
    private var lines: [HTTPHeader]

    public init(_ lines: [HTTPHeader] = []) { self.lines = lines }
    public init(arrayLiteral elements: HTTPHeader...) { lines = elements }

    public var startIndex: Int { lines.startIndex }
    public var endIndex: Int { lines.endIndex }
    public subscript(position: Int) -> HTTPHeader { lines[position] }

    /// The value of the first line with this name.
    public subscript(name: String) -> String? {
        for line in lines where equalIgnoringASCIICase(line.name, name) { return line.value }
        return nil
    }

    /// The values of all lines with this name, in order.
    public func values(of name: String) -> [String] {
        lines.compactMap { equalIgnoringASCIICase($0.name, name) ? $0.value : nil }
    }

    /// Adds a line, keeping lines of the same name.
    public mutating func add(_ name: String, _ value: String) { lines.append(HTTPHeader(name, value)) }

    /// Puts one line in the place of all lines of this name.
    public mutating func set(_ name: String, _ value: String) {
        lines.removeAll { equalIgnoringASCIICase($0.name, name) }
        lines.append(HTTPHeader(name, value))
    }
}

/// Compares header names and header tokens, in which only ASCII letters have a case.
func equalIgnoringASCIICase(_ a: String, _ b: String) -> Bool {
    let left = a.utf8
    let right = b.utf8
    guard left.count == right.count else { return false }
    return zip(left, right).allSatisfy { lowercasedASCII($0) == lowercasedASCII($1) }
}

private func lowercasedASCII(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
