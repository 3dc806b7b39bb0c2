import Foundation
import Testing
import ZooData

@Suite struct TableDatesTests {
    private func dates(_ texts: [String], _ configure: (inout TableImportOptions) -> Void = { _ in }) throws
        -> (column: ColumnSummary, values: [QueryValue])
    {
        let rows = texts.map { "\"\($0)\",1\n" }.joined()
        let table = try importingTable("d,x\n" + rows, configure)
        return (try table.column("d"), try table.values("d"))
    }

    @Test(
        arguments: [
            "2011-01-31", "2011/1/31", "2011.01.31", "31.1.2011", "31.01.2011", "31/1/2011", "1/31/2011", "31-01-2011",
            "31/01/11", "1/31/11", "31 Jan 2011", "31-Jan-2011", "Jan 31, 2011", "January 31 2011", "31 january 2011",
        ])
    func daysAreReadInTheUsualForms(text: String) throws {
        let (column, values) = try dates([text])
        #expect(column.kind == .date && values == [.text("2011-01-31")] && column.earliest == "2011-01-31")
    }

    @Test(
        arguments: [
            ("2011-01-31 13:05", "13:05:00"), ("2011-01-31T13:05:09Z", "13:05:09"), ("1/31/2011 1:05 PM", "13:05:00"),
            ("31.1.2011 00:00:00", "00:00:00"), ("2011-01-31 13:05:09+02:00", "13:05:09"),
            ("2011-01-31 12:30 am", "00:30:00"), ("2011-01-31 08:05:09.125-0500", "08:05:09.125"),
            ("2011-01-31 13:05:09 UTC", "13:05:09"),
        ])
    func timesAreReadToo(text: String, time: String) throws {
        let (column, values) = try dates([text])
        #expect(column.kind == .datetime && values == [.text("2011-01-31 \(time)")])
    }

    @Test func theWholeColumnDecidesWhetherTheDayComesFirst() throws {
        let day = try dates(["1/2/2011", "3/4/2011", "13/4/2011"])
        #expect(day.values == [.text("2011-02-01"), .text("2011-04-03"), .text("2011-04-13")])
        #expect(day.column.isDayFirst == true && day.column.notes.isEmpty)
        let month = try dates(["1/2/2011", "3/4/2011", "4/13/2011"])
        #expect(month.values == [.text("2011-01-02"), .text("2011-03-04"), .text("2011-04-13")])
        let open = try dates(["1/2/2011", "3/4/2011"])
        #expect(open.values.first == .text("2011-01-02"))
        #expect(open.column.notes.first?.contains("--day-first") == true)
        let said = try dates(["1/2/2011", "3/4/2011"]) { $0.rules.isDayFirst = true }
        #expect(said.values.first == .text("2011-02-01") && said.column.notes.isEmpty)
    }

    @Test func severalFormsInOneColumnAreOneKind() throws {
        let (column, values) = try dates(["2011-01-31", "1/2/2011", "13/2/2011", "5 Mar 2011", "6.3.2011 12:00"])
        #expect(column.kind == .datetime)
        #expect(
            values.map { $0 } == ["2011-01-31", "2011-02-01", "2011-02-13", "2011-03-05"].map {
                .text($0 + " 00:00:00")
            }
                + [.text("2011-03-06 12:00:00")])
    }

    @Test func impossibleDatesAreMissingAndSaid() throws {
        let (column, values) = try dates([
            "2011-02-28", "2011-02-29", "2012-02-29", "2011-13-01", "2011-04-31", "2011-05-01", "2011-06-01",
        ])
        #expect(column.kind == .date && column.missing == 3)
        #expect(values[1] == .null && values[2] == .text("2012-02-29") && values[3] == .null && values[4] == .null)
        #expect(column.notes == ["no day of the calendar: 3 read as missing, the first '2011-02-29' on line 3"])
        let times = try dates(["2011-02-28 25:00", "2011-02-28 23:60", "2011-02-28 23:59", "2011-02-28 00:00"])
        #expect(times.column.missing == 2)
        let contrary = try dates(["13/1/2011", "14/1/2011", "1/15/2011"])
        #expect(
            contrary.values.last == .null
                && contrary.column.notes == [
                    "1 date does not fit day/month: read as missing, the first '1/15/2011' on line 4 (write year-month-day "
                        + "where both are meant)"
                ])
        // Only what is read as a date is counted.
        #expect(column.distinct == 4 && times.column.distinct == 2 && contrary.column.distinct == 2)
        let american = try dates(["06/14/2020", "06/15/2020", "13/06/2020"])
        #expect(american.column.notes.first?.contains("'13/06/2020' on line 4 (--day-first: the others are)") == true)
    }

    @Test(arguments: ["2011-02-30", "12:30", "2011-1", "1.2.3", "2011-01-311", "1/1/111", "2011-01-31x", "31 Foo 2011"])
    func whatIsNoDateStaysText(text: String) throws {
        #expect(try dates([text]).column.kind == .text)
    }

    @Test func everyDayOfFourCenturiesComesBackAsItWas() throws {
        // The stored text is made from a day number; Foundation's calendar is the judge.
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var texts: [String] = []
        for day in stride(from: -62_000, to: 90_000, by: 37) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            texts.append(String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0))
        }
        let (column, values) = try dates(texts)
        #expect(column.kind == .date && values == texts.map { .text($0) })
    }
}
