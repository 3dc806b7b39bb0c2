import ZooKernels
import ZooLearn
import ZooNN
import ZooRecords

/// A way to make a recommender: what the command line, training, evaluation and the tests know of it.
package struct CollabAlgorithm: Sendable {
    /// What `--model` and the files of its models call it.
    package let name: String
    /// What it does, for the help.
    package let summary: String
    /// The options it takes, each with its default; made when asked for, as only the command line of trainings does.
    package var defaults: [CollabOption: String] { makeDefaults() }
    private let makeDefaults: @Sendable () -> [CollabOption: String]
    /// The type of its models.
    package let model: any StoredRecommender.Type
    /// Whether the loss of an epoch is the mean squared error of ratings.
    package let lossIsSquaredError: Bool
    /// What chooses the best epoch on validation ratings; nil for an algorithm whose epochs cannot be chosen from.
    package let validates: CollabValidation.Measure?
    /// How to train with these options.
    package let recipe: @Sendable (CollabTrainingOptions) -> CollabRecipe

    init(
        name: String, summary: String, defaults: @autoclosure @escaping @Sendable () -> [CollabOption: String],
        model: any StoredRecommender.Type, lossIsSquaredError: Bool = true, validates: CollabValidation.Measure? = nil,
        recipe: @escaping @Sendable (CollabTrainingOptions) -> CollabRecipe
    ) {
        (self.name, self.summary, makeDefaults, self.model) = (name, summary, defaults, model)
        (self.lossIsSquaredError, self.validates, self.recipe) = (lossIsSquaredError, validates, recipe)
    }

    /// The loss of an epoch as people read it, with its name: the root of the mean squared error, else the loss itself.
    package func loss(of epoch: EpochReport) -> (name: String, value: Double) {
        lossIsSquaredError ? ("train rmse", epoch.trainingLoss.squareRoot()) : ("train loss", epoch.trainingLoss)
    }

    /// The names of the algorithms whose best epoch validation ratings choose.
    package static var validated: [String] { all.filter { $0.validates != nil }.map(\.name) }

    /// The names of those whose best epoch such ratings choose: what only predicts ratings needs some.
    package static func validated(on feedback: Feedback) -> [String] {
        all.filter { $0.validates != nil && (feedback == .ratings || $0.validates == .ndcg) }.map(\.name)
    }

    /// All of them, the default first.
    package static let all: [CollabAlgorithm] = [
        blend,
        dotBias,
        bayesian,
        features,
        neural,
        ease,
        ials,
        itemKNN,
        bpr,
        popularity,
    ]

    /// The default.
    package static var usual: CollabAlgorithm { all[0] }

    /// The algorithm of that name, if there is one.
    package static func named(_ name: String) -> CollabAlgorithm? { all.first { $0.name == name } }

    /// The names of the algorithms whose models can do something: `dot-bias or ease`.
    package static func names(where isAble: (any StoredRecommender.Type) -> Bool) -> String {
        all.filter { isAble($0.model) }.map(\.name).joined(separator: " or ")
    }

    /// Reads a recommender of any algorithm.
    ///
    /// - Throws: `ModelContentsError` when its algorithm is unknown, its parts do not fit, or a number is not finite
    package static func decode(_ contents: ModelContents) throws -> any StoredRecommender {
        guard contents.kind == ModelContents.collab, let algorithm = named(contents.architecture) else {
            throw ModelContentsError(
                location: "attributes kind, architecture",
                reason: "'\(contents.kind)', '\(contents.architecture)' is not a recommender that this program knows")
        }
        let model = try algorithm.model.init(contents)
        guard contents.isFinite else { throw ModelContentsError(location: "weights", reason: "a number is not finite") }
        return model
    }
}

/// An algorithm with its settings: what to train.
public struct CollabRecipe: Sendable {
    /// The algorithm's name.
    package let architecture: String
    /// Decides every random choice.
    public let seed: UInt64
    /// How many passes over the ratings are planned; 0 for an algorithm that needs none.
    package let epochs: Int
    /// The largest learning rate, with the algorithm's default; nil for an algorithm without.
    package var learningRate: (given: Double, usual: Double)?
    /// Of how many items the attributes are used, at most; 0 for an algorithm that uses none.
    package var mostItemsWithAttributes = 0
    /// How many items all of its parts rank; of more, one part ranks alone. nil for one without parts.
    package var mostItemsOfAll: Int?
    /// Whether its training holds numbers of every pair of items, up to `mostItemsOfAll` items.
    package var holdsPairs = false
    /// Of more ratings than this the vectors are improved by conjugate gradients, which no option has chosen; nil otherwise.
    package var mostSolvedRatings: Int?
    /// What each unit of a rating adds to its weight; nil for an algorithm without.
    package var alpha: Float?
    /// The settings, as JSON.
    package let settings: String
    /// Trains on ratings, of which there is at least one.
    private let train: Train
    /// The model that a training has come to at a checkpoint; nil for an algorithm without epochs.
    private let partial: Partial?
    /// Tries so many rising learning rates on a fresh model; nil for an algorithm without a learning rate.
    package var findLearningRate: LearningRateSearch?

    /// Trains on ratings, and says how it went.
    package typealias Train =
        @Sendable (Interactions, CollabRun) throws -> (model: any StoredRecommender, report: FitReport)
    /// Makes the model of a checkpoint.
    package typealias Partial = @Sendable (Interactions, ThreadCount, Checkpoint) throws -> any StoredRecommender
    /// Tries learning rates.
    package typealias LearningRateSearch = @Sendable (Interactions, Int, ThreadCount) throws -> LearningRateCurve

    /// A recipe that is trained in epochs.
    init(
        _ architecture: String, settings: some Encodable, seed: UInt64, epochs: Int, partial: @escaping Partial,
        train: @escaping Train
    ) {
        self.architecture = architecture
        self.settings = (try? ModelContents.json(settings)) ?? "{}"
        (self.seed, self.epochs) = (seed, epochs)
        (self.train, self.partial) = (train, partial)
    }

    /// A recipe that is solved at once.
    init(
        _ architecture: String, settings: some Encodable, seed: UInt64 = 0,
        solve: @escaping @Sendable (Interactions, ThreadCount) throws -> any StoredRecommender
    ) {
        self.architecture = architecture
        self.settings = (try? ModelContents.json(settings)) ?? "{}"
        (self.seed, epochs, partial) = (seed, 0, nil)
        train = { (try solve($0, $1.threads), .withoutEpochs) }
    }

    /// Trains a model that knows how it was trained.
    ///
    /// - Throws: what the algorithm throws
    package func fit(
        _ training: Interactions, _ run: CollabRun = CollabRun()
    ) throws -> (model: any StoredRecommender, report: FitReport) {
        var (model, report) = try train(training, run)
        model.settings = settings
        return (model, report)
    }

    /// Trains a model that knows how it was trained; see `fit`.
    ///
    /// - Throws: what the algorithm throws
    package func model(of training: Interactions, threads: ThreadCount = .all) throws -> any StoredRecommender {
        try fit(training, CollabRun(threads: threads)).model
    }

    /// The model that a training has come to at a checkpoint; nil for an algorithm without epochs.
    ///
    /// - Throws: `CheckpointError` or `ModuleStateError` where the checkpoint does not fit
    package func model(
        _ training: Interactions, at checkpoint: Checkpoint, threads: ThreadCount = .all
    ) throws -> (any StoredRecommender)? {
        guard var model = try partial?(training, threads, checkpoint) else { return nil }
        model.settings = settings
        return model
    }
}

/// How one training of a recommender is run.
package struct CollabRun {
    /// How many threads may be used.
    package var threads = ThreadCount.all
    /// Where it resumes; nil where it begins.
    package var checkpoint: Checkpoint?
    /// Hear of every epoch, whose loss is the mean squared error, and may end the training.
    package var observers: [any Observer] = []
    /// What every epoch is measured on, and whether the best is kept; nil to keep the last.
    package var validation: CollabValidation?
    /// Asked before every step; true ends the training.
    package var shouldStop: () -> Bool = { false }
    /// Hears how much of the rankers of a blend is trained, 0 ... 1.
    package var onRankers: (_ share: Double) -> Void = { _ in }

    /// A training from the start.
    package init(threads: ThreadCount = .all) { self.threads = threads }
}
