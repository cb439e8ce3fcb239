/// A cloud account: 16 decimal digits, the first of them not 0.
public struct AccountID: TextIdentifier, Comparable {
    public let number: UInt64

    /// Takes a number already known to be an account's, as read back from the database.
    public init(number: UInt64) { self.number = number }

    public static var none: AccountID { AccountID(number: 0) }
    public var isSet: Bool { number != 0 }
    public static var maximumTextCount: Int { 16 }
    public static var expectation: String { "16 decimal digits" }

    public func writeText(to destination: UnsafeMutableRawPointer) -> Int {
        var rest = number
        for position in stride(from: 15, through: 0, by: -1) {
            destination.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: position, as: UInt8.self)
            rest /= 10
        }
        return 16
    }

    public init?(text: UnsafeRawBufferPointer) {
        guard text.count == 16, text[0] != UInt8(ascii: "0") else { return nil }
        var number: UInt64 = 0
        for character in text {
            guard character >= UInt8(ascii: "0"), character <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + UInt64(character - UInt8(ascii: "0"))
        }
        self.number = number
    }

    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}
