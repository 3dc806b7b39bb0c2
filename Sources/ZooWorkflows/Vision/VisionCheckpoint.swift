import ZooLearn
import ZooNN
import ZooVision
import ZooWeights

/// Where a training on pictures was stopped, as its file keeps it.
///
/// The file's weights are those of the best epoch where that is kept; those that are trained then stand in `/optimizer`.
struct VisionCheckpoint {
    /// Weights, optimiser, generator, and what is carried along.
    let checkpoint: Checkpoint
    /// See `Position`.
    let position: Position

    /// What is kept as JSON.
    struct Position: Codable, Hashable {
        /// Epoch, step and generator.
        var progress: TrainingProgress
        /// The data set's fingerprint: going on with other pictures would be no going on.
        var dataFingerprint: String
        /// Which fine-tuning it is a part of; nil for a training from the start.
        var finetuning: Finetuning?
    }

    /// A fine-tuning that was stopped with its head fitted.
    struct Finetuning: Codable, Hashable {
        /// The model that it began with.
        var parent: String
        /// Augmented copies of each picture that the head was fitted to as well.
        var copies: Int
        /// How the head was fitted, in words.
        var detail: String
        /// What was measured with it.
        var valid: VisionMetrics?
        /// How long that took.
        var seconds: Double
    }

    init(_ checkpoint: Checkpoint, dataFingerprint: String, finetuning: Finetuning? = nil) {
        self.checkpoint = checkpoint
        position = Position(
            progress: checkpoint.progress, dataFingerprint: dataFingerprint, finetuning: finetuning)
    }

    /// The checkpoint of a file; nil where training has ended.
    ///
    /// - Throws: `WeightError.malformed`
    init?(_ file: ModelFile, _ position: Position?) throws {
        guard let position else { return nil }
        self.position = position
        var checkpoint = try file.checkpoint(position.progress)
        let trained = try file.optimizerTensors(weightsPrefix)
        if !trained.isEmpty {
            checkpoint.bestEpochWeights = checkpoint.weights
            checkpoint.weights = trained
        }
        self.checkpoint = checkpoint
    }

    /// Checks that a training with that recipe on those pictures is the one that was stopped.
    ///
    /// - Parameter stopped: what its file says of it
    /// - Parameter isSame: whether all else is as it was
    /// - Throws: `WorkflowError.unsuitable` for other settings or pictures
    func check(
        _ stopped: VisionConfiguration, named name: String, _ recipe: VisionRecipe, _ data: VisionData, isSame: Bool
    ) throws {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: name, reason: reason) }
        guard let begun = stopped.recipe, recipe.isSame(as: begun), isSame else {
            throw refusal(
                "was begun with other settings: give the same ones; --epochs, --lr, --schedule and --clip may change")
        }
        let finished = position.progress.epoch
        guard recipe.averagedEpochs(after: finished) == begun.averagedEpochs(after: finished) else {
            throw refusal("is averaging its last epochs already, so that --epochs must stay \(begun.epochs)")
        }
        guard position.dataFingerprint == data.fingerprint else {
            throw refusal("was trained on other pictures than '\(data.dataset)' holds now: it cannot go on with them")
        }
    }

    /// The weights that make up the model.
    var weights: [NamedTensor] {
        let best = checkpoint.bestEpochWeights
        return best.isEmpty ? checkpoint.weights : best
    }

    /// What goes into the file's `/optimizer`.
    var entries: [WeightEntry] {
        guard !checkpoint.bestEpochWeights.isEmpty else { return checkpoint.entries }
        var rest = checkpoint
        rest.bestEpochWeights = []
        return rest.entries + checkpoint.weights.map { WeightEntry($0, prefix: weightsPrefix) }
    }
}

private let weightsPrefix = "weights/"

extension VisionRecipe {
    /// Whether a training with this recipe is the same as one with another up to where it stands: what only decides the
    /// steps to come may differ.
    fileprivate func isSame(as other: VisionRecipe) -> Bool {
        var same = self
        (same.epochs, same.learningRate) = (other.epochs, other.learningRate)
        (same.schedule, same.clipping) = (other.schedule, other.clipping)
        return same == other
    }
}
