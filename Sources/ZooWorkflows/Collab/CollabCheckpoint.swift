import Foundation
import ZooCollab
import ZooData
import ZooLearn
import ZooNN
import ZooWeights

/// Where the training of a recommender was stopped.
typealias CollabCheckpoint = StoredCheckpoint<CollabTrainingSettings>

/// Everything that decides the training of a recommender, besides its ratings.
package struct CollabTrainingSettings: Codable, Sendable, Hashable {
    /// The algorithm.
    package var model: String
    /// The options that were given; the others are the algorithm's defaults.
    package var options: CollabTrainingOptions
    /// The split, as it is written on the command line.
    package var split: String
    /// The share of the training part that validates; missing where none does.
    package var valid: Double?
    /// Whether the last epoch is kept although ratings validate.
    package var keepsLast: Bool?
    /// See `CollabValidation.patience`.
    package var patience: Int?
    /// Whether the model is to hold nothing that users rated; missing where it may.
    package var omitsHistories: Bool?
    /// How the rows of a SELECT are read; missing for a data set.
    package var query: RatingsQuerySettings?
}

extension CollabTrainingSettings {
    /// What chooses the ratings that train, besides the algorithm, and what a step takes.
    fileprivate var cut: [String: String] {
        // Batches of dot-bias have settings of their own, of which only the size was asked for.
        let batchSize = options.batchSize.map(String.init) ?? CollabAlgorithm.named(model)?.defaults[.batchSize]
        return [
            "model": model, "split": split, "valid": valid.map { "\($0)" } ?? "none", "batchSize": batchSize ?? "none",
        ]
    }
}

extension CollabRecipe {
    /// All settings, those of parts as well, but for those that may change.
    fileprivate var fixedSettings: JSONValue { JSONValue(parsing: settings).unnested.withoutSchedule }
}

extension JSONValue {
    /// The settings of a recommender without those that only decide the steps to come.
    fileprivate var withoutSchedule: JSONValue {
        guard case .object(let members) = without(["epochs", "learningRate"]) else { return self }
        return .object(members.mapValues(\.withoutSchedule))
    }
}

extension TrainCollabRequest {
    var settings: CollabTrainingSettings {
        CollabTrainingSettings(
            model: recipe.architecture, options: options, split: split.name, valid: valid,
            keepsLast: keepsLast ? true : nil, patience: patience, omitsHistories: omitsHistories ? true : nil,
            query: query.map { RatingsQuerySettings($0) })
    }

    /// The checkpoint to resume from; nil for a new training.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one of other settings, or of other ratings
    func start(_ parts: RatingParts, in workspace: Workspace) throws -> Checkpoint? {
        guard resumes, let name = saveAs else { return nil }
        let checkpoint = try workspace.stoppedCollab(named: name)
        guard let before = checkpoint.state.settings else { throw WorkflowError.nothingToResume(name) }
        let mayChange = "--epochs, --lr, --patience and --keep-last"
        if let error = WorkflowError.otherSettings(
            of: name, before: before.cut, now: settings.cut, mayChange: mayChange)
            ?? .otherSettings(
                of: name, before: CollabAlgorithm.named(before.model)?.recipe(before.options).fixedSettings,
                now: recipe.fixedSettings, mayChange: mayChange)
        {
            throw error
        }
        guard checkpoint.state.dataFingerprint == parts.dataset.fingerprint else {
            throw WorkflowError.unsuitable(
                model: name, reason: "was trained on other ratings than there are now: it cannot be resumed with them")
        }
        return checkpoint.checkpoint
    }
}

extension Workspace {
    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a model whose training is complete, or of another kind
    package func settingsOfStoppedCollab(named name: String) throws -> CollabTrainingSettings {
        guard let settings = try stoppedCollab(named: name).state.settings else {
            throw WorkflowError.nothingToResume(name)
        }
        return settings
    }

    func stoppedCollab(named name: String) throws -> CollabCheckpoint {
        let (_, state, file) = try stopped(
            named: name, as: (any StoredRecommender).self, state: ResumeState<CollabTrainingSettings>.self)
        return try CollabCheckpoint(file, state)
    }

    /// Saves a training that is not complete, with all that is needed to resume it.
    func saveCheckpoint(
        _ fit: FitReport, as name: String, _ status: RunStatus, _ request: TrainCollabRequest, _ parts: RatingParts,
        started: Date
    ) throws -> SaveOutcome {
        guard var model = try request.recipe.model(parts.training, at: fit.checkpoint, threads: request.threads) else {
            throw CheckpointError.otherState
        }
        if request.omitsHistories { model = model.withoutHistoriesKept }
        let provenance = try request.provenance(parts, fit.epochs, status, started: started)
        let checkpoint = CollabCheckpoint(
            fit.checkpoint, dataFingerprint: parts.dataset.fingerprint, settings: request.settings, isModel: false)
        return try save(try model.contents(), as: name, at: checkpoint, provenance: provenance)
    }
}

extension TrainCollabRequest {
    func provenance(
        _ parts: RatingParts, _ epochs: [EpochReport], _ status: RunStatus, test: CollabMetrics? = nil, started: Date
    ) throws -> ModelProvenance {
        var provenance = ModelProvenance(
            command, seed: recipe.seed, started: started, epochs: epochs, status: status)
        if status != .finished { provenance.architecture = recipe.architecture }
        (provenance.dataset, provenance.datasetFingerprint) = (query == nil ? dataset : nil, parts.dataset.fingerprint)
        provenance.metrics = try JSONText.encode(ModelMetrics(split: split.name, valid: valid, test: test))
        return provenance
    }
}

extension StoredRecommender {
    /// The model without what users rated, where it keeps that.
    var withoutHistoriesKept: any StoredRecommender {
        (self as? any KeepsHistories & StoredRecommender)?.withoutHistories() ?? self
    }
}

/// What is known of a model's quality.
struct ModelMetrics: Codable {
    /// The split whose test part was measured.
    var split: String
    /// The share of the training part that chose the best epoch; missing where none did.
    var valid: Double?
    var test: CollabMetrics?
}
