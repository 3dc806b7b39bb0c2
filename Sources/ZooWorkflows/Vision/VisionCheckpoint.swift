import ZooLearn
import ZooNN
import ZooVision
import ZooWeights

/// Where a training on images was stopped, as its file keeps it.
///
/// The file's weights are those that answer best, as far as that is kept; those that are trained then stand in
/// `/optimizer`.
struct VisionCheckpoint {
    /// Weights, optimizer, generator, and auxiliary tensors.
    let checkpoint: Checkpoint
    /// What is kept as JSON.
    let state: ResumeState<VisionFinetuning>
    /// The weights that make up the model.
    let weights: [NamedTensor]
    /// The weights of the best step of a fine-tuning that keeps it.
    let bestStepWeights: [NamedTensor]

    /// - Parameter finetuning: which fine-tuning it is a part of
    /// - Parameter model: the weights that make up the model; nil for those of the best epoch, or the trained ones
    init(
        _ checkpoint: Checkpoint, dataFingerprint: String, finetuning: VisionFinetuning? = nil,
        bestStepWeights: [NamedTensor] = [], model: [NamedTensor]? = nil
    ) {
        let best = checkpoint.bestEpochWeights
        (self.checkpoint, self.bestStepWeights) = (checkpoint, bestStepWeights)
        weights = model ?? (best.isEmpty ? checkpoint.weights : best)
        state = ResumeState(
            progress: checkpoint.progress, dataFingerprint: dataFingerprint, finetuning: finetuning)
    }

    /// The checkpoint of a file; nil where training has ended.
    ///
    /// - Throws: `WeightError.malformed`
    init?(_ file: ModelFile, _ state: ResumeState<VisionFinetuning>?) throws {
        guard let state else { return nil }
        self.state = state
        var checkpoint = try file.checkpoint(state.progress)
        weights = checkpoint.weights
        let trained = try file.optimizerTensors(trainedPrefix)
        if !trained.isEmpty {
            if state.finetuning?.isWorldClass != true { checkpoint.bestEpochWeights = checkpoint.weights }
            checkpoint.weights = trained
        }
        self.checkpoint = checkpoint
        bestStepWeights = try file.optimizerTensors(bestStepPrefix)
        try state.finetuning?.check(hasBestStep: !bestStepWeights.isEmpty)
    }

    private var isWorldClass: Bool { state.finetuning?.isWorldClass ?? false }

    /// What goes into the file's `/optimizer`.
    var entries: [WeightEntry] {
        var rest = checkpoint
        if !isWorldClass {
            guard !checkpoint.bestEpochWeights.isEmpty else { return checkpoint.entries }
            rest.bestEpochWeights = []  // they are the file's weights
        }
        return rest.entries + checkpoint.weights.map { WeightEntry($0, prefix: trainedPrefix) }
            + bestStepWeights.map { WeightEntry($0, prefix: bestStepPrefix) }
    }

    /// Checks that a training with that recipe on those images is the one that was stopped.
    ///
    /// - Parameter stopped: what its file says of it
    /// - Parameter isSame: whether all else is as it was
    /// - Throws: `WorkflowError.unsuitable` for other settings or images
    func check(
        _ stopped: VisionConfiguration, named name: String, _ recipe: VisionRecipe, _ data: VisionData, isSame: Bool
    ) throws {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: name, reason: reason) }
        guard let earlier = stopped.recipe, recipe.isSame(as: earlier), isSame else {
            throw refusal(
                "was trained with other settings: give the same ones; --epochs, --lr, --schedule and --clip may change")
        }
        let finished = checkpoint.progress.epoch
        guard recipe.averagedEpochs(after: finished) == earlier.averagedEpochs(after: finished) else {
            throw refusal("is averaging its last epochs already, so that --epochs must stay \(earlier.epochs)")
        }
        guard state.dataFingerprint == data.fingerprint else {
            throw refusal("was trained on other pictures than '\(data.dataset)' holds now: it cannot be resumed")
        }
    }
}

private let (trainedPrefix, bestStepPrefix) = ("weights/", "best_step/")

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
