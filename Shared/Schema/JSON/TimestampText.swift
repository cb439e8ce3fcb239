/// Times in the form of RFC 3339, as the proto3 JSON mapping has them.
enum TimestampText {
    /// Writes `2026-01-31T09:30:00Z`, with three, six or nine digits after the second where needed.
    static func write(_ time: Timestamp, to buffer: inout OutputBuffer) {
        let (day, second) = floorDivide(time.seconds, 86_400)
        let date = civil(fromDay: day)
        let start = buffer.room(30)
        var position = 0
        func put(_ value: Int64, _ width: Int) {
            var rest = value
            for place in stride(from: width - 1, through: 0, by: -1) {
                start.storeBytes(
                    of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: position + place, as: UInt8.self)
                rest /= 10
            }
            position += width
        }
        func put(_ character: Unicode.Scalar) {
            start.storeBytes(of: UInt8(ascii: character), toByteOffset: position, as: UInt8.self)
            position += 1
        }
        put(date.year, 4)
        put("-")
        put(date.month, 2)
        put("-")
        put(date.day, 2)
        put("T")
        put(second / 3600, 2)
        put(":")
        put(second / 60 % 60, 2)
        put(":")
        put(second % 60, 2)
        if time.nanos != 0 {
            let nanos = Int64(time.nanos)
            put(".")
            if nanos % 1_000_000 == 0 {
                put(nanos / 1_000_000, 3)
            } else if nanos % 1000 == 0 {
                put(nanos / 1000, 6)
            } else {
                put(nanos, 9)
            }
        }
        put("Z")
        buffer.advance(position)
    }

    /// Reads a time with any offset; nil if it is none or outside the years 1 – 9999.
    static func read(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        var scanner = Scanner(text: text)
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T"), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2)
        else { return nil }
        guard year >= 1, (1...12).contains(month), day >= 1, day <= days(inMonth: month, of: year), hour < 24, minute < 60, second < 60
        else { return nil }
        guard let nanos = scanner.fraction(), let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        let seconds = dayNumber(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard Timestamp.range.contains(seconds) else { return nil }
        return Timestamp(seconds: seconds, nanos: nanos)
    }

    private struct Scanner {
        let text: UnsafeRawBufferPointer
        var position = 0

        init(text: UnsafeRawBufferPointer) { self.text = text }

        var isAtEnd: Bool { position == text.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func digit() -> Int64? {
            guard position < text.count, text[position] >= UInt8(ascii: "0"), text[position] <= UInt8(ascii: "9") else { return nil }
            position += 1
            return Int64(text[position - 1] - UInt8(ascii: "0"))
        }

        mutating func number(_ width: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<width {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// Nanoseconds; at most nine digits.
        mutating func fraction() -> Int32? {
            guard take(".") else { return 0 }
            var nanos: Int64 = 0
            var count = 0
            while let digit = digit() {
                count += 1
                if count > 9 { return nil }
                nanos = nanos * 10 + digit
            }
            guard count > 0 else { return nil }
            for _ in count..<9 { nanos *= 10 }
            return Int32(nanos)
        }

        /// Seconds east of UTC.
        mutating func offset() -> Int64? {
            if take("Z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }

    // The proleptic Gregorian calendar, in eras of 400 years that begin on 1 March.

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(day + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
