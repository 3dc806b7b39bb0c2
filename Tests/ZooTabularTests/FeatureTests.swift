import Testing
import ZooTabular

/// A table of one block a few rows, from columns.
func table(_ columns: [(String, ColumnKind, MemoryColumn)], blockSize: Int = 4096) -> MemoryRows {
    MemoryRows(
        columns.map { (column: TableColumn(name: $0.0, kind: $0.1), values: $0.2) }, blockSize: blockSize)
}

private func numbers(_ values: [Double]) -> MemoryColumn { .numbers(values) }
private let repeated = (0..<60).map { Double($0 % 7) }
private let target = (0..<60).map { Double($0 % 7) * 3 + Double($0 % 5) }

@Test func stepsAreFittedOnTheTrainingPartAlone() throws {
    let rows = table([
        ("x", .real, .numbers((0..<40).map { $0 < 30 ? Double($0) / 10 : 1000 })),
        ("c", .text, .texts((0..<40).map { $0 < 30 ? ["a", "b"][$0 % 2] : "late" })),
        ("late", .boolean, .numbers((0..<40).map { $0 < 30 ? 0 : 1 })),
        ("y", .real, .numbers((0..<40).map { Double($0 % 3) })),
    ])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"), split: .column("late"))
    #expect(prepared.training.count == 30)
    #expect(prepared.validation.count == 10)
    let number = try #require(prepared.features.continuous.first)
    #expect(number.maximum == 2.9)
    #expect(abs(number.mean - 1.45) < 1e-12)
    let category = try #require(prepared.features.categories.first { $0.name == "c" })
    #expect(category.labels == ["(other)", "a", "b"])
    #expect(category.counts == [0, 15, 15])
    #expect(!prepared.features.categories.contains { $0.name == "late" })
}

@Test func kindsAndCardinalityDecideWhatAColumnBecomes() throws {
    let rows = table([
        ("few", .integer, numbers(repeated)), ("some", .integer, numbers(repeated.map { ($0 / 3).rounded(.down) })),
        ("many", .integer, numbers((0..<60).map { Double($0 * $0) })),
        ("real", .real, numbers(repeated)), ("flag", .boolean, numbers(repeated.map { $0 > 3 ? 1 : 0 })),
        ("constant", .text, .texts(Array(repeating: "same", count: 60))),
        ("number", .integer, numbers((0..<60).map { Double($0 + 17) })), ("y", .real, numbers(target)),
    ])
    var settings = FeatureSettings(target: "y")
    settings.maximumCardinality = 10
    let prepared = try PreparedTable(rows, settings)
    // "few" has 7 values in 60 rows, fewer than 16 rows a value; "some" has three.
    #expect(prepared.features.categories.map(\.name) == ["some", "flag"])
    #expect(prepared.features.continuous.map(\.column) == ["few", "some", "many", "real"])
    #expect(prepared.notes.dropped["constant"]?.contains("same value") == true)
    #expect(prepared.notes.dropped["number"]?.contains("numbers the rows") == true)
    settings.categorical = ["number", "real", "few"]
    settings.continuous = ["some"]
    let named = try PreparedTable(rows, settings)
    #expect(named.features.categories.map(\.name) == ["few", "real", "flag", "number"])
    #expect(named.features.continuous.map(\.column) == ["some", "many"])
}

@Test func missingAndInfiniteNumbersTakeTheMedian() throws {
    var values = (0..<50).map { Double($0 % 10) + 0.5 }
    values[3] = .nan
    values[4] = .infinity
    let rows = table([("x", .real, .numbers(values)), ("y", .real, numbers((0..<50).map { Double($0 % 4) }))])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"))
    let flag = try #require(prepared.features.categories.first)
    #expect(flag.name == "x_missing")
    #expect(flag.labels == ["(other)", "no", "yes"])
    #expect(flag.counts == [0, 48, 2])
    let number = try #require(prepared.features.continuous.first)
    let finite = values.filter(\.isFinite).sorted()
    #expect(number.median == (finite[23] + finite[24]) / 2)
    #expect(prepared.notes.remarks.contains { $0.contains("1 infinite") })
}

@Test func aCategoryOfManyValuesKeepsTheFrequentOnes() throws {
    let count = 30_000
    var texts = (0..<count).map { "rare \($0 / 2)" }
    for row in stride(from: 0, to: count, by: 3) { texts[row] = ["red", "green", "blue"][row / 3 % 3] }
    let rows = table([("c", .text, .texts(texts)), ("y", .real, numbers((0..<count).map { Double($0 % 4) }))])
    var settings = FeatureSettings(target: "y")
    settings.maximumCategories = 3
    let prepared = try PreparedTable(rows, settings)
    let category = try #require(prepared.features.categories.first)
    #expect(category.labels == ["(other)", "blue", "green", "red"])
    #expect(category.counts[0] == count - 10_000)
    #expect(prepared.notes.remarks.contains { $0.contains("most frequent 3") })
}

@Test func aMillionValuesAreCountedInBoundedMemory() {
    var counter = FrequencyCounter<Int>(capacity: 1000)
    for index in 0..<1_000_000 { counter.add(index % 4 == 0 ? 7 : index) }
    #expect(counter.counts.count <= 1000)
    #expect(counter.isLossy)
    #expect((counter.counts[7] ?? 0) > 240_000)
}

@Test func identifiersAreLeftOut() throws {
    let rows = table([
        ("id", .text, .texts((0..<200).map { "id \($0)" })), ("c", .text, .texts((0..<200).map { "\($0 % 3)" })),
        ("y", .real, numbers((0..<200).map { Double($0 % 4) })),
    ])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"))
    #expect(prepared.features.categories.map(\.name) == ["c"])
    #expect(prepared.notes.dropped["id"]?.contains("value of its own") == true)
}

@Test func rowsWithoutATargetAreReportedAndLeftOut() throws {
    var values = target
    values[5] = .nan
    values[6] = .infinity
    let rows = table([("x", .real, numbers((0..<60).map { Double($0 % 11) })), ("y", .real, .numbers(values))])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"))
    #expect(prepared.notes.rowsWithoutTarget == 2)
    #expect(prepared.training.count == 58)
}

@Test func columnsThatGiveTheTargetAwayAreRefused() throws {
    let names = target.map { "sort \(Int($0) % 4)" }
    let other = target.map { ["north", "east", "south", "west"][Int($0) % 4] }
    let classes = table([
        ("x", .integer, numbers(repeated)), ("alias", .text, .texts(other)), ("y", .text, .texts(names)),
    ])
    #expect(throws: TabularError.leakage([.init(column: "alias", how: "its values are the target's by other names")])) {
        try PreparedTable(classes, FeatureSettings(target: "y"))
    }
    var allowed = FeatureSettings(target: "y")
    allowed.allow = ["alias"]
    let remarks = try PreparedTable(classes, allowed).notes.remarks
    #expect(remarks.contains { $0.contains("--allow") })
    let copy = table([
        ("x", .integer, numbers(repeated)), ("same", .real, numbers(target)), ("y", .real, numbers(target)),
    ])
    #expect(throws: TabularError.leakage([.init(column: "same", how: "it is equal to it")])) {
        try PreparedTable(copy, FeatureSettings(target: "y"))
    }
    let unique = (0..<60).map { Double($0 * $0) + 0.25 }
    let scaled = table([
        ("x", .integer, numbers(repeated)), ("euros", .real, numbers(unique.map { $0 * 1.96 + 3 })),
        ("y", .real, numbers(unique)),
    ])
    #expect(throws: TabularError.leakage([.init(column: "euros", how: "it is a linear function of it")])) {
        try PreparedTable(scaled, FeatureSettings(target: "y"))
    }
}

@Test func targetsThatCannotBeLearnedAreErrors() throws {
    let x = ("x", ColumnKind.integer, numbers(repeated))
    func error(_ target: (String, ColumnKind, MemoryColumn), log: Bool = false) -> String {
        var settings = FeatureSettings(target: target.0)
        settings.logTarget = log
        do {
            _ = try PreparedTable(table([x, target]), settings)
            return ""
        } catch { return "\(error)" }
    }
    #expect(error(("y", .real, .numbers(Array(repeating: 2, count: 60)))).contains("same in every"))
    #expect(error(("y", .real, .numbers(Array(repeating: .nan, count: 60)))).contains("0 training rows"))
    #expect(error(("y", .text, .texts(Array(repeating: "a", count: 60)))).contains("same in every"))
    #expect(error(("y", .date, .numbers(target))).contains("dates cannot"))
    #expect(error(("y", .real, .numbers(target.map { $0 - 5 })), log: true).contains("log(1 + x)"))
    #expect(throws: TabularError.unknownColumn("z", role: "the target", present: ["x"])) {
        try PreparedTable(table([x]), FeatureSettings(target: "z"))
    }
}

@Test func unseenCategoriesAreHandledAndMissingColumnsAreErrors() throws {
    let c = (0..<60).map { ["a", "b", "c"][$0 % 3] }
    let rows = table([("c", .text, .texts(c)), ("x", .integer, numbers(repeated)), ("y", .real, numbers(target))])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"))
    var configuration = TabularRecipe()
    configuration.epochs = 1
    configuration.hidden = [8]
    let model = try TabularTrainer(configuration, threads: .init(1)).fit(
        prepared.training, validation: nil, features: prepared.features
    ).model
    let new = table([("c", .text, .texts(["zebra", nil])), ("x", .integer, .numbers([99, .nan]))])
    var answers: [Double] = []
    try model.predict(new) { answers += $1.numbers }
    #expect(answers.count == 2)
    #expect(answers.allSatisfy { $0.isFinite })
    #expect(throws: TabularError.missingColumns(["x"], present: ["c"])) {
        try model.predict(table([("c", .text, .texts(["a"]))])) { _, _ in }
    }
}

@Test func twoThousandColumnsAreTaken() throws {
    var columns: [(String, ColumnKind, MemoryColumn)] = (0..<2000).map { column in
        ("c\(column)", .real, .numbers((0..<30).map { Double(($0 * (column + 3)) % 17) }))
    }
    columns.append(("y", .integer, .numbers((0..<30).map { Double($0 * $0 % 19) })))
    let prepared = try PreparedTable(table(columns), FeatureSettings(target: "y"))
    #expect(prepared.features.continuous.count > 1800)
}
