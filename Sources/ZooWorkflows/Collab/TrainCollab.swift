import Foundation
import ZooCollab
import ZooData
import ZooKernels
import ZooLearn
import ZooNN
import ZooRecords

/// What to train, on what, and under which name to keep it.
public struct TrainCollabRequest: TrainingRequest, Sendable {
    /// Name of the data set.
    public var dataset: String
    /// The SELECT that gives the ratings, in place of a data set.
    package var query: RatingsQuery?
    /// Which ratings train and which test.
    public var split: DataSplit = .all
    /// Share of the training part, 0 ..< 1, on which the best epoch is chosen; nil to train on all of it and keep the last.
    package var valid: Double?
    /// Whether the last epoch is kept although ratings validate.
    package var keepsLast = false
    /// Epochs without a better one after which training ends; 0 for never; nil for half of the epochs, at least 5.
    package var patience: Int?
    /// How to train.
    public var recipe: CollabRecipe
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether the model is to hold nothing that users rated, and nothing that is known of them.
    package var omitsHistories = false
    /// Whether to resume from the checkpoint that `saveAs` names.
    public var resumes = false
    /// The time between two checkpoints; nil for none.
    package var checkpointInterval: Duration? = .seconds(300)
    /// The options that the recipe was made of, for resuming it.
    package var options = CollabTrainingOptions()
    /// The command line, kept with the model.
    public var command: String
    /// How many threads may be used.
    public var threads: ThreadCount = .all

    /// Asks for a model trained on all ratings of a data set.
    public init(dataset: String, recipe: CollabRecipe, command: String) {
        self.dataset = dataset
        self.recipe = recipe
        self.command = command
    }

    package var savedName: String? { saveAs }
}

/// The result of training a recommender.
public struct TrainCollabReport: TrainingReport, Sendable, Encodable {
    /// The architecture.
    public let model: String
    /// Name of the data set.
    public let data: String
    /// The split as it is written on the command line.
    public let split: String
    /// How many ratings trained and tested.
    public let trainRatings: Int
    /// See `trainRatings`.
    public let testRatings: Int
    /// Ratings of the training part that did not train and chose the best epoch.
    package let validRatings: Int
    /// Errors on the test part, and the quality of lists of ten unless the model ranks by expected ratings; nil without a test part.
    @StableKey public var test: CollabMetrics?
    /// What the mean of the training ratings measures on the test part, or without one on the ratings that validate.
    @StableKey package var baseline: Baseline<RatingMetrics>?
    /// How good the list of the most rated items is, where the test measured lists.
    @StableKey package var popularity: RankingMetrics?
    /// The mean on the training part.
    package let trainBaseline: Baseline<RatingMetrics>
    /// What to know before the result is believed.
    public let warnings: [String]
    /// What was found out about the ratings and decided, a sentence each.
    public let notes: [String]
    /// Wall time of the training itself, without reading the data and testing.
    public let trainSeconds: Double
    /// Ratings learned from in a second: training ratings times epochs over `trainSeconds`.
    public let ratingsPerSecond: Double
    /// The epoch whose weights the model has: the last where no ratings validate; nil of an algorithm that is solved at once.
    @StableKey public var keptEpoch: Int?
    /// The best epoch on the ratings that validate, which measure `rmse`, or `ndcg` of a recommender that only ranks; nil without any.
    @StableKey public var bestEpoch: Int?
    /// How many epochs were planned.
    public let plannedEpochs: Int
    /// Every epoch; none of an algorithm that is solved at once.
    public let epochs: [EpochOutput]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Trains a recommender, tests it on the split's test part, and saves it if a name is given.
    ///
    /// - Parameter shouldStop: asked several times an epoch; when true, a checkpoint is saved
    /// - Throws: `DataError` and `WorkflowError` for a missing data set or split, and for a checkpoint of another training;
    ///   `TrainingStopped` when it was stopped or its loss became NaN; `WeightError` when it cannot be saved
    public func trainCollab(
        _ request: TrainCollabRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainCollabReport {
        try checkSave(request)
        var request = request
        if request.resumes, let name = request.saveAs,
            try settingsOfStoppedCollab(named: name).omitsHistories == true
        {
            request.omitsHistories = true
        }
        var parts = try RatingParts(
            request.dataset, query: request.query, split: request.split, valid: request.valid,
            seed: request.recipe.seed, in: data)
        // What a model must not hold is not trained with: it would be missing when lists are made.
        if request.omitsHistories { parts.training.userAttributes = [] }
        if let note = parts.precisionNote, parts.training.onlyRating != nil, request.recipe.onlyPredicts {
            throw WorkflowError.invalid(what: "training \(request.recipe.architecture) on these ratings", reason: note)
        }
        let measure = try request.validates(parts)
        if let note = request.recipe.memoryNote(parts.training) { onProgress(.note(note)) }
        let started = Date()
        let job = TrainingJob(
            name: request.saveAs, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: parts.training.count, epochs: request.recipe.epochs, onProgress: onProgress)
        var run = CollabRun(threads: request.threads)
        run.checkpoint = try request.start(parts, in: self)
        run.shouldStop = shouldStop
        let ratings = parts.training.count
        run.onRankers = { onProgress(.prepared("rankers", done: Int($0 * Double(ratings)), of: ratings)) }
        if measure != nil {
            var validation = CollabValidation(parts.validation)
            (validation.keepsLast, validation.patience) = (request.keepsLast, request.patience)
            run.validation = validation
        }
        var fitted = try FittedCollab(request.recipe, on: parts.training, run, as: job) { fit, name, status in
            try self.saveCheckpoint(fit, as: name, status, request, parts, started: started)
        }
        if request.omitsHistories { fitted.model = fitted.model.withoutHistoriesKept }
        let (test, popularity) = try fitted.test(on: parts, threads: request.threads)
        let vocabulary = fitted.model.vocabulary
        let kept = fitted.epochs.first { $0.epoch == fitted.keptEpoch }
        let validRMSE = test == nil && measure != nil ? kept?.metric("rmse") : nil
        let baseline =
            test?.ratings.map { _ in Baseline.mean(of: vocabulary, on: parts.testing) }
            ?? validRMSE.map { _ in Baseline.mean(of: vocabulary, on: parts.validation) }
        var warnings = CollabWarnings(
            training: parts.training, recipe: request.recipe, model: fitted.model
        ).all
        if let rmse = test?.rmse ?? validRMSE, warnings.isEmpty,
            let warning = baseline?.warning(rmse, advice: CollabRecipe.advice)
        {
            warnings.append(warning)
        }
        if let warning = test?.ranking?.warning(beside: popularity, of: request.recipe.architecture) {
            warnings.append(warning)
        }
        var report = TrainCollabReport(
            model: request.recipe.architecture, data: request.dataset, split: request.split.name,
            trainRatings: parts.training.count, testRatings: parts.testing.count,
            validRatings: parts.validation.count, test: test,
            baseline: baseline, popularity: popularity, trainBaseline: .mean(of: vocabulary, on: parts.training),
            warnings: warnings, notes: parts.notes + request.recipe.attributeNotes(parts.training),
            trainSeconds: fitted.seconds,
            ratingsPerSecond: Double(fitted.examples(parts.training.count)) / fitted.seconds,
            keptEpoch: fitted.keptEpoch,
            bestEpoch: measure?.selection.bestIndex(in: fitted.epochs).map { fitted.epochs[$0].epoch },
            plannedEpochs: fitted.epochs.isEmpty ? 0 : request.recipe.epochs,
            epochs: fitted.epochs.map { EpochOutput(collab: $0, of: request.recipe.architecture) },
            saved: request.saveAs)
        if request.saveAs != nil {
            // Saving needs memory, and neither the ratings nor what the training left in the pool.
            _ = PagedRatings(parts.training)
            BufferPool.current.releaseCached()
            let provenance = try request.provenance(
                parts, fitted.epochs, .finished, test: report.test, started: started)
            (report.saved, report.replaced) = try saveFinished(request, onProgress) {
                try save(try fitted.model.contents(), as: $0, provenance: provenance)
            }
        }
        return report
    }
}

extension TrainCollabRequest {
    /// What the ratings that validate measure; nil without any.
    ///
    /// - Throws: `WorkflowError.invalid` where they choose nothing
    fileprivate func validates(_ parts: RatingParts) throws -> CollabValidation.Measure? {
        guard valid != nil else { return nil }
        let algorithm = CollabAlgorithm.named(recipe.architecture)
        let isSolved = algorithm?.name == CollabAlgorithm.blend.name && parts.training.feedback != .ratings
        guard let measure = algorithm?.validates, !isSolved else {
            throw WorkflowError.invalid(
                what: "--valid",
                reason:
                    "\(recipe.architecture)\(isSolved ? " of \(parts.training.feedback.rawValue)" : "") keeps no best epoch, "
                    + "which validation would choose: leave it out, or take --model "
                    + CollabAlgorithm.validated(on: parts.training.feedback).joined(separator: " or "))
        }
        return measure
    }
}

extension EpochOutput {
    /// An epoch of a recommender: its error where it predicts ratings, else its loss.
    init(collab report: EpochReport, of algorithm: String) {
        let loss = (CollabAlgorithm.named(algorithm) ?? .usual).loss(of: report)
        var figures: [String: JSONValue] = [loss.name.replacing(" ", with: "_"): .number(loss.value)]
        for metric in report.metrics { figures["valid_\(metric.name)"] = .number(metric.value) }
        self.init(report, figures)
    }
}

/// A trained model with how its training went.
struct FittedCollab {
    var model: any StoredRecommender
    /// Empty for an algorithm that is solved at once.
    let epochs: [EpochReport]
    /// The epoch whose weights the model has; nil for an algorithm that is solved at once.
    let keptEpoch: Int?
    let seconds: Double

    /// Trains to the end.
    ///
    /// - Parameter job: saves checkpoints; nil where nothing is saved on the way
    /// - Throws: `TrainingStopped`, what the algorithm throws, and `WorkflowError.invalid` for ratings that are all the same where
    ///   the algorithm predicts ratings, and for a model with NaN in it
    init(
        _ recipe: CollabRecipe, on training: Interactions, _ run: CollabRun, as job: TrainingJob? = nil,
        save: @escaping TrainingJob.Save = { _, _, _ in SaveOutcome() }
    ) throws {
        try recipe.check(training.feedback)
        if let same = training.onlyRating, recipe.onlyPredicts {
            throw WorkflowError.invalid(
                what: "training \(recipe.architecture) on these ratings",
                reason:
                    "all \(training.count.counting("rating")) are \(same.formatted()), so there is nothing to predict: leave "
                    + "out --model to rank items by who chose what")
        }
        let start = ContinuousClock.now
        var trained: (any StoredRecommender)?
        func fit(_ observers: [any Observer]) throws -> FitReport {
            var run = run
            run.observers += observers
            let fitted: (model: any StoredRecommender, report: FitReport)
            do { fitted = try recipe.fit(training, run) } catch is RankerDiverged {
                throw recipe.diverged(on: training)
            }
            if recipe.learningRate == nil, case .notANumber? = fitted.report.stopReason {
                throw recipe.diverged(on: training)
            }
            trained = fitted.model
            return fitted.report
        }
        let report = try job.map { try $0.run(fit, save: save) } ?? fit([])
        guard let trained else { throw WorkflowError.invalid(what: "the training", reason: "it ended without a model") }
        model = trained
        (epochs, keptEpoch) = (report.epochs, report.keptOrLast)
        // Of a training that was resumed, with the epochs before.
        seconds = max((ContinuousClock.now - start) / .seconds(1), epochs.reduce(0) { $0 + $1.seconds })
        if let reason = report.stopReason { throw TrainingStopped(description: "\(reason)") }
        guard try model.contents().isFinite else { throw recipe.diverged(on: training) }
    }

    /// Ratings learned from, over all epochs of this run.
    func examples(_ ratings: Int) -> Int { epochs.isEmpty ? ratings : epochs.reduce(0) { $0 + $1.exampleCount } }

    /// Measures the errors on a test part, and lists where they are asked for or the model does not rank by expected ratings.
    ///
    /// - Returns: the measures, and those of the most rated items' list; nil without a test part
    /// - Throws: `WorkflowError.invalid` for lists that nothing measures
    func test(
        on parts: RatingParts, ranking: RankingEvaluation? = nil, threads: ThreadCount
    ) throws -> (CollabMetrics?, popularity: RankingMetrics?) {
        guard parts.testing.count > 0 else { return (nil, nil) }
        let errors = parts.ratingMetrics(of: model)
        guard let ranking = ranking ?? .usual(of: model) else {
            return (CollabMetrics(ratings: errors, ranking: nil), nil)
        }
        let (lists, popularity) = try ranking.measures(of: model, on: parts, threads: threads)
        return (CollabMetrics(ratings: errors, ranking: lists), popularity)
    }
}
