import ZooLearn
import ZooNN
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

private let (statePrefix, carriedPrefix) = ("state/", "carried/")

extension Checkpoint {
    /// What goes into a file's `/optimizer`.
    var entries: [WeightEntry] {
        optimizer.map { WeightEntry($0, prefix: statePrefix) } + carried.map { WeightEntry($0, prefix: carriedPrefix) }
    }
}

extension ModelFile {
    /// The checkpoint that the file's weights and optimiser make up.
    ///
    /// - Throws: `WeightError.malformed`
    func checkpoint(_ progress: TrainingProgress) throws -> Checkpoint {
        func tensors(_ prefix: String) throws -> [NamedTensor] {
            try optimizer.filter { $0.path.hasPrefix(prefix) }.map { try $0.namedTensor(without: prefix) }
        }
        return Checkpoint(
            weights: try weights.map { try $0.namedTensor() }, optimizer: try tensors(statePrefix), progress: progress,
            carried: try tensors(carriedPrefix))
    }
}

/// How often a training is kept on its way, and what came of it.
final class CheckpointKeeper {
    /// Steps until the last checkpoint that was kept; nil before the first.
    private(set) var keptStep: Int?
    private let interval: Duration?
    private let report: (TextProgress) -> Void
    private let name: String?

    /// - Parameter name: what is saved under; nil where nothing is kept
    init(_ name: String?, every interval: Duration?, report: @escaping (TextProgress) -> Void) {
        self.name = name
        self.interval = interval
        self.report = report
    }

    /// Watches a training; empty where no checkpoints are wanted.
    ///
    /// A checkpoint that cannot be saved, as on a full disk, is said and does not end the training.
    func observers(steps finished: Int = 0, save: @escaping (_ checkpoint: Checkpoint, _ name: String) throws -> Void)
        -> [any Observer]
    {
        guard let interval, let name else { return [] }
        return [
            TimedCheckpoint(every: interval) { [self] checkpoint in
                let step = finished + checkpoint.progress.step
                do {
                    try save(checkpoint, name)
                    keptStep = step
                    report(.kept(step: step, as: name))
                } catch { report(.note("the training goes on, but a checkpoint was not saved: \(error)")) }
            }
        ]
    }
}
