import HostedConnection

extension Instant {
    /// The same time of day on the same day of the next month in UTC, or on that month's last day if it has no such day.
    var oneMonthLater: Instant {
        let dayLength: Int64 = 86_400_000_000
        let day = (microseconds - (microseconds % dayLength + dayLength) % dayLength) / dayLength
        let date = Self.civilDate(day)
        let next = date.month == 12 ? (year: date.year + 1, month: Int64(1)) : (year: date.year, month: date.month + 1)
        let length =
            Self.dayNumber(next.month == 12 ? next.year + 1 : next.year, next.month % 12 + 1, 1)
            - Self.dayNumber(next.year, next.month, 1)
        let nextDay = Self.dayNumber(next.year, next.month, min(date.day, length))
        return Instant(microseconds: microseconds + (nextDay - day) * dayLength)
    }

    // Years are counted from March, so that the leap day comes last, in eras of 400 years, which all have 146,097 days.

    /// Days from 1970-01-01 to a date of the Gregorian calendar.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civilDate(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (
            yearOfEra + era * 400 + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1
        )
    }
}
