import ZooLearn
import ZooText

/// Where the training of a language model was stopped.
typealias TextCheckpoint = StoredCheckpoint<TextFinetuning>

/// Which fine-tuning of a language model a checkpoint belongs to.
struct TextFinetuning: Codable, Sendable {
    /// The model that it began with.
    var parent: String
    /// How many tokens that one knew.
    var knownTokens: Int
    /// Nats a token of the validation text before anything was trained.
    var validNatsBefore: Double?
    /// The stages.
    var unfreezing: GradualUnfreezing
    /// The epochs of the stages that are completed, in files of earlier versions; nil in those of today, whose progress
    /// has them.
    var finished: [[EarlierEpoch]]?

    /// An epoch as earlier versions kept it.
    struct EarlierEpoch: Codable {
        var trainNats: Double
        var validNats: Double?
        var seconds: Double
        var learningRate: Double
    }
}

extension Workspace {
    /// The language model whose training was stopped, and where.
    ///
    /// - Throws: as `stopped`
    func stoppedText(named name: String, advice: String = "") throws -> (StoredLanguageModel, TextCheckpoint) {
        let (stored, state, file) = try stopped(
            named: name, as: StoredLanguageModel.self, state: ResumeState<TextFinetuning>.self, advice: advice)
        return (stored, try TextCheckpoint(file, state, weights: stored.model.state()))
    }
}

extension TextCheckpoint {
    /// The checkpoint with the completed stages that files of earlier versions keep apart.
    var resumed: Checkpoint {
        guard let finished = state.settings?.finished, !finished.isEmpty else { return checkpoint }
        var epochs: [EpochReport] = []
        for (stage, list) in finished.enumerated() {
            for epoch in list {
                epochs.append(
                    EpochReport(
                        epoch: epochs.count + 1, stage: stage, trainingLoss: epoch.trainNats,
                        validationLoss: epoch.validNats, learningRate: epoch.learningRate, seconds: epoch.seconds))
            }
        }
        return checkpoint.after(epochs, stage: finished.count)
    }
}

extension Checkpoint {
    /// A checkpoint that knows one stage only, as it is after the epochs of earlier ones.
    func after(_ epochs: [EpochReport], stage: Int) -> Checkpoint {
        var result = self
        result.progress.stage = stage
        result.progress.earlierHistory = epochs
        result.progress.history = progress.history.map { $0.numbered($0.epoch + epochs.count, stage: stage) }
        return result
    }
}
