import Testing
import ZooKernels
import ZooLearn
import ZooTabular

/// Classes that follow a number a little; the letters mean nothing, so that a network soon learns them by heart.
private func noisy() throws -> PreparedTable {
    var generator = RandomGenerator(seed: 11)
    var x: [Double] = []
    var letters: [[String?]] = [[], [], []]
    var labels: [String?] = []
    for _ in 0..<400 {
        x.append(Double(generator.normal() as Float))
        for column in letters.indices { letters[column].append("v\(Int.random(in: 0..<40, using: &generator))") }
        labels.append(x[x.count - 1] + 1.5 * Double(generator.normal() as Float) > 0 ? "yes" : "no")
    }
    let rows = table(
        [("x", .real, .numbers(x)), ("y", .text, .texts(labels))]
            + letters.enumerated().map { ("letter\($0)", .text, .texts($1)) })
    return try PreparedTable(rows, FeatureSettings(target: "y"), split: .random(0.3))
}

private func fit(
    _ table: PreparedTable, _ kept: KeptEpoch = .best, members: Int = 1, epochs: Int = 24, patience: Int? = nil
) throws -> (fit: TabularFit, losses: [Double]) {
    var configuration = TabularRecipe()
    (configuration.hidden, configuration.learningRate, configuration.weightDecay) = ([32], 3e-3, 0.01)
    (configuration.epochs, configuration.patience) = (epochs, patience)
    configuration.members = members
    configuration.dropout = 0
    let fit = try TabularTrainer(configuration, threads: .one).fit(
        table.training, validation: table.validation, features: table.features, keeping: kept)
    return (fit, fit.report.epochs.map { $0.metric("log_loss") ?? .nan })
}

private func logLoss(_ model: TabularModel, _ table: PreparedTable) throws -> Double? {
    try model.metrics(of: table.validation).first { $0.name == "log_loss" }?.value
}

@Test(arguments: [1, 2]) func theBestEpochIsKeptAndTrainingStopsWhenItIsLongPast(members: Int) throws {
    let table = try noisy()
    let (best, losses) = try fit(table, members: members)
    let least = try #require(losses.min())
    #expect(losses[best.keptEpoch - 1] == least && best.bestEpoch == best.keptEpoch)
    // Far below the last: batch norm's statistics are those of the epoch, too.
    #expect(least < (losses.last ?? 0) - 0.05)
    // The peak is in epoch 6, and half of all epochs may bring nothing.
    #expect((18..<24).contains(losses.count))
    #expect(best.model.members.count == members)
    #expect(try logLoss(best.model, table) == least)
}

@Test(arguments: [0, 1, 3]) func patienceIsCountedFromThePeakAndZeroIsNever(patience: Int) throws {
    let (fit, losses) = try fit(try noisy(), patience: patience)
    #expect(losses[fit.keptEpoch - 1] == losses.min())
    // The peak is in epoch 6.
    #expect(losses.count == (patience == 0 ? 24 : max(fit.keptEpoch, 6) + patience))
}

@Test func theLastEpochIsKeptWhereThatIsAskedForOrNothingValidates() throws {
    let table = try noisy()
    let (last, losses) = try fit(table, .last)
    #expect(last.keptEpoch == 24 && losses.count == 24 && last.bestEpoch != 24)
    #expect(try logLoss(last.model, table) == losses.last)
    let rows = table.training
    let fit = try TabularTrainer(TabularRecipe(), threads: .one).fit(
        rows, validation: nil, features: table.features)
    #expect(fit.bestEpoch == nil && fit.keptEpoch == fit.report.epochs.count)
}

@Test(arguments: [nil, 0, 3]) func stoppedTrainingResumesToTheSameBits(folds: Int?) throws {
    // Without validation rows, with some, and in folds.
    let table = try noisy()
    var configuration = TabularRecipe()
    (configuration.hidden, configuration.epochs, configuration.members) = ([16], 6, 3)
    func fit(from checkpoint: Checkpoint? = nil, after steps: Int = .max) throws -> TabularFit {
        var calls = 0
        return try TabularTrainer(configuration, threads: .one).fit(
            table.training, validation: folds == 0 ? table.validation : nil,
            folds: folds == 0 ? nil : folds, features: table.features, from: checkpoint,
            shouldStop: {
                calls += 1
                return calls > steps
            })
    }
    let whole = try fit()
    // Within an epoch, at the end of one, and before the last step.
    for steps in [3, whole.report.steps / 6 * 2, whole.report.steps / 2, whole.report.steps - 1] {
        let part = try fit(after: steps)
        #expect(part.report.stopReason == .interrupted && part.report.steps == steps)
        #expect(part.model.members.count == 3)
        let rest = try fit(from: part.report.checkpoint)
        #expect(rest.model.members == whole.model.members)
        #expect(rest.keptEpoch == whole.keptEpoch && rest.report.epochs.count == whole.report.epochs.count)
        #expect(rest.report.epochs.map(\.trainingLoss) == whole.report.epochs.map(\.trainingLoss))
    }
}

@Test func explodingRateEndsTheTrainingWithTheLastGoodNetwork() throws {
    let table = try noisy()
    var configuration = TabularRecipe()
    (configuration.epochs, configuration.learningRate) = (3, 1e30)
    let fit = try TabularTrainer(configuration, threads: .one).fit(
        table.training, validation: table.validation, features: table.features)
    guard case .notANumber(_, _, let restored) = fit.report.stopReason else {
        Issue.record("stopped because of \(String(describing: fit.report.stopReason))")
        return
    }
    #expect(restored == fit.report.epochs.count)
    let areFinite = fit.model.members.allSatisfy { $0.isFinite }
    #expect(areFinite)
}

@Test func fewEpochsAreNeverStopped() throws {
    #expect(try fit(noisy(), epochs: 5).losses.count == 5)
}

@Test func aBaselineAnswersWithWhatFitsTheMetric() throws {
    // The first four train: mean 4, median 2.
    let y: [Double] = [1, 0, 3, 12, 5, 8]
    let rows = table([
        ("x", .real, .numbers([1, 2, 4, 8, 9, 7])), ("y", .real, .numbers(y)),
        ("part", .boolean, .numbers([0, 0, 0, 0, 1, 1])),
    ])
    for isLog in [false, true] {
        var settings = FeatureSettings(target: "y")
        settings.logTarget = isLog
        let prepared = try PreparedTable(rows, settings, split: .column("part"))
        let baseline = try TabularBaseline(prepared.training, target: prepared.features.target)
        #expect(abs((baseline.mean ?? 0) - 4) < 1e-4 && abs((baseline.median ?? 0) - 2) < 1e-4)
        let metrics = try baseline.metrics(of: prepared.validation, target: prepared.features.target)
        func metric(_ name: String) -> Double { metrics.first { $0.name == name }?.value ?? .nan }
        #expect(metrics.map(\.name) == ["rmse", "mae", "rmspe", "rmsle", "r2"])
        #expect(abs(metric("rmse") - 8.5.squareRoot()) < 1e-3)
        #expect(abs(metric("mae") - 4.5) < 1e-3)
        // exp of the mean of log 2, log 1, log 4, log 13, beside 6 and 9.
        #expect(abs(metric("rmsle") - 0.8577) < 1e-3)
    }
}

@Test func frequenciesAreTheBaselineOfClasses() throws {
    let rows = table([
        ("x", .real, .numbers([1, 2, 3, 4, 5, 6])), ("y", .text, .texts(["a", "a", "a", "b", "a", "b"])),
        ("part", .boolean, .numbers([0, 0, 0, 0, 1, 1])),
    ])
    let prepared = try PreparedTable(rows, FeatureSettings(target: "y"), split: .column("part"))
    let baseline = try TabularBaseline(prepared.training, target: prepared.features.target)
    let metrics = try baseline.metrics(of: prepared.validation, target: prepared.features.target)
    #expect(baseline.name == "class frequencies" && metrics.map(\.name) == ["accuracy", "auc", "log_loss"])
    #expect(metrics[0].value == 0.5 && metrics[1].value == 0.5)
    #expect(abs(metrics[2].value - 0.8370) < 1e-3)  // -(log 0.75 + log 0.25) / 2
}
