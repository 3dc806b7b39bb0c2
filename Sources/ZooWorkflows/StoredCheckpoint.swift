import ZooLearn
import ZooNN
import ZooWeights

private let (statePrefix, carriedPrefix) = ("state/", "carried/")

// A checkpoint as it lies in a model file.
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
        Checkpoint(
            weights: try weights.map { try $0.namedTensor() }, optimizer: try optimizerTensors(statePrefix),
            progress: progress, carried: try optimizerTensors(carriedPrefix))
    }

    /// What `/optimizer` has under a prefix, named without it.
    ///
    /// - Throws: `WeightError.malformed`
    func optimizerTensors(_ prefix: String) throws -> [NamedTensor] {
        try optimizer.filter { $0.path.hasPrefix(prefix) }.map { try $0.namedTensor(without: prefix) }
    }
}
