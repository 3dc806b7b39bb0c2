import ZooCollab
import ZooKernels
import ZooRecords

/// The result of a cross-validation.
package struct CrossValidationReport: Sendable, Encodable {
    /// One split's test; in JSON the measures stand beside the split.
    package struct Fold: Sendable, Encodable {
        /// The split.
        package let split: String
        /// Errors on its test part, in units of the rating scale, and the quality of the lists.
        package let test: CollabMetrics
        /// What the mean of the training ratings measures on the same test part; nil for a model that predicts no ratings.
        package let baseline: Baseline<RatingMetrics>?
        /// How good the list of the most rated items is; nil where no lists were measured.
        package let popularity: RankingMetrics?

        private enum CodingKeys: CodingKey { case split, baseline, popularity }

        /// Writes all keys, with null for what was not measured of baselines.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(split, forKey: .split)
            try container.encode(baseline, forKey: .baseline)
            try container.encode(popularity, forKey: .popularity)
            try test.encode(to: encoder)
        }
    }

    /// Every split.
    package let folds: [Fold]
    /// The mean of each measure over the splits.
    package let mean: CollabMetrics
    /// The means of the errors of the splits' baselines; nil for a model that predicts no ratings.
    @StableKey package var baseline: Baseline<RatingMetrics>?
    /// How many items the lists have; nil where none were measured.
    @StableKey package var top: Int?
    /// The means of the measures of the most rated items' lists; nil where no lists were measured.
    @StableKey package var popularity: RankingMetrics?
    /// What to know before the result is believed.
    package let warnings: [String]
    /// The standard deviation of each measure over the splits; nil for one split.
    @StableKey package var deviation: CollabMetrics?
    /// Wall time of all trainings, without reading the data and testing.
    package let trainSeconds: Double
    /// Ratings learned from in a second.
    package let ratingsPerSecond: Double
}

extension Workspace {
    /// Trains and tests a recipe on each of several splits.
    ///
    /// - Parameter ranking: which lists to measure; nil for lists of ten, or none of a model that ranks by expected ratings
    /// - Throws: as `trainCollab`
    /// - Precondition: there is at least one split.
    package func crossValidateCollab(
        dataset: String, splits: [DataSplit], recipe: CollabRecipe, ranking: RankingEvaluation? = nil,
        threads: ThreadCount = .all, onFold: (CrossValidationReport.Fold) -> Void = { _ in }
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
            let (test, popularity) = try fitted.test(on: parts, ranking: ranking, threads: threads)
            let metrics = test ?? CollabMetrics(ratings: nil, ranking: nil)
            let fold = CrossValidationReport.Fold(
                split: split.name, test: metrics,
                baseline: metrics.ratings.map { _ in .mean(of: fitted.model.vocabulary, on: parts.testing) },
                popularity: popularity)
            seconds += fitted.seconds
            learned += fitted.examples(parts.training.count)
            folds.append(fold)
            onFold(fold)
        }
        let mean = CollabMetrics.mean(of: folds.map(\.test))
        let baselines = folds.compactMap(\.baseline)
        let baseline = baselines.first.map { Baseline($0.name, RatingMetrics.mean(of: baselines.map(\.metrics))) }
        let lists = folds.compactMap(\.popularity)
        return CrossValidationReport(
            folds: folds, mean: mean, baseline: baseline, top: lists.isEmpty ? nil : ranking?.top ?? 10,
            popularity: lists.isEmpty ? nil : .mean(of: lists),
            warnings: [
                mean.rmse.flatMap { baseline?.warning($0, advice: CollabRecipe.advice) },
                mean.ranking?.warning(beside: lists.isEmpty ? nil : .mean(of: lists), of: recipe.architecture),
            ].compactMap { $0 },
            deviation: .deviation(of: folds.map(\.test)), trainSeconds: seconds,
            ratingsPerSecond: Double(learned) / seconds)
    }
}
