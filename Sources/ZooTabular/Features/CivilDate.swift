/// A moment in the Gregorian calendar, UTC.
struct CivilDate: Equatable {
    let year: Int
    /// 1 ... 12
    let month: Int
    /// 1 ... 31
    let day: Int
    /// Seconds since midnight.
    let secondOfDay: Double
    /// Days since 1970-01-01.
    let dayNumber: Int

    /// The moment so many seconds after 1970-01-01 00:00.
    ///
    /// - Source: Hinnant 2013, "chrono-Compatible Low-Level Date Algorithms", civil_from_days
    init?(secondsSince1970 seconds: Double) {
        let days = (seconds / 86_400).rounded(.down)
        guard days.isFinite, abs(days) < 1e9 else { return nil }
        dayNumber = Int(days)
        secondOfDay = seconds - days * 86_400
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

    /// The number of a day since 1970-01-01.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    var isLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    /// 0 for Monday ... 6 for Sunday.
    var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 }
    /// 1 ... 366
    var dayOfYear: Int { dayNumber - Self.dayNumber(year: year, month: 1, day: 1) + 1 }
    var daysInMonth: Int {
        switch month {
        case 2: isLeapYear ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
    var isMonthStart: Bool { day == 1 }
    var isMonthEnd: Bool { day == daysInMonth }
    var isQuarterStart: Bool { isMonthStart && month % 3 == 1 }
    var isQuarterEnd: Bool { isMonthEnd && month % 3 == 0 }
    var isYearStart: Bool { isMonthStart && month == 1 }
    var isYearEnd: Bool { isMonthEnd && month == 12 }

    /// The week's number by ISO 8601: weeks begin on Monday, and the first one has the year's first Thursday.
    var week: Int {
        let thursday = dayNumber - weekday + 3
        guard let date = CivilDate(secondsSince1970: Double(thursday) * 86_400) else { return 0 }
        return (date.dayOfYear - 1) / 7 + 1
    }
}
