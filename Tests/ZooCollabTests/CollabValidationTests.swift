import Testing
import ZooCollab
import ZooKernels
import ZooLearn

/// The best epoch of recommenders, chosen on ratings that they do not see.
@Suite struct CollabValidationTests {
    private static let trained: [(model: String, change: @Sendable (inout CollabTrainingOptions) -> Void)] = [
        ("dot-bias", { ($0.epochs, $0.factors, $0.weightDecay, $0.learningRate) = (20, 6, 0, 0.05) }),
        (
            "dot-bias",
            {
                ($0.epochs, $0.factors, $0.batchSize, $0.learningRate, $0.weightDecay) = (8, 24, 64, 0.02, 0)
            }
        ),
        ("neural", { ($0.epochs, $0.factors, $0.learningRate) = (6, 8, 0.03) }),
        ("ials", { ($0.epochs, $0.factors, $0.regularization) = (8, 24, 1e-5) }),
        ("bpr", { ($0.epochs, $0.factors, $0.learningRate, $0.weightDecay) = (12, 16, 0.3, 0) }),
        ("blend", { ($0.epochs, $0.factors, $0.weightDecay, $0.learningRate) = (20, 6, 0, 0.05) }),
    ]

    @Test(arguments: trained.indices) func theEpochThatIsBestOnValidationIsKept(_ index: Int) throws {
        let all = fewRatings()
        let cut = all.randomSplit(testing: 0.2, seed: 1)
        let (training, validation) = (all.selecting(cut.training), all.selecting(cut.testing))
        var options = CollabTrainingOptions()
        Self.trained[index].change(&options)
        let algorithm = try #require(CollabAlgorithm.named(Self.trained[index].model))
        let (measure, recipe) = (try #require(algorithm.validates), algorithm.recipe(options))
        func fit(_ change: (inout CollabValidation) -> Void = { _ in }) throws -> (any StoredRecommender, FitReport) {
            var (run, wanted) = (CollabRun(), CollabValidation(validation))
            change(&wanted)
            run.validation = wanted
            let fitted = try recipe.fit(training, run)
            return (fitted.model, fitted.report)
        }
        func measured(_ model: any StoredRecommender) -> Double? {
            measure == .rmse
                ? model.ratingMetrics(on: validation)?.rmse
                : RankingEvaluation(top: 10).measure(model, training: training, testing: validation).ndcg
        }
        let (model, report) = try fit { $0.patience = 0 }
        let figures = report.epochs.map { $0.metric(measure.rawValue) ?? .nan }
        let best = measure == .rmse ? figures.min() : figures.max()
        #expect(report.epochs.count == options.epochs && report.keptEpoch.map { figures[$0 - 1] } == best)
        #expect(report.keptEpoch != options.epochs, "the last is the best: the test shows nothing: \(figures)")
        #expect(measured(model) == best)
        let (last, lastReport) = try fit { $0.keepsLast = true }
        #expect(lastReport.keptEpoch == nil && measured(last) == figures.last)
        // Looking changes nothing.
        let plain = try recipe.fit(training)
        func weights(_ model: any StoredRecommender) throws -> [[Float]] {
            try model.contents().weights.map(\.tensor).filter { $0.dtype == .float32 }.map(\.floats)
        }
        #expect(try weights(plain.model) == weights(last))
        #expect(plain.report.epochs.first?.metrics.isEmpty == true)
    }

    @Test func aTrainingEndsWhereNoBetterEpochComes() throws {
        let all = fewRatings()
        let cut = all.randomSplit(testing: 0.2, seed: 1)
        var options = CollabTrainingOptions()
        (options.epochs, options.factors, options.learningRate, options.weightDecay) = (60, 16, 0.3, 0)
        var run = CollabRun()
        run.validation = CollabValidation(all.selecting(cut.testing))
        run.validation?.patience = 2
        let report = try CollabAlgorithm.bpr.recipe(options).fit(all.selecting(cut.training), run).report
        #expect(report.epochs.count == (report.keptEpoch ?? 0) + 2 && report.epochs.count < 60)
    }
}
