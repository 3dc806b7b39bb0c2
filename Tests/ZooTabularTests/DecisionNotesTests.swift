import Testing
import ZooRecords
import ZooTabular

private let days = (0..<96).map { Double($0 * 86_400) }

/// Sales of two shops, day by day, with columns that may be numbers or categories.
private func shops(time: ColumnKind = .date, target: [Double]? = nil, kind: ColumnKind = .integer) -> MemoryRows {
    table([
        ("day", time, .numbers(days)), ("shop", .text, .texts((0..<96).map { $0 % 2 == 0 ? "a" : "b" })),
        ("rooms", .integer, .numbers((0..<96).map { Double($0 * 7 % 5) })),
        ("open", .boolean, .numbers((0..<96).map { Double($0 % 3 == 0 ? 1 : 0) })),
        ("sales", kind, .numbers(target ?? (0..<96).map { Double($0 * 13 % 47) })),
    ])
}

private func notes(
    _ rows: MemoryRows, split: DataSplit = .all, _ change: (inout FeatureSettings) -> Void = { _ in }
) throws -> FitNotes {
    var settings = FeatureSettings(target: "sales")
    change(&settings)
    return try PreparedTable(rows, settings, split: split).notes
}

@Test func wholeNumbersAsInputAreToldWithTheOptionForTheOther() throws {
    #expect(
        try notes(shops()).remarks == [
            "whole numbers taken as categories: rooms (5 values): --continuous rooms takes them as numbers"
        ])
    #expect(
        try notes(shops()) { $0.maximumCardinality = 3 }.remarks == [
            "few whole numbers taken as numbers: rooms: --categorical rooms takes them as categories"
        ])
    #expect(try notes(shops()) { $0.continuous = ["rooms"] }.remarks.isEmpty)
}

@Test func aTargetThatCouldBeEitherIsToldWithTheOptionForTheOther() throws {
    func target(_ remarks: [String]) -> [String] { remarks.filter { $0.hasPrefix("'sales' holds") } }
    let bits = (0..<96).map { Double($0 * 11 % 7 % 2) }
    let asNumber = target(try notes(shops(target: bits)).remarks)
    #expect(asNumber == ["'sales' holds only 0 and 1 and is learned as a number: --classes learns classes"])
    let few = target(try notes(shops(target: (0..<96).map { Double($0 * 11 % 13 % 7) })).remarks)
    #expect(few.first?.contains("only 7 different whole numbers") == true)
    let asClasses = target(try notes(shops(target: bits, kind: .boolean)).remarks)
    #expect(asClasses.first?.contains("two classes: --regression") == true)
    #expect(target(try notes(shops(target: bits)) { $0.targetIsClass = true }.remarks).isEmpty)
    #expect(target(try notes(shops()).remarks).isEmpty)
}

@Test func yesAndNoCanBeLearnedAsANumber() throws {
    var settings = FeatureSettings(target: "open")
    settings.targetIsNumber = true
    #expect(try PreparedTable(shops(), settings).features.target.classes == nil)
    settings.target = "shop"
    #expect(throws: TabularError.self) { try PreparedTable(shops(), settings) }
}

@Test func lagsAreWarnedOfWhereValidationIsByChance() throws {
    func lagged(_ time: String, _ settings: inout FeatureSettings) {
        settings.ordered.time = time
        settings.ordered.lags = [.init(column: "sales", rows: 1)]
    }
    let chance = try notes(shops(), split: .random(0.2)) { lagged("day", &$0) }
    #expect(chance.warnings.count == 1 && chance.warnings[0].contains("--valid-last"))
    let last = DataSplit.last(seconds: 10 * 86_400, column: "day")
    #expect(try notes(shops(), split: last) { lagged("day", &$0) }.warnings.isEmpty)
    #expect(try notes(shops(), split: .random(0.2)).warnings.isEmpty)
    let rows = try notes(shops()) { lagged("rowid", &$0) }
    #expect(rows.remarks.contains { $0.contains("order of the table") })
    #expect(throws: TabularError.self) { try notes(shops()) { lagged("shop", &$0) } }
    #expect(throws: TabularError.self) { try notes(shops()) { lagged("none", &$0) } }
    for time in ["rowid", "rooms"] {
        #expect(throws: TabularError.self) {
            try notes(shops()) {
                $0.ordered.time = time
                $0.ordered.events = ["open"]
            }
        }
    }
}

@Test func theLastValueIsTheBaselineOfSeries() throws {
    let rows = shops(target: (0..<96).map { $0 % 2 == 0 ? Double($0) : 100 })
    var settings = FeatureSettings(target: "sales")
    settings.ordered.group = "shop"
    let split = DataSplit.last(seconds: 4 * 86_400, column: "day")
    let prepared = try PreparedTable(rows, settings, split: split)
    guard case .number(let number) = prepared.features.target else { throw TabularError.invalid("classes") }
    func error(_ settings: FeatureSettings) throws -> Double? {
        let baseline = try #require(LastValueBaseline(settings, split: split))
        return try baseline.metrics(of: rows, target: number, mean: 0)?.first { $0.name == "mae" }?.value
    }
    // Days 56 to 59 validate. Shop a had 54 before, shop b always 100.
    #expect(try error(settings) == (2 + 4) / 4.0)
    settings.ordered.lags = [.init(column: "sales", rows: 1)]
    #expect(try error(settings) == (2 + 2) / 4.0)
    settings.ordered.lags = [.init(column: "sales", rows: 2)]
    #expect(try error(settings) == (4 + 4) / 4.0)
    #expect(LastValueBaseline(settings, split: .random(0.2)) == nil)
    let twice = table([
        ("day", .date, .numbers(days.map { ($0 / 172_800).rounded(.down) * 172_800 })),
        ("sales", .integer, .numbers(days)),
    ])
    settings.ordered = OrderedSettings()
    #expect(try LastValueBaseline(settings, split: split)?.metrics(of: twice, target: number, mean: 0) == nil)
}
