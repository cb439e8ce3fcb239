/// Numbers of JSON.
enum JSONNumber {
    /// How many bytes at the start are a number by JSON's grammar; 0 if none.
    static func length(at bytes: UnsafeRawBufferPointer) -> Int {
        var position = 0
        func digits() -> Int {
            let first = position
            while position < bytes.count, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9") { position += 1 }
            return position - first
        }
        func at(_ character: Unicode.Scalar) -> Bool { position < bytes.count && bytes[position] == UInt8(ascii: character) }
        if at("-") { position += 1 }
        if at("0") {
            position += 1
        } else if digits() == 0 {
            return 0
        }
        if at(".") {
            position += 1
            if digits() == 0 { return 0 }
        }
        if at("e") || at("E") {
            position += 1
            if at("+") || at("-") { position += 1 }
            if digits() == 0 { return 0 }
        }
        return position
    }
}

extension JSONReader {
    /// A whole number, plain or in quotes.
    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) throws(CodecError) -> Value {
        let first = try peek()
        if first == UInt8(ascii: "\"") { return try Self.integer(Value.self, from: try string()) }
        guard first == UInt8(ascii: "-") || (first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")) else {
            throw Self.wrongType("a whole number")
        }
        return try Self.integer(Value.self, from: try numberToken())
    }

    static func integer<Value: FixedWidthInteger>(_: Value.Type, from token: UnsafeRawBufferPointer) throws(CodecError) -> Value {
        guard !token.isEmpty, JSONNumber.length(at: token) == token.count else { throw wrongType("a whole number") }
        let isNegative = token[0] == UInt8(ascii: "-")
        var value: Value = 0
        for position in (isNegative ? 1 : 0)..<token.count {
            let byte = token[position]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return try wholeNumber(written: token) }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let digit = Value(byte - UInt8(ascii: "0"))
            let (sum, overflow) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !tooLarge, !overflow else { throw range(Value.self) }
            value = sum
        }
        return value
    }

    /// `1e3` and `7.0` are whole numbers too.
    private static func wholeNumber<Value: FixedWidthInteger>(written token: UnsafeRawBufferPointer) throws(CodecError) -> Value {
        guard let number = Double(String(decoding: token, as: UTF8.self)) else { throw wrongType("a whole number") }
        guard number.rounded(.towardZero) == number else { throw wrongType("a whole number") }
        guard let value = Value(exactly: number) else { throw range(Value.self) }
        return value
    }

    private static func range<Value: FixedWidthInteger>(_: Value.Type) -> CodecError {
        CodecError(.outOfRange, expected: "a whole number from \(Value.min) to \(Value.max)")
    }

    mutating func number<Value: BinaryFloatingPoint & LosslessStringConvertible>(_: Value.Type) throws(CodecError) -> Value {
        guard try peek() == UInt8(ascii: "\"") else { return try Self.finite(try numberToken()) }
        let token = try string()
        if token.equals("NaN") { return .nan }
        if token.equals("Infinity") { return .infinity }
        if token.equals("-Infinity") { return -.infinity }
        guard !token.isEmpty, JSONNumber.length(at: token) == token.count else { throw Self.wrongType("a number") }
        return try Self.finite(token)
    }

    private static func finite<Value: BinaryFloatingPoint & LosslessStringConvertible>(
        _ token: UnsafeRawBufferPointer
    ) throws(CodecError) -> Value {
        guard let value = Value(String(decoding: token, as: UTF8.self)), value.isFinite else {
            throw CodecError(.outOfRange, expected: "a number that the field's type can hold")
        }
        return value
    }
}
