import ZooCollab
import ZooKernels

/// What came of a cross-validation.
public struct CrossValidationReport: Sendable, Encodable {
    /// One split's test.
    public struct Fold: Sendable, Encodable {
        /// The split.
        public let split: String
        /// Root of the mean squared error on its test part, in units of the rating scale.
        public let rmse: Double
        /// Mean absolute error on its test part, in units of the rating scale.
        public let mae: Double
        /// What the mean of the training ratings measures on the same test part.
        public let baseline: Baseline<RatingMetrics>
    }

    /// Every split.
    public let folds: [Fold]
    /// The mean of each error over the splits.
    public let mean: RatingMetrics
    /// The means of the errors of the splits' baselines.
    public let baseline: Baseline<RatingMetrics>
    /// What to know before the result is believed.
    public let warnings: [String]
    /// The standard deviation of each error over the splits; nil for one split.
    @StableKey public var deviation: RatingMetrics?
    /// Wall time of all trainings, without reading the data and testing.
    public let trainSeconds: Double
    /// Ratings learned from in a second.
    public let ratingsPerSecond: Double
}

extension Workspace {
    /// Trains and tests a recipe on each of several splits.
    ///
    /// - Throws: as `trainCollab`
    /// - Precondition: there is at least one split.
    public func crossValidateCollab(
        dataset: String, splits: [RatingSplit], recipe: CollabRecipe, threads: ThreadCount = .all,
        onFold: (CrossValidationReport.Fold) -> Void = { _ in }
    ) throws -> CrossValidationReport {
        precondition(!splits.isEmpty, "cross-validation: no splits")
        var folds: [CrossValidationReport.Fold] = []
        var seconds = 0.0
        var learned = 0
        for split in splits {
            let parts = try RatingParts(dataset, split: split, seed: recipe.seed, in: data)
            guard parts.testing.count > 0 else {
                throw WorkflowError.invalid(what: "split \(split.name)", reason: "it has no test part")
            }
            let fitted = try FittedCollab(recipe, on: parts.training, CollabRun(threads: threads))
            guard let metrics = fitted.model.ratingMetrics(on: parts.testing) else {
                throw WorkflowError.invalid(
                    what: recipe.architecture, reason: "it ranks items and predicts no ratings to measure")
            }
            let fold = CrossValidationReport.Fold(
                split: split.name, rmse: metrics.rmse, mae: metrics.mae,
                baseline: .mean(of: fitted.model.vocabulary, on: parts.testing))
            seconds += fitted.seconds
            learned += fitted.examples(parts.training.count)
            folds.append(fold)
            onFold(fold)
        }
        func deviation(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
        }
        let mean = RatingMetrics.mean(of: folds.map { RatingMetrics(rmse: $0.rmse, mae: $0.mae) })
        let baseline = Baseline(folds[0].baseline.name, RatingMetrics.mean(of: folds.map(\.baseline.metrics)))
        return CrossValidationReport(
            folds: folds, mean: mean, baseline: baseline,
            warnings: [baseline.warning(mean.rmse, advice: CollabRecipe.advice)].compactMap { $0 },
            deviation: folds.count < 2
                ? nil : RatingMetrics(rmse: deviation(folds.map(\.rmse)), mae: deviation(folds.map(\.mae))),
            trainSeconds: seconds, ratingsPerSecond: Double(learned) / seconds)
    }
}
