import Foundation
import ZooCollab
import ZooData
import ZooKernels
import ZooNN

/// What to train, on what, and under which name to keep it.
public struct TrainCollabRequest: Sendable {
    /// Name of the data set.
    public var dataset: String
    /// Which ratings train and which test.
    public var split: RatingSplit = .none
    /// How to train.
    public var recipe: CollabRecipe
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
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
}

/// What came of a training.
public struct TrainCollabReport: Sendable, Encodable {
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
    /// Errors on the test part; nil without one, and for a model that predicts no ratings.
    @StableKey public var test: RatingMetrics?
    /// What the mean of the training ratings measures on the test part; nil without one.
    @StableKey public var baseline: Baseline<RatingMetrics>?
    /// The same on the training part.
    public let trainBaseline: Baseline<RatingMetrics>
    /// What to know before the result is believed.
    public let warnings: [String]
    /// Wall time of the training itself, without reading the data and testing.
    public let trainSeconds: Double
    /// Ratings learned from in a second: training ratings times epochs over `trainSeconds`.
    public let ratingsPerSecond: Double
    /// Every pass over the training part.
    public let epochs: [Epoch]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil

    /// One pass.
    public struct Epoch: Sendable, Encodable {
        /// 1, 2, ...
        public let epoch: Int
        /// Error on the ratings as they were learned from, in stars.
        public let trainRmse: Double
        /// Wall time.
        public let seconds: Double
    }
}

extension Workspace {
    /// Trains a recommender, tests it on the split's test part, and saves it if a name is given.
    ///
    /// - Throws: `DataError` and `WorkflowError` for a missing data set or split, `WeightError` when it cannot be saved.
    public func trainCollab(
        _ request: TrainCollabRequest, onEpoch: (CollabEpoch) -> Void = { _ in }
    ) throws -> TrainCollabReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing)
        let parts = try RatingParts(request.dataset, split: request.split, seed: request.recipe.seed, in: data)
        let started = Date()
        let fitted = try FittedCollab(
            request.recipe, on: parts.training, threads: request.threads, onEpoch: onEpoch)
        let test = parts.testing.count > 0 ? fitted.model.ratingMetrics(on: parts.testing) : nil
        let vocabulary = fitted.model.vocabulary
        let baseline = test.map { _ in Baseline.mean(of: vocabulary, on: parts.testing) }
        var warnings = CollabWarnings(
            training: parts.training, recipe: request.recipe, model: fitted.model
        ).all
        if let test, warnings.isEmpty, let warning = baseline?.warning(test.rmse, advice: CollabRecipe.advice) {
            warnings.append(warning)
        }
        var report = TrainCollabReport(
            model: request.recipe.architecture, data: request.dataset, split: request.split.name,
            trainRatings: parts.training.count, testRatings: parts.testing.count, test: test,
            baseline: baseline, trainBaseline: .mean(of: vocabulary, on: parts.training), warnings: warnings,
            trainSeconds: fitted.seconds,
            ratingsPerSecond: Double(parts.training.count * fitted.epochs.count) / fitted.seconds,
            epochs: fitted.epochs.map {
                TrainCollabReport.Epoch(epoch: $0.epoch, trainRmse: $0.trainRMSE, seconds: $0.seconds)
            }, saved: request.saveAs)
        if let name = request.saveAs {
            report.replaced = try save(
                fitted, as: name, request: request, parts: parts, report: report, started: started)
        }
        return report
    }
}

/// A trained model with how its training went.
struct FittedCollab {
    let model: any StoredRecommender
    let epochs: [CollabEpoch]
    let seconds: Double

    init(
        _ recipe: CollabRecipe, on training: Interactions, threads: ThreadCount,
        onEpoch: (CollabEpoch) -> Void
    ) throws {
        let start = DispatchTime.now().uptimeNanoseconds
        (model, epochs) = try withoutActuallyEscaping(onEpoch) { onEpoch in
            var epochs: [CollabEpoch] = []
            let model = try recipe.model(of: training, threads: threads) {
                epochs.append($0)
                onEpoch($0)
            }
            return (model, epochs)
        }
        seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        guard try model.contents().isFinite else {
            throw WorkflowError.invalid(
                what: "training on these ratings", reason: "it diverged: try a smaller learning rate (--lr)")
        }
    }
}
