public import HostedConnection

/// How a value is written as text, and what an error says when it is not: `expected <expectation>, got "abc"`.
///
/// A module with a type of its own adds a form of its own: `ScalarForm(expecting: "a VLAN from 0 to 2999") { VLANID($0) }`.
public struct ScalarForm<Value>: Sendable {
    /// The rest of the sentence that begins with "expected".
    public let expectation: String
    /// The value, nil when the text is not one.
    public let read: @Sendable (String) -> Value?

    /// A form; `read` runs on whatever thread decodes.
    public init(expecting expectation: String, _ read: @escaping @Sendable (String) -> Value?) {
        self.expectation = expectation
        self.read = read
    }
}

extension ScalarForm where Value == String {
    /// Any text but the empty one.
    public static var text: ScalarForm { ScalarForm(expecting: "text") { $0.isEmpty ? nil : $0 } }
}

extension ScalarForm where Value == Bool {
    /// `true` or `false`; `yes`, `on` and `1` are refused.
    public static var boolean: ScalarForm {
        ScalarForm(expecting: "true or false") { $0 == "true" ? true : $0 == "false" ? false : nil }
    }
}

extension ScalarForm where Value == Int {
    /// Decimal digits without leading zeros, with or without a minus sign.
    public static func integer(in range: ClosedRange<Int>) -> ScalarForm {
        ScalarForm(expecting: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            wholeNumber(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number of bytes: digits with `B`, `KiB`, `MiB`, `GiB`, `kB`, `MB` or `GB`.
    public static func byteCount(in range: ClosedRange<Int>) -> ScalarForm {
        ScalarForm(expecting: "a size such as 64KiB or 10MiB from \(range.lowerBound)B to \(range.upperBound)B") { text in
            measured(text, byteUnits).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarForm where Value == Duration {
    /// A time: digits with `us`, `ms`, `s`, `m`, `h` or `d`.
    public static func duration(in range: ClosedRange<Duration>) -> ScalarForm {
        let limits = "from \(durationText(range.lowerBound)) to \(durationText(range.upperBound))"
        return ScalarForm(expecting: "a duration such as 250ms, 30s or 5m \(limits)") { text in
            measured(text, durationUnits).map { .microseconds($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension ScalarForm where Value: TextIdentifier & SendableMetatype {
    /// An identifier in its text form.
    public static var identifier: ScalarForm { ScalarForm(expecting: Value.expectation) { Value($0) } }
}

extension ScalarForm where Value: CaseIterable & RawRepresentable<String> & SendableMetatype {
    /// One of the enumeration's raw values.
    public static var choice: ScalarForm {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return ScalarForm(expecting: "one of \(names)") { Value(rawValue: $0) }
    }
}

private let byteUnits: [(name: String, size: Int)] = [
    ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
]

/// In microseconds.
private let durationUnits: [(name: String, size: Int)] = [
    ("us", 1), ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
]

/// A number in decimal digits, the way people write it: no plus sign, no leading zeros (elsewhere they mean octal).
private func wholeNumber(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard let first = digits.first, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    guard first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
    return Int(text)
}

/// A number with one of the units, in units of size 1; nil when it does not fit.
private func measured(_ text: String, _ units: [(name: String, size: Int)]) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unitName = text[digits.endIndex...]
    guard let unit = units.first(where: { $0.name == unitName }), let number = wholeNumber(String(digits)) else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit.size)
    return overflow ? nil : product
}

/// The duration in the largest unit that shows it whole.
private func durationText(_ duration: Duration) -> String {
    let microseconds = Int(clamping: duration.wholeMicroseconds)
    guard microseconds != 0 else { return "0s" }
    let unit = durationUnits.last { microseconds % $0.size == 0 }
    return unit.map { "\(microseconds / $0.size)\($0.name)" } ?? "\(microseconds)us"
}
