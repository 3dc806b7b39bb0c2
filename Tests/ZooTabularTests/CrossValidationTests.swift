import Testing
import ZooKernels
import ZooRecords
import ZooTabular

/// Rows whose class nothing tells: all columns are noise.
private func unlearnable(_ count: Int) -> MemoryRows {
    var generator = RandomGenerator(seed: 5)
    let noise = (0..<16).map { column in
        (
            "x\(column)", ColumnKind.real,
            MemoryColumn.numbers((0..<count).map { _ in Double(generator.normal() as Float) })
        )
    }
    let labels = (0..<count).map { _ in Bool.random(using: &generator) ? "yes" : "no" }
    return table(noise + [("y", .text, .texts(labels))])
}

/// The same with a column that tells the class in nine of ten rows.
private func partlyLearnable(_ count: Int) -> MemoryRows {
    var generator = RandomGenerator(seed: 6)
    let labels = (0..<count).map { _ in Bool.random(using: &generator) }
    let told = labels.map { Int.random(in: 0..<10, using: &generator) == 0 ? !$0 : $0 }
    let noise = (0..<12).map { column in
        (
            "x\(column)", ColumnKind.real,
            MemoryColumn.numbers((0..<count).map { _ in Double(generator.normal() as Float) })
        )
    }
    return table(
        noise + [
            ("told", .boolean, .numbers(told.map { $0 ? 1 : 0 })),
            ("y", .text, .texts(labels.map { $0 ? "yes" : "no" })),
        ])
}

private func fit(_ table: PreparedTable, folds: Int, members: Int, threads: Int = 1) throws -> TabularFit {
    var configuration = TabularRecipe()
    (configuration.hidden, configuration.epochs, configuration.members) = ([64], 40, members)
    (configuration.dropout, configuration.weightDecay) = (0, 0.01)
    return try TabularTrainer(configuration, threads: ThreadCount(threads)).fit(
        table.training, validation: nil, folds: folds, features: table.features, keeping: .last)
}

@Test func foldsAreMeasuredByNetworksThatDidNotTrainOnThem() throws {
    let table = try PreparedTable(unlearnable(300), FeatureSettings(target: "y"), split: .folds(3))
    #expect(table.training.count == 300 && table.validation.count == 0)
    let fit = try fit(table, folds: 3, members: 6)
    #expect(fit.heldOut.count == 3 && fit.heldOut.rowCount == 300)
    func accuracy(_ metrics: [(name: String, value: Double)]) -> Double {
        metrics.first { $0.name == "accuracy" }?.value ?? .nan
    }
    // Learned by heart, but not by the networks that left the rows out.
    #expect(try accuracy(fit.model.metrics(of: table.training)) > 0.75)
    #expect((0.35...0.65).contains(accuracy(try fit.heldOut.metrics())))
}

@Test func foldsSpreadClassesAndDependOnTheSeed() throws {
    let labels = (0..<90).map { $0 < 9 ? "rare" : "usual" }
    let rows = table([("x", .real, .numbers((0..<90).map { Double($0 * $0) })), ("y", .text, .texts(labels))])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"), split: .folds(3))
    func assignment(_ seed: UInt64) -> RowFolds {
        RowFolds(prepared.training, count: 3, target: prepared.features.target, seed: seed)
    }
    for fold in 0..<3 {
        #expect(assignment(0).rows(of: fold).count == 30 && assignment(0).rows(of: fold).count { $0 < 9 } == 3)
    }
    #expect((0..<3).flatMap { assignment(0).rows(of: $0) }.sorted() == Array(0..<90))
    #expect(assignment(0).rows(of: 0) == assignment(0).rows(of: 0))
    #expect(assignment(0).rows(of: 0) != assignment(1).rows(of: 0))
}

@Test func threadsDoNotChangeTheNetworks() throws {
    let table = try PreparedTable(unlearnable(200), FeatureSettings(target: "y"), split: .folds(2))
    #expect(
        try fit(table, folds: 2, members: 4).model.members == fit(table, folds: 2, members: 4, threads: 2).model.members
    )
}

@Test func fewRowsAreCrossValidatedUnlessTheyFollowTime() {
    func usual(_ rows: Int, _ members: Int? = nil, isOrdered: Bool = false) -> DataSplit {
        .usual(rows: rows, members: members, isOrdered: isOrdered)
    }
    #expect(usual(4999) == .folds(6) && usual(5000) == .random(0.2))
    #expect(usual(500, 3) == .folds(3) && usual(500, 1) == .random(0.2))
    #expect(usual(500, isOrdered: true) == .random(0.2) && usual(11) == .random(0.2))
}

@Test func importanceInFoldsIsThatOfRowsThatWereNotTrainedOn() throws {
    let table = try PreparedTable(partlyLearnable(300), FeatureSettings(target: "y"), split: .folds(3))
    let fit = try fit(table, folds: 3, members: 6)
    let found = try PermutationImportance(fit.heldOut, limit: 10_000, repeats: 5, seed: 1)
    let error = try fit.heldOut.metrics().first { $0.name == found.metric }?.value
    #expect(found.rows == 300 && abs(found.baseline - (error ?? 9)) < 1e-6)
    #expect(found.entries.first?.column == "told")
    let real = try #require(found.entries.first?.mean)
    let noise = found.entries.dropFirst()
    #expect(noise.allSatisfy { abs($0.mean) < real / 4 }, "\(found.entries)")
    #expect(noise.count { $0.mean > 2 * $0.standardError } <= 1, "\(found.entries)")
    // The mean of all networks has learned every row by heart: all columns seem to matter.
    let all = PermutationImportance(
        fit.model, try RecordSample(table.training, limit: 10_000, seed: 1), repeats: 5, seed: 1)
    #expect(all.entries.count { $0.mean > 2 * $0.standardError } > 8)
    #expect(try PermutationImportance(fit.heldOut, limit: 30, repeats: 1, seed: 1).rows == 30)
}
