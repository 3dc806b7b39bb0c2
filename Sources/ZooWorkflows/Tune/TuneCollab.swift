import ZooCollab
import ZooRecords

/// What a search makes as good as it can.
package enum TuneMetric: String, Sendable, Hashable, Codable, CaseIterable {
    /// Of lists of ten.
    case ndcg
    /// Of predicted ratings.
    case rmse
}

/// What to search, and for how long.
package struct TuneCollabRequest: Sendable {
    /// Name of the data set.
    package var dataset: String
    /// The split whose training part is searched; its test part is not used.
    package var split: DataSplit = .all
    /// The algorithm.
    package var algorithm: CollabAlgorithm
    /// What is measured; nil for the errors of an algorithm that predicts ratings, else the lists.
    package var metric: TuneMetric?
    /// The time, and what else every search is told.
    package var limits: TuneLimits

    /// Asks for a search on all ratings of a data set.
    package init(dataset: String, algorithm: CollabAlgorithm, limits: TuneLimits) {
        (self.dataset, self.algorithm, self.limits) = (dataset, algorithm, limits)
    }
}

extension Workspace {
    /// Searches the settings of a recommender by random search with successive halving, on random folds of the training part.
    ///
    /// Every measurement is kept in `zoo_runs`: a search that was stopped continues from there, and comes to the same result.
    /// - Throws: `DataError`, `SplitError`, `WorkflowError` as trainings do; `TrainingStopped` when it was stopped
    package func tuneCollab(
        _ request: TuneCollabRequest, onMeasured: (_ trial: Int, _ fold: Int, _ value: Double) -> Void = { _, _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TuneReport<CollabTrainingOptions> {
        let seed = request.limits.seed
        let parts = try RatingParts(request.dataset, split: request.split, seed: seed, in: data)
        let predicts =
            request.algorithm.name == CollabAlgorithm.blend.name
            || request.algorithm.model is any PredictsRatings.Type
        let metric = request.metric ?? (predicts && parts.training.feedback == .ratings ? .rmse : .ndcg)
        guard metric == .ndcg || predicts else {
            throw WorkflowError.invalid(
                what: request.algorithm.name, reason: "it predicts no ratings, so that it has no rmse: search by ndcg")
        }
        let space = CollabSearchSpace(request.algorithm, by: metric, seed: seed)
        guard !space.tried.isEmpty else {
            throw WorkflowError.invalid(what: request.algorithm.name, reason: "it has no settings to search")
        }
        if space.tried == [.attributeWeight], parts.training.itemAttributes.isEmpty,
            parts.training.userAttributes.isEmpty
        {
            throw WorkflowError.invalid(
                what: request.algorithm.name,
                reason:
                    "all that it could search is the weight of attributes, of which the data has none: take --model ials"
            )
        }
        let search = SettingsSearch(
            kind: "collab", model: request.algorithm.name, data: request.dataset, dataset: request.dataset,
            split: request.split.name, metric: metric.rawValue, isLowerBetter: metric == .rmse,
            identity: [
                parts.dataset.fingerprint, request.split.name, request.algorithm.name, metric.rawValue, String(seed),
            ], options: space.options)
        return try search.run(request.limits, in: self, onMeasured: onMeasured, shouldStop: shouldStop) {
            trial, fold, shouldStop in
            let rows = parts.training.fold(fold + 1, of: SuccessiveHalving.parts, seed: seed)
            var run = CollabRun(threads: request.limits.threads)
            run.shouldStop = shouldStop
            let training = parts.training.selecting(rows.training)
            let fitted = try FittedCollab(space.recipe(trial: trial, by: metric), on: training, run)
            let testing = parts.training.selecting(rows.testing)
            switch metric {
            case .rmse: return fitted.model.ratingMetrics(on: testing)?.rmse ?? .nan
            case .ndcg:
                return RankingEvaluation(top: 10).measure(
                    fitted.model, training: training, testing: testing, threads: request.limits.threads
                ).ndcg
            }
        }
    }
}
