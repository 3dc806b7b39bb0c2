import ZooLearn
import ZooText
import ZooWeights

/// Where the training of a language model was stopped, as its file keeps it.
struct TextCheckpoint {
    /// Weights, optimiser, generator and what the network carries.
    let checkpoint: Checkpoint
    /// See `Position`.
    let position: Position

    /// What is kept as JSON.
    struct Position: Codable {
        /// Epoch, step and generator.
        var progress: TrainingProgress
        /// The data set's fingerprint: going on with other data would be no going on.
        var dataFingerprint: String
        /// Which fine-tuning it is a part of; nil for a training from the start.
        var finetuning: Finetuning?
    }

    /// A fine-tuning that was stopped within a stage.
    struct Finetuning: Codable {
        /// The model that it began with.
        var parent: String
        /// How many tokens that one knew.
        var knownTokens: Int
        /// Nats a token of the validation text before anything was trained.
        var validNatsBefore: Double?
        /// The stages.
        var unfreezing: GradualUnfreezing
        /// The epochs of the stages that are finished.
        var finished: [[LanguageModelEpoch]]
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
        checkpoint = try file.checkpoint(position.progress)
    }
}

extension TextProgress {
    /// What became of a checkpoint.
    init(_ report: CheckpointKeeper.Report) {
        switch report {
        case .kept(let step, let name): self = .kept(step: step, as: name)
        case .keptBeside(let step, let name): self = .keptBeside(step: step, of: name)
        case .note(let note): self = .note(note)
        }
    }
}
