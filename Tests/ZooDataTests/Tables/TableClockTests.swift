import Foundation
import Testing
import ZooData

/// Expected values: Python 3.11's `datetime` and `zoneinfo`.
@Suite struct TableClockTests {
    @Test(
        arguments: [
            ["2024-06-03 00:00:00+02:00", "2024-06-08 00:00:00+02:00"],  // pandas 3.1.1
            ["2024-06-03T00:00:00.000000+0200", "2024-06-08T00:00:00.000000+0200"],  // polars 2.1.0
            ["2024-06-03 00:00:00+02", "2024-06-08 00:00:00+02"],  // DuckDB 2.0.1, PostgreSQL
        ])
    func timesAreKeptOnTheClockOnWhichTheyWereRead(texts: [String]) throws {
        let table = try importingTable("when,n\n" + texts.map { "\($0),1\n" }.joined())
        #expect(try table.values("when") == [.text("2024-06-03 00:00:00"), .text("2024-06-08 00:00:00")])
        let column = try table.column("when")
        #expect(column.kind == .datetime && column.clock == "+02:00" && column.earliest == "2024-06-03 00:00:00")
        #expect(column.notes == ["times with +02:00 are read on that clock (--time-zone: on another)"])
    }

    @Test func timesOfSeveralOffsetsKeepTheirOwn() throws {
        let text = "when,n\n2024-03-31 01:30:00+01:00,1\n2024-03-31 03:30:00+02:00,2\n2024-03-31 02:15:00+02:00,3\n"
        let table = try importingTable(text)
        #expect(
            try table.values("when") == [
                .text("2024-03-31 01:30:00+01:00"), .text("2024-03-31 03:30:00+02:00"),
                .text("2024-03-31 02:15:00+02:00"),
            ])
        let column = try table.column("when")
        // 02:15+02:00 is 00:15 UTC, before 01:30+01:00.
        #expect(column.clock == "as written" && column.earliest == "2024-03-31 02:15:00")
    }

    @Test func aPlaceConvertsInstantsAndTakesTheRestAsItsClock() throws {
        let text = "when,n\n2024-06-07 22:00:00Z,1\n2024-12-31 23:00:00Z,2\n2024-07-01 12:00:00,3\n"
        let table = try importingTable(text) { $0.rules.timeZone = TimeZoneRule("Europe/Berlin") }
        #expect(
            try table.values("when") == [
                .text("2024-06-08 00:00:00+02:00"), .text("2025-01-01 00:00:00+01:00"),
                .text("2024-07-01 12:00:00+02:00"),
            ])
        #expect(try table.column("when").clock == "Europe/Berlin")
        let fixed = try importingTable(text) { $0.rules.timeZone = TimeZoneRule("-0530") }
        #expect(try fixed.values("when").first == .text("2024-06-07 16:30:00"))
        let plain = try importingTable(text)
        #expect(try plain.values("when").first == .text("2024-06-07 22:00:00"))
        #expect(try plain.column("when").clock == nil)
        for name in ["+25:00", "Nowhere/Town", "2", ""] { #expect(TimeZoneRule(name) == nil, "\(name)") }
    }

    /// 2024-03-31 02:30 is not on Berlin's clocks, 2024-10-27 02:30 twice: Python's `zoneinfo`, fold 0.
    @Test func timesThatAClockShowsTwiceOrNeverAreSaid() throws {
        let text =
            "when,n\n2024-03-31 02:00:00,1\n2024-03-31 03:00:00,2\n2024-10-27 02:59:59,3\n2024-10-27 03:00:00,4\n"
            + "2024-10-27 02:00:00,5\n2024-10-27 02:30:00+01:00,6\n2024-10-27 01:59:59,7\n2024-07-01 12:00:00,8\n"
        let table = try importingTable(text) { $0.rules.timeZone = TimeZoneRule("Europe/Berlin") }
        #expect(
            try table.values("when").prefix(5) == [
                .text("2024-03-31 02:00:00+01:00"), .text("2024-03-31 03:00:00+02:00"),
                .text("2024-10-27 02:59:59+02:00"), .text("2024-10-27 03:00:00+01:00"),
                .text("2024-10-27 02:00:00+02:00"),
            ])
        #expect(
            try table.column("when").notes.filter { $0.contains("Berlin") } == [
                "2 times that Europe/Berlin shows twice are taken for the first, 1 time that Europe/Berlin leaves out has the "
                    + "offset from before (an offset behind a time, such as +01:00, says otherwise)"
            ])
        let fixed = try importingTable(text) { $0.rules.timeZone = TimeZoneRule("+01:00") }
        #expect(try fixed.column("when").notes == [])
        #expect(TimeZoneRule("Europe/Berlin")?.note(ofTime: "31.3.2024 02:30", dayFirst: true) != nil)
        #expect(TimeZoneRule("Europe/Berlin")?.note(ofTime: "31.3.2024 03:30", dayFirst: true) == nil)
        // South of the equator, and by half an hour.
        #expect(TimeZoneRule("Australia/Lord_Howe")?.note(ofTime: "2024-10-06 02:15", dayFirst: false) != nil)
        #expect(TimeZoneRule("Australia/Lord_Howe")?.note(ofTime: "2024-10-06 02:30", dayFirst: false) == nil)
    }

    @Test func theSameIsSaidOfRowsToPredictAndOfASelect() throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("t.csv")
            try Data("when\n2024-10-27 02:30:00\n2024-10-27 04:30:00\n".utf8).write(to: file)
            let column = TableFile.Column(name: "when", kind: .datetime, clock: "Europe/Berlin")
            let notes = try TableFile(path: file.path, columns: [column]).notes
            #expect(
                notes.count == 1 && notes[0].hasPrefix("when: 1 time that Europe/Berlin shows twice is taken"),
                "\(notes)")
            var options = TableImportOptions()
            options.rules.timeZone = TimeZoneRule("+02:00")
            #expect(try TableFile(path: file.path, columns: [column], options: options).notes == [])
        }
        let ratings = "user,item,rating,timestamp\na,x,1,2024-10-27 02:30:00\na,y,1,2024-10-27 02:45:00\n"
        let imported = try importingRatings([("r.csv", ratings)]) { options, _ in
            options.table.rules.timeZone = TimeZoneRule("Europe/Berlin")
        }
        #expect(
            imported.report.notes.contains { $0.hasPrefix("2 times that Europe/Berlin shows twice are taken") },
            "\(imported.report.notes)")
        #expect(imported.data.timestamps == [1_729_989_000, 1_729_989_900])
    }

    @Test func aTypedTimeIsOnTheClockOfItsColumn() {
        let day = ValueKind.datetime.number(parsing: "2024-06-08", clock: "+02:00")
        #expect(day == ValueKind.datetime.number(parsing: "2024-06-08 00:00:00+02:00", clock: "+02:00"))
        #expect(day == ValueKind.datetime.number(parsing: "2024-06-07 22:00:00Z", clock: "+02:00"))
        #expect(day != ValueKind.datetime.number(parsing: "2024-06-07", clock: "+02:00"))
        let place = ValueKind.datetime.number(parsing: "2024-06-08", clock: "Europe/Berlin")
        #expect(place == day)
    }

    @Test func theEndOfTheCalendarStaysAsItWasWritten() throws {
        let table = try importingTable("id,until\n1,9999-12-31T23:59:59-02:00\n2,2024-06-08T00:00:00-02:00\n") {
            $0.rules.timeZone = TimeZoneRule("UTC")
        }
        #expect(try table.values("until") == [.text("9999-12-31 23:59:59"), .text("2024-06-08 02:00:00")])
        #expect(try table.column("until").latest == "9999-12-31 23:59:59")
    }
}
