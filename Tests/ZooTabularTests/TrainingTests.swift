import Testing
import ZooKernels
import ZooTabular

/// Two classes that a category and a number decide together.
private func crossed(_ count: Int, missing: Bool = false) -> MemoryRows {
    var generator = RandomGenerator(seed: 5)
    var names: [String?] = []
    var numbers: [Double] = []
    var labels: [String?] = []
    for _ in 0..<count {
        let letter = Int.random(in: 0..<6, using: &generator)
        let x = Double(generator.normal() as Float)
        names.append(["a", "b", "c", "d", "e", "f"][letter])
        numbers.append(x)
        labels.append((letter % 2 == 0) == (x > 0) ? "yes" : "no")
    }
    return table([("letter", .text, .texts(names)), ("x", .real, .numbers(numbers)), ("y", .text, .texts(labels))])
}

private func trained(
    _ table: PreparedTable, threads: Int = 1, change: (inout TabularRecipe) -> Void = { _ in }
) throws -> TabularModel {
    var configuration = TabularRecipe()
    configuration.hidden = [32, 16]
    configuration.epochs = 8
    configuration.seed = 3
    change(&configuration)
    return try TabularTrainer(configuration, threads: ThreadCount(threads)).fit(
        table.training, validation: table.validation, features: table.features
    ).model
}

@Test func learnsWhatCategoriesAndNumbersDecideTogether() throws {
    let prepared = try PreparedTable(crossed(4000), FeatureSettings(target: "y"), split: .random(0.25))
    let metrics = try trained(prepared).metrics(of: prepared.validation)
    #expect((metrics.first { $0.name == "accuracy" }?.value ?? 0) > 0.95)
}

/// Targets are kept as standardised Float32: what was 0 must come back as 0, or its relative error is millions.
@Test(arguments: [false, true]) func relativeErrorsLeaveOutTargetsOfZero(isLog: Bool) throws {
    let numbers = (0..<400).map { Double($0 % 7) }
    let rows = table([
        ("digit", .text, .texts((0..<400).map { "d\($0 % 5)" })), ("y", .real, .numbers(numbers)),
    ])
    var settings = FeatureSettings(target: "y")
    settings.logTarget = isLog
    let prepared = try PreparedTable(rows, settings, split: .random(0.25))
    let metrics = try trained(prepared).metrics(of: prepared.validation)
    #expect(try #require(metrics.first { $0.name == "rmspe" }).value < 5)
}

@Test func spilledRowsTrainAsWellAsThoseInMemory() throws {
    let rows = crossed(6000)
    let spilled = try PreparedTable(
        rows, FeatureSettings(target: "y"), split: .random(0.25), memoryLimit: 1 << 12)
    let held = try PreparedTable(rows, FeatureSettings(target: "y"), split: .random(0.25))
    #expect(spilled.training.isSpilled)
    #expect(!held.training.isSpilled)
    #expect(spilled.training.count == held.training.count)
    let model = try trained(spilled)
    let (one, other) = (try model.metrics(of: spilled.validation), try model.metrics(of: held.validation))
    #expect(one.map(\.value) == other.map(\.value))
    #expect((one.first { $0.name == "accuracy" }?.value ?? 0) > 0.95)
}

@Test(arguments: [false, true]) func anEpochVisitsEveryRowOnceInAnotherOrder(spilled: Bool) throws {
    let layout = RecordLayout(codeCounts: [], continuous: 1)
    let rows = EncodedRows(layout, memoryLimit: spilled ? 1 : 1 << 20)
    let count = 5000
    for number in 0..<count {
        try withUnsafeBytes(of: (Float(number), Int32(0))) { try rows.append($0) }
    }
    func visit(_ epoch: Int) throws -> [Int] {
        var seen: [Int] = []
        // 100 does not divide the chunks of 1,024 rows: rows are kept from window to window.
        try ShuffledBatches(rows: rows, batchSize: 100, seed: 9, window: 20_000).forEach(epoch: epoch) { records in
            for row in 0..<records.count {
                seen.append(Int(UnsafeRawPointer(records.record(row)).loadUnaligned(as: Float.self)))
            }
            return true
        }
        return seen
    }
    let first = try visit(1)
    #expect(first.sorted() == Array(0..<count))
    #expect(try visit(1) == first)
    let second = try visit(2)
    #expect(second.sorted() == first.sorted())
    #expect(second != first)
    // A shuffle leaves next to no neighbours together.
    #expect(zip(first, first.dropFirst()).count { $1 == $0 + 1 } < 30)
}

@Test func sameSeedSameBitsWithAnyNumberOfThreads() throws {
    let prepared = try PreparedTable(crossed(3000), FeatureSettings(target: "y"))
    let one = try trained(prepared, threads: 1) { $0.batchSize = 512 }
    let two = try trained(prepared, threads: 2) { $0.batchSize = 512 }
    #expect(one.members == two.members)
    #expect(try trained(prepared) { $0.seed = 4 }.members != trained(prepared).members)
}

@Test func dropoutKeepsTheMeanAndGoesBackTheSameWay() {
    let (rows, columns) = (300, 40)
    var values = Array(repeating: Float(1), count: rows * columns)
    let dropout = HashedDropout(probability: 0.3, key: 77)
    values.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        dropout.apply(to: FloatRows(base, stride: columns), columns: columns, rows: rows, firstRow: 0)
    }
    let mean = values.reduce(0, +) / Float(values.count)
    #expect(abs(mean - 1) < 0.02)
    #expect(Set(values).count == 2)
    var part = Array(repeating: Float(1), count: 100 * columns)
    part.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        dropout.apply(to: FloatRows(base, stride: columns), columns: columns, rows: 100, firstRow: 200)
    }
    #expect(part == Array(values[200 * columns..<300 * columns]))
}

@Test func aTableOfMoreThanAHundredThousandNumbersLearnsToo() throws {
    var generator = RandomGenerator(seed: 8)
    let count = 6000
    let keys = (0..<count).map { _ in Int.random(in: 0..<3000, using: &generator) }
    let rows = table([
        ("key", .text, .texts(keys.map { "key \($0)" })), ("x", .real, .numbers(keys.map { Double($0 % 7) })),
        ("y", .real, .numbers(keys.map { Double($0 % 2) })),
    ])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"))
    #expect(prepared.features.architecture(hidden: []).tables[0].count > 2000)
    let model = try trained(prepared) {
        $0.embeddingWidths["key"] = 64
        $0.learningRate = 0.01
        $0.dropout = 0
    }
    let metrics = try model.metrics(of: prepared.training)
    #expect((metrics.first { $0.name == "r2" }?.value ?? 0) > 0.5)
}

@Test func anEarlierAnswerIsKeptWithinItsRange() throws {
    let numbers = table([
        ("x", .real, .numbers((0..<500).map { Double($0 % 50) })),
        ("y", .real, .numbers((0..<500).map { Double($0 % 50) * 2 + Double($0 % 3) })),
    ])
    let prepared = try PreparedTable(numbers, FeatureSettings(target: "y"))
    let model = try trained(prepared) { $0.range = TabularArchitecture.Range(low: 10, high: 60) }
    var answers: [Double] = []
    try model.predict(numbers) { answers += $1.numbers }
    #expect(answers.allSatisfy { (10...60.001).contains($0) })
}

@Test func importanceFindsWhatMatters() throws {
    var generator = RandomGenerator(seed: 2)
    let count = 1500
    let (a, b) = (
        (0..<count).map { _ in Double(generator.normal() as Float) },
        (0..<count).map { _ in Double(generator.normal() as Float) }
    )
    let rows = table([
        ("strong", .real, .numbers(a)), ("idle", .real, .numbers(b)),
        ("y", .real, .numbers(a.map { 3 * $0 + Double(generator.normal() as Float) / 10 })),
    ])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"))
    let model = try trained(prepared) { $0.epochs = 20 }
    let sample = try RecordSample(prepared.training, limit: 500, seed: 1)
    #expect(sample.count == 500)
    let importance = PermutationImportance(model, sample, repeats: 5, seed: 1)
    #expect(importance.entries.map(\.column) == ["strong", "idle"])
    #expect(importance.entries[0].mean > 20 * max(0.01, importance.entries[1].mean))
    #expect(importance.entries[0].standardError < importance.entries[0].mean / 3)

    let dependence = try PartialDependence(model, column: "strong", sample)
    let means = dependence.entries.map(\.mean)
    #expect(means.count == 25)
    #expect(zip(means, means.dropFirst()).count { $0 < $1 } > 20)
    #expect(throws: TabularError.self) { try PartialDependence(model, column: "y", sample) }
}

@Test func contributionsAddUp() throws {
    let prepared = try PreparedTable(crossed(1500), FeatureSettings(target: "y"))
    let model = try trained(prepared)
    let sample = try RecordSample(prepared.training, limit: 64, seed: 1)
    var encoder = try RowEncoder(
        prepared.features, columns: [TableColumn(name: "letter", kind: .text), TableColumn(name: "x", kind: .real)])
    var record: [UInt8] = []
    let dictionary = TextDictionary()
    let block = RowBlock(
        rowCount: 1, columns: [.texts(codes: [dictionary.code(for: "a")], dictionary: dictionary), .numbers([2])])
    encoder.encode(block) { _, bytes, _ in record = Array(bytes) }
    let found = RowContributions(model, record: record, against: sample, orders: 64, seed: 1)
    #expect(found.label == "yes")
    #expect(found.answer > 0.8)
    #expect(abs(found.entries.reduce(0) { $0 + $1.value } - (found.answer - found.baseline)) < 1e-5)
}
