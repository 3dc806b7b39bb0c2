import ZooLearn
import ZooNN
import ZooWeights

private let (statePrefix, auxiliaryPrefix, trainedPrefix) = ("state/", "carried/", "weights/")

/// Where a training was stopped, as the configuration of its model's file keeps it beside the tensors.
struct ResumeState<Finetuning: Codable & Sendable>: Codable, Sendable {
    /// Stage, epoch, step and generator.
    var progress: TrainingProgress
    /// The fingerprint of the data: a training is resumed only with the same.
    var dataFingerprint: String
    /// Which fine-tuning it is a part of; nil for a training from scratch.
    var finetuning: Finetuning?
}

extension ResumeState: Equatable where Finetuning: Equatable {}
extension ResumeState: Hashable where Finetuning: Hashable {}

/// A checkpoint and what its file keeps beside the tensors.
struct StoredCheckpoint<Finetuning: Codable & Sendable>: Sendable {
    /// Weights, optimizer, generator and auxiliary state.
    let checkpoint: Checkpoint
    /// See `ResumeState`.
    let state: ResumeState<Finetuning>

    init(_ checkpoint: Checkpoint, dataFingerprint: String, finetuning: Finetuning? = nil) {
        self.checkpoint = checkpoint
        state = ResumeState(
            progress: checkpoint.progress, dataFingerprint: dataFingerprint, finetuning: finetuning)
    }

    /// The checkpoint of a file; nil for that of a finished model.
    ///
    /// - Throws: `WeightError.malformed`
    init?(_ file: ModelFile, _ state: ResumeState<Finetuning>?) throws {
        guard let state else { return nil }
        self.state = state
        var checkpoint = try file.checkpoint(state.progress)
        let trained = try file.optimizerTensors(trainedPrefix)
        if !trained.isEmpty { checkpoint.weights = trained }
        self.checkpoint = checkpoint
    }
}

// A checkpoint as it lies in a model file.
extension Checkpoint {
    /// What goes into a file's `/optimizer`.
    var entries: [WeightEntry] {
        optimizer.map { WeightEntry($0, prefix: statePrefix) }
            + auxiliary.map { WeightEntry($0, prefix: auxiliaryPrefix) }
    }
}

extension ModelFile {
    /// The checkpoint that the file's weights and optimizer make up.
    ///
    /// - Throws: `WeightError.malformed`
    func checkpoint(_ progress: TrainingProgress) throws -> Checkpoint {
        Checkpoint(
            weights: try weights.map { try $0.namedTensor() }, optimizer: try optimizerTensors(statePrefix),
            progress: progress, auxiliary: try optimizerTensors(auxiliaryPrefix))
    }

    /// What `/optimizer` has under a prefix, named without it.
    ///
    /// - Throws: `WeightError.malformed`
    func optimizerTensors(_ prefix: String) throws -> [NamedTensor] {
        try optimizer.filter { $0.path.hasPrefix(prefix) }.map { try $0.namedTensor(without: prefix) }
    }
}

extension ModelFile {
    /// The member of the configuration that says where training stands.
    private static let member = "checkpoint"

    /// Adds a checkpoint to the file of a model that knows of none.
    ///
    /// - Throws: `WeightError.malformed` for a configuration that is no JSON object
    mutating func add<Finetuning>(_ checkpoint: StoredCheckpoint<Finetuning>) throws {
        guard case .object(var members) = JSONValue(parsing: configuration) else {
            throw WeightError.malformed(location: "/config", reason: "it is no JSON object")
        }
        members[Self.member] = JSONValue(parsing: try JSONText.encode(checkpoint.state))
        configuration = try JSONText.encode(JSONValue.object(members))
        // The model's own weights are those that it answers with; the training's lie beside its optimizer.
        optimizer =
            checkpoint.checkpoint.entries
            + checkpoint.checkpoint.weights.map { WeightEntry($0, prefix: trainedPrefix) }
    }

    /// Where the training of a file's model stands, as `add` keeps it; nil for a finished model.
    ///
    /// - Throws: `WeightError.malformed`
    func resumeState<Finetuning>() throws -> ResumeState<Finetuning>? {
        guard case .object(let members) = JSONValue(parsing: configuration), let state = members[Self.member] else {
            return nil
        }
        return try JSONText.decode(
            ResumeState<Finetuning>.self, from: try JSONText.encode(state), in: "/config/checkpoint")
    }
}
