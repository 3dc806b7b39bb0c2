import Testing
import ZooRecords
import ZooTabular

private func values(_ source: any RowSource, _ name: String) throws -> [Double] {
    let place = try #require(source.columns.firstIndex { $0.name == name })
    var found: [Double] = []
    try source.forEachBlock { block in
        if case .numbers(let numbers) = block.columns[place] { found += numbers }
    }
    return found
}

@Test func datePartsAreThoseOfTheCalendar() throws {
    // 2024-02-29 13:30, 2023-01-01, 2021-01-03, 1969-12-31, 2012-12-31 (week 1 of 2013): by Python's datetime.
    let seconds = [1_709_213_400.0, 1_672_531_200, 1_609_632_000, -86_400, 1_356_912_000]
    let source = DatePartsSource(table([("d", .date, .numbers(seconds + [.nan]))], blockSize: 2), of: ["d"])
    func part(_ name: String) throws -> [Double] { Array(try values(source, "d_" + name).dropLast()) }
    #expect(try part("year") == [2024, 2023, 2021, 1969, 2012])
    #expect(try part("month") == [2, 1, 1, 12, 12])
    #expect(try part("day") == [29, 1, 3, 31, 31])
    #expect(try part("week") == [9, 52, 53, 1, 1])
    #expect(try part("weekday") == [3, 6, 6, 2, 0])
    #expect(try part("day_of_year") == [60, 1, 3, 365, 366])
    #expect(try part("hour") == [13, 0, 0, 0, 0])
    #expect(try part("is_month_end") == [1, 0, 0, 1, 1])
    #expect(try part("is_month_start") == [0, 1, 0, 0, 0])
    #expect(try part("is_quarter_start") == [0, 1, 0, 0, 0])
    #expect(try part("is_quarter_end") == [0, 0, 0, 1, 1])
    #expect(try part("is_year_start") == [0, 1, 0, 0, 0])
    #expect(try part("is_year_end") == [0, 0, 0, 1, 1])
    #expect(try part("elapsed")[0] == 19782.5625)
    #expect(try values(source, "d_year").last?.isNaN == true)
}

private let hours = 3600.0
private func series(_ count: Int, sales: (Int) -> Double) -> MemoryRows {
    // Two shops, in an order that is not that of time.
    let rows = (0..<count).map { ($0 * 7) % count }
    return table(
        [
            ("t", .date, .numbers(rows.map { Double($0 / 2) * 24 * hours })),
            ("shop", .text, .texts(rows.map { $0 % 2 == 0 ? "a" : "b" })),
            ("promo", .boolean, .numbers(rows.map { $0 / 2 % 5 == 2 ? 1 : 0 })),
            ("sales", .real, .numbers(rows.map(sales))),
        ], blockSize: 5)
}

private var settings: OrderedSettings {
    var settings = OrderedSettings()
    settings.time = "t"
    settings.group = "shop"
    settings.lags = [.init(column: "sales", rows: 1), .init(column: "sales", rows: 3)]
    settings.means = [.init(column: "sales", rows: 2)]
    settings.events = ["promo"]
    return settings
}

@Test func lagsAndMeansFollowTheirSeries() throws {
    let rows = series(20) { Double($0) }
    let source = try OrderedSource(rows, FittedOrdered(settings, fitting: rows))
    let sales = try values(rows, "sales")
    // Row n of a shop comes two numbers after the one before.
    for (row, lag) in zip(sales, try values(source, "sales_lag1")) { #expect(row < 2 ? lag.isNaN : lag == row - 2) }
    for (row, lag) in zip(sales, try values(source, "sales_lag3")) { #expect(row < 6 ? lag.isNaN : lag == row - 6) }
    for (row, mean) in zip(sales, try values(source, "sales_mean2")) {
        if row < 2 { #expect(mean.isNaN) } else { #expect(mean == (row < 4 ? row - 2 : row - 3)) }
    }
    let since = try values(source, "promo_since")
    let until = try values(source, "promo_until")
    for (index, row) in sales.enumerated() {
        let day = Int(row) / 2
        if day >= 2 { #expect(since[index] == Double((day - 2) % 5)) } else { #expect(since[index].isNaN) }
        if day <= 7 { #expect(until[index] == Double((12 - day) % 5)) } else { #expect(until[index].isNaN) }
    }
}

@Test func noRowSeesItselfOrALaterOne() throws {
    let count = 20
    let before = series(count) { Double($0) }
    let original = try OrderedSource(before, FittedOrdered(settings, fitting: before))
    for changed in 0..<count {
        // Only rows of the same shop after the changed one may differ.
        let after = series(count) { $0 == changed ? 1000 : Double($0) }
        let source = try OrderedSource(after, FittedOrdered(settings, fitting: after))
        let places = try values(before, "sales").map { Int($0) }
        for name in ["sales_lag1", "sales_lag3", "sales_mean2"] {
            for (row, (old, new)) in zip(places, zip(try values(original, name), try values(source, name))) {
                if row <= changed || (row - changed) % 2 != 0 { #expect(old == new || old.isNaN && new.isNaN) }
            }
        }
    }
}

@Test func newRowsLookBackToTheEndOfTraining() throws {
    let rows = series(20) { Double($0) }
    let fitted = try FittedOrdered(settings, fitting: rows)
    let next = table([
        ("t", .date, .numbers([10 * 24 * hours])), ("shop", .text, .texts(["b"])), ("promo", .boolean, .numbers([0])),
        ("sales", .real, .numbers([.nan])),
    ])
    let source = try OrderedSource(next, fitted)
    #expect(try values(source, "sales_lag1") == [19])
    #expect(try values(source, "sales_lag3") == [15])
    #expect(try values(source, "sales_mean2") == [18])
    #expect(try values(source, "promo_since") == [3])
}

@Test func aRowMayNotLagItself() {
    var wrong = OrderedSettings()
    wrong.lags = [.init(column: "sales", rows: 0)]
    #expect(throws: TabularError.self) { try FittedOrdered(wrong, fitting: series(4) { Double($0) }) }
}

@Test func splitsKeepTheLastDaysOrTheWantedPart() throws {
    let rows = series(40) { Double($0) }
    func kept(_ split: DataSplit) throws -> [Double] {
        let resolved = try ResolvedSplit(split, of: rows, seed: 3)
        var found: [Double] = []
        var first = 0
        try rows.forEachBlock { block in
            guard case .numbers(let sales) = block.columns[3] else { return }
            for (value, isKept) in zip(sales, resolved.validation(block, first: first)) where isKept {
                found.append(value)
            }
            first += block.rowCount
        }
        return found
    }
    // Days 0 ... 19, two rows each: the last three are 17, 18 and 19.
    #expect(try Set(kept(.last(seconds: 3 * 24 * hours, column: "t"))) == [34, 35, 36, 37, 38, 39])
    #expect(try kept(.all).isEmpty)
    #expect(throws: TabularError.self) { try kept(.named("u1")) }
    let random = try kept(.random(0.5))
    #expect((10...30).contains(random.count))
    #expect(try kept(.random(0.5)) == random)
    #expect(throws: TabularError.self) { try kept(.last(seconds: 1, column: "sales")) }
    #expect(throws: TabularError.self) { try kept(.column("nothing")) }
}

@Test func adviceOnValidationWorksForTheColumnThatOrdersTheRows() throws {
    for (column, advice) in [("t", "--valid-last 30d"), ("rowid", "--valid-column")] {
        var settings = FeatureSettings(target: "sales")
        settings.ordered.time = column
        settings.ordered.lags = [.init(column: "sales", rows: 1)]
        let notes = try PreparedTable(series(40) { Double($0 * 31 % 37) }, settings, split: .random(0.2)).notes
        let warning = try #require(notes.warnings.first { $0.contains("by chance") })
        #expect(warning.contains(advice) && warning.contains("--valid-last") == (column == "t"), "\(warning)")
    }
}

@Test func onlyKnownMarksSayWhichRowsValidate() throws {
    let numbers = (0..<40).map { Double($0) }
    func validation(_ values: MemoryColumn, _ kind: ColumnKind) throws -> Int {
        try PreparedTable(
            table([
                ("x", .real, .numbers(numbers.map { $0 * 7 - 11 * ($0 * 7 / 11).rounded(.down) })),
                ("part", kind, values),
                ("y", .real, .numbers(numbers.map { $0 * $0 })),
            ]),
            FeatureSettings(target: "y"), split: .column("part")
        ).validation.count
    }
    let words = ["1", "Yes", "true", "valid", "TEST", "validation", "0", "no", "False", "train", "training", ""]
    #expect(try validation(.texts((0..<40).map { $0 < 12 ? words[$0] : "train" }), .text) == 6)
    #expect(try validation(.numbers(numbers.map { $0 < 10 ? 1 : $0 < 20 ? 0 : .nan }), .integer) == 10)
    let cases: [(MemoryColumn, ColumnKind, String)] = [
        (.texts((0..<40).map { $0 == 7 ? "holdout" : "train" }), .text, "'holdout' in row 8"),
        (.numbers(numbers.map { $0 == 3 ? 2 : 0 }), .integer, "'2' in row 4"),
        (.numbers(numbers), .date, "holds dates"),
    ]
    for (column, kind, said) in cases {
        let error = #expect(throws: TabularError.self) { try validation(column, kind) }
        #expect(error?.description.contains(said) == true, "\(error as Any)")
    }
}
