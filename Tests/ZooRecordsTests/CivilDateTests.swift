import Foundation
import Testing
import ZooRecords

@Suite struct CivilDateTests {
    /// Foundation's calendar as the reference, over 500 years and in both directions.
    @Test func daysAreThoseOfTheGregorianCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var iso = Calendar(identifier: .iso8601)
        iso.timeZone = calendar.timeZone
        for number in stride(from: -90_000, through: 90_000, by: 97) {
            let date = CivilDate(dayNumber: number)
            let moment = Date(timeIntervalSince1970: Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: moment)
            #expect([date.year, date.month, date.day] == [parts.year, parts.month, parts.day])
            #expect(date.weekday == ((parts.weekday ?? 0) + 5) % 7)
            #expect(date.week == iso.component(.weekOfYear, from: moment))
            #expect(date.dayOfYear == calendar.ordinality(of: .day, in: .year, for: moment))
            #expect(CivilDate.dayNumber(year: date.year, month: date.month, day: date.day) == number)
            let next = CivilDate(dayNumber: number + 1)
            #expect(date.isMonthEnd == (next.day == 1) && next.isMonthStart == date.isMonthEnd)
        }
    }

    @Test func daysThatTheCalendarDoesNotHaveAreRefused() {
        #expect(CivilDate.dayNumber(year: 2024, month: 2, day: 29) == 19_782)
        for (year, month, day) in [(2023, 2, 29), (1900, 2, 29), (2024, 13, 1), (2024, 0, 1), (2024, 4, 31), (0, 1, 1)]
        {
            #expect(CivilDate.dayNumber(year: year, month: month, day: day) == nil)
        }
    }

    @Test func momentsHaveDayAndSeconds() throws {
        let date = try #require(CivilDate(secondsSince1970: -1))
        #expect((date.dayNumber, date.secondOfDay) == (-1, 86_399))
        #expect((date.year, date.month, date.day) == (1969, 12, 31) && date.isYearEnd && date.isQuarterEnd)
        #expect(CivilDate(secondsSince1970: .nan) == nil && CivilDate(secondsSince1970: 1e300) == nil)
    }
}
