import ZooLearn
import ZooNN
import ZooVision
import ZooWeights

/// Where a training on images was stopped, as its file keeps it.
///
/// The file's weights are those that answer best, as far as that is kept; those that are trained then stand in
/// `/optimizer`.
struct VisionCheckpoint: FileCheckpoint {
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
        _ checkpoint: Checkpoint, dataFingerprint: String, finetuning: VisionFinetuning? = nil, ending: TrainingEnding,
        bestStepWeights: [NamedTensor] = [], model: [NamedTensor]? = nil
    ) {
        let best = checkpoint.bestEpochWeights
        (self.checkpoint, self.bestStepWeights) = (checkpoint, bestStepWeights)
        weights = model ?? (best.isEmpty ? checkpoint.weights : best)
        state = ResumeState(
            progress: checkpoint.progress, dataFingerprint: dataFingerprint, settings: finetuning,
            ending: ending)
    }

    /// The checkpoint of a file.
    ///
    /// - Parameter weights: of the file's model
    /// - Throws: `WeightError.malformed`
    init(_ file: ModelFile, _ state: ResumeState<VisionFinetuning>, weights: [NamedTensor]) throws {
        (self.state, self.weights) = (state, weights)
        var checkpoint = try file.checkpoint(state.progress, weights: weights)
        let trained = try file.optimizerTensors(trainedPrefix)
        if !trained.isEmpty {
            if state.settings?.isWorldClass != true { checkpoint.bestEpochWeights = checkpoint.weights }
            checkpoint.weights = trained
        }
        self.checkpoint = checkpoint
        bestStepWeights = try file.optimizerTensors(bestStepPrefix)
        try state.settings?.check(hasBestStep: !bestStepWeights.isEmpty)
    }

    private var isWorldClass: Bool { state.settings?.isWorldClass ?? false }

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
    /// - Parameter before: what else decided the training, and `now`: what is asked for
    /// - Throws: `WorkflowError.unsuitable` for other settings or images
    func check(
        _ stopped: VisionFileConfiguration, named name: String, _ recipe: VisionTrainingOptions, _ data: VisionData,
        before: ImageTrainingSettings, now: ImageTrainingSettings
    ) throws {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: name, reason: reason) }
        guard let earlier = stopped.recipe else { throw refusal("does not say how it was trained") }
        let mayChange = "--epochs, --lr, --schedule, --clip, --patience and --keep-last"
        if let error = WorkflowError.otherSettings(
            of: name, before: earlier, now: recipe.continuing(earlier), mayChange: mayChange)
            ?? .otherSettings(of: name, before: before, now: now, mayChange: mayChange)
        {
            throw error
        }
        let finished = checkpoint.progress.epoch
        guard recipe.averagedEpochs(after: finished) == earlier.averagedEpochs(after: finished) else {
            throw refusal("is averaging its last epochs already, so that --epochs must stay \(earlier.epochs)")
        }
        guard state.dataFingerprint == data.fingerprint else {
            throw refusal("was trained on other images than '\(data.dataset)' holds now: it cannot be resumed")
        }
    }
}

private let bestStepPrefix = "best_step/"

/// What decides the training of a network for images besides its recipe.
struct ImageTrainingSettings: Encodable {
    /// The side of the images in the end.
    var size: Int
    /// Augmented copies of each image that the head is fitted to; nil for a training from scratch.
    var copies: Int?
    /// The named recipe, such as `world-class`.
    var recipe: String?
}

extension VisionTrainingOptions {
    /// The recipe with what only decides the steps to come as in another.
    fileprivate func continuing(_ other: VisionTrainingOptions) -> VisionTrainingOptions {
        var same = self
        (same.epochs, same.learningRate) = (other.epochs, other.learningRate)
        (same.schedule, same.clipping, same.keepsBest) = (other.schedule, other.clipping, other.keepsBest)
        same.patience = other.patience
        return same
    }
}

extension Workspace {
    /// The model whose training was stopped, and where.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one whose training has ended, or of another kind
    func stoppedVision(named name: String) throws -> (StoredVision, VisionCheckpoint) {
        let (stored, state, file) = try stopped(
            named: name, as: StoredVision.self, state: ResumeState<VisionFinetuning>.self,
            advice: " ('zoo finetune vision' trains it on other data)")
        return (stored, try VisionCheckpoint(file, state, weights: stored.network.state()))
    }
}
