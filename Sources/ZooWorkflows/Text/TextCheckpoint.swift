import ZooLearn
import ZooNN
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
    }

    private static let (state, carried) = ("state/", "carried/")

    init(_ checkpoint: Checkpoint, dataFingerprint: String) {
        self.checkpoint = checkpoint
        position = Position(progress: checkpoint.progress, dataFingerprint: dataFingerprint)
    }

    /// The checkpoint of a file; nil where training has ended.
    ///
    /// - Throws: `WeightError.malformed`
    init?(_ file: ModelFile, _ position: Position?) throws {
        guard let position else { return nil }
        func tensors(_ prefix: String) throws -> [NamedTensor] {
            try file.optimizer.filter { $0.path.hasPrefix(prefix) }.map { try $0.namedTensor(without: prefix) }
        }
        self.position = position
        checkpoint = Checkpoint(
            weights: try file.weights.map { try $0.namedTensor() }, optimizer: try tensors(Self.state),
            progress: position.progress, carried: try tensors(Self.carried))
    }

    /// What goes into the file's `/optimizer`.
    var entries: [WeightEntry] {
        checkpoint.optimizer.map { WeightEntry($0, prefix: Self.state) }
            + checkpoint.carried.map { WeightEntry($0, prefix: Self.carried) }
    }
}
