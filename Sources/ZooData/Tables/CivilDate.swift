/// Days of the Gregorian calendar, counted from 1 January 1970.
enum CivilDate {
    /// The days of a month; nil for a month that there is not.
    static func dayCount(year: Int, month: Int) -> Int? {
        switch month {
        case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: return 30
        case 1, 3, 5, 7, 8, 10, 12: return 31
        default: return nil
        }
    }

    /// The number of a day, or nil if the calendar does not have it.
    ///
    /// - Source: Howard Hinnant, chrono-compatible low-level date algorithms, `days_from_civil`
    static func day(year: Int, month: Int, day: Int) -> Int? {
        guard year >= 1, year <= 9999, let count = dayCount(year: year, month: month), day >= 1, day <= count else {
            return nil
        }
        let shifted = month <= 2 ? year - 1 : year  // years begin in March, so that a leap day ends one
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The year, month and day of a number.
    static func components(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// Seconds since 1970 as `2011-01-31`, or as `2011-01-31 13:00:00`, with milliseconds where there are any.
    static func text(seconds: Double, isDay: Bool) -> String {
        guard seconds.isFinite, abs(seconds) < 1e15 else { return "" }
        let milliseconds = Int((seconds * 1000).rounded())
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        let (year, month, dayOfMonth) = components(ofDay: day)
        let date = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfMonth, 2)
        if isDay { return date }
        let rest = milliseconds - day * 86_400_000
        let time = padded(rest / 3_600_000, 2) + ":" + padded(rest / 60_000 % 60, 2) + ":" + padded(rest / 1000 % 60, 2)
        return date + " " + time + (rest % 1000 == 0 ? "" : "." + padded(rest % 1000, 3))
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
