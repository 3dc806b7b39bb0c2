import Foundation
import Testing
import ZooData
import ZooRecords

/// Ratings of a file, as they were stored.
struct ImportedRatings {
    let report: ImportReport
    let data: StoredInteractions
}

/// Writes files into a folder and imports the first of them.
func importingRatings(
    _ files: [(name: String, text: String)], columns: RatingColumns = RatingColumns(),
    _ configure: (inout ImportOptions, URL) -> Void = { _, _ in }
) throws -> ImportedRatings {
    try withStore { store, folder in
        for file in files { try Data(file.text.utf8).write(to: folder.appendingPathComponent(file.name)) }
        var options = ImportOptions()
        configure(&options, folder)
        let report = try store.importCSV(
            file: folder.appendingPathComponent(files[0].name), name: "d", columns: columns, options: options)
        return ImportedRatings(report: report, data: try store.interactions(dataset: "d"))
    }
}

private func importing(_ text: String, _ configure: (inout ImportOptions) -> Void = { _ in }) throws -> ImportedRatings
{
    try importingRatings([("r.csv", text)]) { options, _ in configure(&options) }
}

/// The six ratings of three people that every form below has.
private let six = [
    ("ann", "x1", "3.5"), ("ann", "x2", "1.5"), ("bob", "x1", "4.5"), ("bob", "x3", "2.5"),
    ("cyd", "x2", "5"), ("cyd", "x3", "0.5"),
]

private func lines(_ separator: String, _ change: (String) -> String = { $0 }) -> String {
    six.map { [$0.0, $0.1, change($0.2)].joined(separator: separator) + "\n" }.joined()
}

@Suite struct RatingFormsTests {
    private func checkSix(_ imported: ImportedRatings) throws {
        #expect(imported.data.userKeys == ["ann", "bob", "cyd"] && imported.data.itemKeys == ["x1", "x2", "x3"])
        #expect(imported.data.ratings == [3.5, 1.5, 4.5, 2.5, 5, 0.5] && imported.report.badRows.count == 0)
    }

    @Test func everyOptionOfTablesIsOneOfRatings() throws {
        try checkSix(
            importing(lines(",")) {
                ($0.table.header, $0.table.columnNames) = (.none, ["user", "item", "rating"])
            })
        try checkSix(importing("user:item:rating\n" + lines(":")) { $0.table.delimiter = UInt8(ascii: ":") })
        try checkSix(importing("user item rating\n" + lines(" ")) { $0.table.delimiter = 32 })
        try checkSix(
            importing("user;item;rating\n" + lines(";") { $0.replacing(".", with: ",") }) {
                $0.table.rules.decimal = .comma
            })
        try checkSix(importing("one\ntwo\nuser,item,rating\n" + lines(",")) { $0.table.skippedLines = 2 })
        let missing = try importing("user,item,rating\n" + lines(",") { $0 == "0.5" ? "-" : $0 }) {
            $0.table.rules.missing = ["-"]
        }
        #expect(missing.data.ratings == [3.5, 1.5, 4.5, 2.5, 5] && missing.report.badRows.count == 0)
        #expect(missing.report.notes == ["left out 1 row without a rating, the first in line 7"])
    }

    @Test(arguments: ["", "NA", "null", "?", "\\N", "nan"])
    func aRowWithoutARatingIsLeftOutAndCounted(written: String) throws {
        let missing = try importing("user,item,rating\n" + lines(",") { $0 == "0.5" ? written : $0 })
        #expect(missing.data.ratings == [3.5, 1.5, 4.5, 2.5, 5] && missing.report.badRows.count == 0)
        #expect(missing.report.notes == ["left out 1 row without a rating, the first in line 7"])
        #expect(throws: DataError.self) {
            try importing("user,item,rating\na,b,1\na,c,NA\n") { $0.table.rules.missing = ["-"] }
        }
    }

    @Test(arguments: ["date", "Created_At", "ts", "time"])
    func timesByAnotherNameDecideWhichRatingIsTheLast(name: String) throws {
        let text = "user,item,rating,\(name)\na,b,5,2024-03-02\na,b,1,2024-03-01\nc,b,2,2024-03-01\n"
        let imported = try importing(text)
        #expect(imported.data.ratings == [5, 2])
        #expect(imported.report.notes.contains { $0.hasPrefix("column '\(name)' is taken for the times") })
        let other = try importing(text.replacing("2024-03-01", with: "noon"))
        #expect(other.data.ratings == [1, 2])
        #expect(other.report.notes.contains { $0.hasPrefix("column '\(name)' is not used") })
    }

    @Test func aColumnIsNotTwoThings() throws {
        let error = #expect(throws: DataError.self) {
            try importingRatings([("r.csv", "user,item,rating\na,b,1\n")], columns: RatingColumns(user: "item"))
        }
        #expect(error?.description.contains("column 'item' is named for two things") == true, "\(error as Any)")
    }

    @Test func whatIsFoundOutIsSaid() throws {
        for (text, note) in [
            (lines(","), "the first row is taken for data"), ("user item rating\n" + lines(" "), "separated by blanks"),
            ("user::item::rating\n" + lines("::"), "separated by '::'"),
        ] {
            let imported = try importing(text)
            try checkSix(imported)
            #expect(imported.report.notes.count { $0.contains(note) } == 1, "\(imported.report.notes)")
        }
        let libmf = try importing("0 12 3.5\n1 12 4\n")
        #expect(libmf.data.userKeys == ["0", "1"] && libmf.data.itemKeys == ["12"] && libmf.data.ratings == [3.5, 4])
    }

    @Test(arguments: [
        "user_id,movieId,rating", "userId,item_id,stars", "User-ID,ISBN,Book-Rating", "USER,Book ID,Rating",
        "user_id:token,item_id:token,rating:float",
    ])
    func usualNamesOfColumnsAreKnown(header: String) throws {
        try checkSix(importing(header + "\n" + lines(",")))
        try withStore { store, folder in
            let file = folder.appendingPathComponent("r.csv")
            try Data((header + "\n" + lines(",")).utf8).write(to: file)
            #expect(DataStore.holdsRatings(file: file, options: ImportOptions()))
        }
    }

    @Test func columnsOfOtherNamesAreNamed() throws {
        let imported = try importing("userId,item,stars\n" + lines(","))
        #expect(imported.report.notes.count == 1)
        #expect(
            imported.report.notes[0].hasPrefix(
                "columns are taken by their names: 'userId' for the user, 'stars' for the rating;"))
        let error = #expect(throws: DataError.self) {
            try importingRatings([("r.csv", lines(","))], columns: RatingColumns(user: "a")) { options, _ in
                options.table.header = .none
            }
        }
        #expect(error?.description.contains("without a header there are no columns with names") == true)
    }

    @Test(arguments: ["user,item,price", "customer,rating,age", "item_id:token,title:token_seq,year:float"])
    func otherTablesAreNotTakenForRatings(header: String) throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("r.csv")
            try Data((header + "\n" + lines(",")).utf8).write(to: file)
            #expect(!DataStore.holdsRatings(file: file, options: ImportOptions()))
        }
    }

    @Test(
        arguments: [
            ("1614834367,1614834427", nil), ("1614834367250,1614834427999", "milliseconds"),
            ("1614834367250123,1614834427000000", "microseconds"), ("2021-03-04 05:06:07,2021-03-04T05:07:07", nil),
            ("2021-03-04T05:06:07Z,2021-03-04T06:07:07+01:00", nil),
        ] as [(String, String?)])
    func timesAreReadInEveryForm(times: String, unit: String?) throws {
        let values = times.split(separator: ",")
        let imported = try importing(
            "user,item,rating,timestamp\na,x,1,\(values[0])\nb,x,2,\(values[1])\nc,x,3,\n")
        #expect(imported.data.timestamps == [1_614_834_367, 1_614_834_427, StoredInteractions.withoutTime])
        #expect(
            imported.report.notes
                == (unit.map { ["times are taken for \($0) since 1970: --timestamp-unit says otherwise"] } ?? []))
        let forced = try importing("user,item,rating,timestamp\na,x,1,5000\nb,x,1,-1\n") {
            $0.rules.unit = .milliseconds
        }
        #expect(forced.data.timestamps == [5, -1])
    }

    @Test func timesLikeDaysAreDatesWhereAllAreSuch() throws {
        let rows = zip(["a", "b", "c"], ["20240608", "20240229", "19700101"]).map { "\($0),x,1,\($1)\n" }.joined()
        let imported = try importing("user,item,rating,timestamp\n" + rows)
        #expect(imported.data.timestamps == [1_717_804_800, 1_709_164_800, 0])
        #expect(imported.report.notes.contains { $0.contains("are read as dates") })
    }

    @Test(
        arguments: [
            ("1614834427000,1614834367,1614834428000,0", [1_614_834_427, 1_614_834_428, 0], "is a time in seconds by"),
            (
                "1614834427,1614834367000,1614834428,0", [1_614_834_427, 1_614_834_428, 0],
                "is a time in milliseconds by"
            ),
            ("20240608,20240230,19700101,0", [1_717_804_800, 0, 0], "is no date, as most times"),
        ] as [(String, [Int64], String)])
    func timesUnlikeMostOthersAreBadRows(times: String, seconds: [Int64], reason: String) throws {
        let rows = zip(["a", "b", "c", "d"], times.split(separator: ",")).map { "\($0),x,1,\($1)\n" }.joined()
        let text = "user,item,rating,timestamp\n" + rows
        let error = #expect(throws: DataError.self) { try importing(text) }
        let message = error?.description ?? ""
        #expect(
            message.contains("line 3") && message.contains(reason) && message.contains("--timestamp-unit"), "\(message)"
        )
        let skipped = try importing(text) { $0.skipsBadRows = true }
        #expect(skipped.data.timestamps == seconds && skipped.report.badRows.count == 1)
        let forced = try importing(text) { $0.rules.unit = .seconds }
        #expect(forced.data.timestamps == times.split(separator: ",").compactMap { Int64($0) })
        #expect(forced.report.notes.isEmpty)
    }

    @Test(
        arguments: [
            // On the clock of all others, as in a table, where they have one, else UTC.
            (["2024-06-08T02:00:00+02:00", "2024-06-08T02:00:00"], "1 time without an offset is read as +02:00"),
            (
                ["2024-06-08T00:00:00+02:00", "2024-06-08T00:00:00+01:00", "2024-06-08T00:00:00"],
                "1 time without an offset is read as UTC"
            ),
        ] as [([String], String)])
    func timesWithoutAnOffsetAmongOthersAreSaid(times: [String], note: String) throws {
        let rows = zip(["a", "b", "c"], times).map { "\($0),x,1,\($1)\n" }.joined()
        let imported = try importing("user,item,rating,timestamp\n" + rows)
        #expect(imported.data.timestamps.last == 1_717_804_800)
        #expect(imported.report.notes.filter { $0.hasPrefix(note) }.count == 1, "\(imported.report.notes)")
        let table = try importingTable("when,n\n" + times.map { "\($0),1\n" }.joined())
        #expect(try table.column("when").notes.filter { $0.hasPrefix(note) }.count == 1)
    }

    @Test func oneDecimalCommaDoesNotOverruleThePoints() throws {
        let rows = (1...50).map { "u,i\($0),4.5\n" }.joined()
        let error = #expect(throws: DataError.self) { try importing("user,item,rating\nv,i1,\"1,5\"\n" + rows) }
        #expect(error?.description.contains("line 2, column 'rating': '1,5' is not a number") == true)
        let imported = try importing("user,item,rating\nv,i1,\"1,5\"\n" + rows) { $0.skipsBadRows = true }
        #expect(imported.data.ratings.count == 50 && imported.report.badRows.count == 1)
        let garbage = try importing("user;item;rating\nv;i1;1,5\nv;i2;x\n") { $0.skipsBadRows = true }
        #expect(garbage.data.ratings == [1.5] && garbage.report.badRows.count == 1)
    }

    @Test(
        arguments: [
            ("1,234", "12", .auto, .auto, 1234, "the commas in '1,234' are read as between thousands"),
            ("1,234", "12", .auto, .comma, 1234, nil), ("1,234", "12", .point, .comma, 1234, nil),
            ("1,234", "12", .comma, .auto, 1.234, nil), ("1,234", "1,5", .auto, .auto, 1.234, "with a decimal comma"),
            ("1.234", "12", .auto, .auto, 1.234, "(--thousands point: as between thousands)"),
            ("1.234", "12", .auto, .point, 1234, nil), ("1.234", "1.5", .auto, .auto, 1.234, nil),
            ("1.234,5", "12", .auto, .auto, 1234.5, "with a decimal comma"),
        ] as [(String, String, DecimalMark, ThousandsMark, Float, String?)])
    func thousandsAreReadAsInTables(
        first: String, second: String, decimal: DecimalMark, thousands: ThousandsMark, value: Float, note: String?
    ) throws {
        let imported = try importing("user,item,plays\nu,a,\"\(first)\"\nu,b,\"\(second)\"\n") {
            $0.rules.feedback = .counts
            ($0.table.rules.decimal, $0.table.rules.thousands) = (decimal, thousands)
        }
        #expect(imported.data.ratings.first == value)
        let notes = imported.report.notes.filter { !$0.contains("by their names") }
        #expect(note.map { note in notes.contains { $0.contains(note) } } ?? notes.isEmpty, "\(notes)")
    }

    @Test func aPersonIsFoundByTheOtherFormOfTheirName() throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("r.csv")
            try Data("user,item,rating\nZo\u{EB},a,4\nZo\u{EB},b,5\n".utf8).write(to: file)
            _ = try store.importCSV(file: file, name: "d", columns: RatingColumns(), options: ImportOptions())
            for key in ["Zo\u{EB}", "Zoe\u{308}"] {
                #expect(try store.ratings(ofUser: key, dataset: "d")?.map(\.item) == ["a", "b"])
            }
            #expect(try store.ratings(ofUser: "Zoe", dataset: "d") == nil)
        }
    }

    @Test func whetherTheDayComesFirstIsSaidByAllDates() throws {
        let imported = try importing("user,item,rating,timestamp\na,x,1,1/2/2011\nb,x,1,31/1/2011\n")
        #expect(imported.data.timestamps == [1_296_518_400, 1_296_432_000])  // 1 February, 31 January
        let open = try importing("user,item,rating,timestamp\na,x,1,1/2/2011\n")
        #expect(open.data.timestamps == [1_293_926_400] && open.report.notes.first?.contains("--day-first") == true)
    }

    @Test func ofRepeatsTheRuleSaysWhatIsKept() throws {
        let times = "user,item,rating,timestamp\nida,p,4,300\nida,p,2,100\nmax,p,3,100\nmax,q,1,100\n"
        let plain = times.replacing(",timestamp", with: "").replacing(",300", with: "").replacing(",100", with: "")
        for (text, rule, rating, line) in [
            (times, nil, 4, 3), (times, .first, 2, 2), (times, .mean, 3, 3), (times, .sum, 6, 3), (plain, nil, 2, 2),
            (plain, .first, 4, 3), (plain, .mean, 3, 2), (plain, .sum, 6, 2),
        ] as [(String, RepeatRule?, Float, Int)] {
            let imported = try importing(text) { $0.rules.repeats = rule }
            #expect(imported.data.ratings == [rating, 3, 1], "\(String(describing: rule))")
            #expect(imported.report.repeated.count == 1 && imported.report.repeated.listed.map(\.line) == [line])
            #expect(imported.report.badRows.count == 0 && imported.data.summary.ratings == 3)
        }
        let error = #expect(throws: DataError.self) { try importing(times) { $0.rules.repeats = .refuse } }
        #expect(error?.description.contains("line 3: user 'ida' rated item 'p' on line 2 already") == true)
        let skipped = try importing(times) { ($0.rules.repeats, $0.skipsBadRows) = (.refuse, true) }
        #expect(skipped.data.ratings == [4, 3, 1] && skipped.report.badRows.listed.map(\.line) == [3])
    }

    @Test func countsAreAddedUpAndMayBeLarge() throws {
        let imported = try importing("user,song,plays\na,x,4938279\na,x,1\nb,x,1e15\n") { $0.rules.feedback = .counts }
        #expect(imported.data.ratings == [4_938_280, 1e15] && imported.data.summary.feedback == .counts)
        #expect(imported.report.repeated.rule == .sum && imported.report.repeated.count == 1)
        for (count, reason) in [("0", "0 is not a count above 0"), ("1e16", "1e+16 is larger than 1e15")] {
            let error = #expect(throws: DataError.self) {
                try importing("user,song,plays\na,x,\(count)\n") { $0.rules.feedback = .counts }
            }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test func choicesNeedNoRatings() throws {
        let imported = try importing("user,item\na,x\na,y\nb,x\na,x\n") { $0.rules.feedback = .choices }
        #expect(imported.data.ratings == [1, 1, 1] && imported.data.summary.feedback == .choices)
        let error = #expect(throws: DataError.self) { try importing("user,item\na,x\n") }
        #expect(error?.description.contains("--feedback choices") == true)
    }

    @Test func recBolesFilesComeTogether() throws {
        let imported = try importingRatings([
            (
                "a.inter",
                "user_id:token\titem_id:token\trating:float\ttimestamp:float\nu\ti\t3.5\t1614834367\nv\ti\t2\t1614834368\n"
            ),
            (
                "a.item",
                "item_id:token\tmovie_title:token_seq\tclass:token_seq\tyear:float\ni\tThe Lake\tdrama war\t1999\nj\tOther\t\t\n"
            ),
            ("a.user", "user_id:token\tage:token\nv\t07\nu\t30\n"),
        ])
        #expect(imported.data.itemKeys == ["i", "j"] && imported.data.itemTitles == ["The Lake", "Other"])
        #expect(imported.data.timestamps == [1_614_834_367, 1_614_834_368])
        #expect(
            imported.data.attributes.items == [
                Attribute("class", sets: [["drama", "war"], []]), Attribute("year", .numbers([1999, nil])),
            ])
        #expect(imported.data.attributes.users == [Attribute("age", categories: ["30", "07"])])
    }

    @Test func titlesAndAttributesComeFromASecondFile() throws {
        let imported = try importingRatings([
            ("r.csv", "user,item,rating\nu1,b,2\nu2,a,3\n"),
            (
                "items.csv",
                "item,title,genre,released,tags\na,Alpha,sea,2001-02-03,x|y\nb,Beta,wood,,y\nc,Gamma,sea,1999-12-31,\n"
            ),
            ("users.csv", "id,age\nu2,40\nu9,1\n"),
        ]) { options, folder in
            options.items = SideSource(folder.appendingPathComponent("items.csv").path)
            options.users = SideSource(folder.appendingPathComponent("users.csv").path)
        }
        #expect(imported.data.itemTitles == ["Alpha", "Beta", "Gamma"] && imported.data.userKeys == ["u1", "u2"])
        #expect(
            imported.data.attributes.items == [
                Attribute("genre", categories: ["sea", "wood", "sea"]),
                Attribute("released", .numbers([2001, nil, 1999])), Attribute("tags", sets: [["x", "y"], ["y"], []]),
            ])
        #expect(imported.data.attributes.users == [Attribute("age", .numbers([nil, 40]))])
        #expect(
            imported.report.itemAttributes == ["genre", "released", "tags"] && imported.report.userAttributes == ["age"]
        )
        #expect(imported.report.notes.contains { $0.contains("no attributes for 1 user of 2") })
        #expect(imported.report.notes.contains { $0.contains("of its dates the year is taken") })
    }

    @Test func aPreviewShowsRatingsAsTheyWouldBeReadAndLeavesNothing() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("r.csv")
            try Data("userId;movieId;stars;timestamp;note\nann;7;4,5;1614834367;x\nbob;8;3;;y\n".utf8).write(to: file)
            let preview = try RatingsPreview(file: file, columns: RatingColumns(), options: ImportOptions(), rows: 1)
            #expect(preview.firstRows == [["ann", "7", "4.5", "2021-03-04 05:06:07", nil]])
            #expect(try preview.report.dataset.ratings().ratings == 2)
            #expect(
                preview.columns.map(\.use) == ["user", "item", "rating", "timestamp", "attribute or not used"])
            #expect(preview.columns[2].evidence.counts.map(\.count).reduce(0, +) == 2)
            var options = ImportOptions()
            options.items = .query("SELECT 1")
            #expect(throws: DataError.self) {
                try RatingsPreview(file: file, columns: RatingColumns(), options: options, rows: 1)
            }
        }
    }

    @Test func namesInListsThatABarWouldCutAreRefused() throws {
        let items = #"{"item":"a","genres":["Drama|Thriller"]}"#
        let error = #expect(throws: DataError.self) {
            try importingRatings([("r.csv", "user,item,rating\nu,a,2\n"), ("i.jsonl", items)]) {
                $0.items = .file($1.appendingPathComponent("i.jsonl").path)
            }
        }
        #expect(error?.description.contains("texts in the lists of 'genres' hold bars") == true)
    }

    @Test func aKeyInTwoRowsOfASecondFileIsRefused() throws {
        let error = #expect(throws: DataError.self) {
            try importingRatings([("r.csv", "user,item,rating\nu,a,2\n"), ("i.csv", "item,title\na,A\na,B\n")]) {
                $0.items = .file($1.appendingPathComponent("i.csv").path)
            }
        }
        #expect(error?.description.contains("'a' is in two rows of column 'item'") == true)
    }
}
