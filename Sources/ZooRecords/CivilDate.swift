/// A moment in the Gregorian calendar, UTC.
///
/// - Source: Hinnant 2013, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil` and `civil_from_days`
package struct CivilDate: Sendable, Equatable {
    package let year: Int
    /// 1 ... 12
    package let month: Int
    /// 1 ... 31
    package let day: Int
    /// Seconds since midnight.
    package let secondOfDay: Double
    /// Days since 1970-01-01.
    package let dayNumber: Int

    /// The day so many days after 1970-01-01.
    package init(dayNumber: Int, secondOfDay: Double = 0) {
        (self.dayNumber, self.secondOfDay) = (dayNumber, secondOfDay)
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The moment so many seconds after 1970-01-01 00:00; nil beyond 2.7 million years.
    package init?(secondsSince1970 seconds: Double) {
        let days = (seconds / 86_400).rounded(.down)
        guard days.isFinite, abs(days) < 1e9 else { return nil }
        self.init(dayNumber: Int(days), secondOfDay: seconds - days * 86_400)
    }

    /// The number of a day since 1970-01-01; nil for one that the calendar does not have, or outside the years 1 to 9999.
    package static func dayNumber(year: Int, month: Int, day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= dayCount(year, month) else {
            return nil
        }
        return daysFromCivil(year, month, day)
    }

    private static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year  // years begin in March, so that a leap day ends one
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func dayCount(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 0 for Monday ... 6 for Sunday.
    package var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 }
    /// 1 ... 366
    package var dayOfYear: Int { dayNumber - Self.daysFromCivil(year, 1, 1) + 1 }
    package var isMonthStart: Bool { day == 1 }
    package var isMonthEnd: Bool { day == Self.dayCount(year, month) }
    package var isQuarterStart: Bool { isMonthStart && month % 3 == 1 }
    package var isQuarterEnd: Bool { isMonthEnd && month % 3 == 0 }
    package var isYearStart: Bool { isMonthStart && month == 1 }
    package var isYearEnd: Bool { isMonthEnd && month == 12 }

    /// The week's number by ISO 8601: weeks begin on Monday, and the first one has the year's first Thursday.
    package var week: Int { (CivilDate(dayNumber: dayNumber - weekday + 3).dayOfYear - 1) / 7 + 1 }
}
