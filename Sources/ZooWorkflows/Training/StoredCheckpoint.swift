import ZooLearn
import ZooNN
import ZooWeights

let trainedPrefix = "weights/"
private let (statePrefix, auxiliaryPrefix) = ("state/", "carried/")

/// Where a training was stopped, as the configuration of its model's file keeps it beside the tensors.
struct ResumeState<Settings: Codable & Sendable>: Codable, Sendable {
    /// Stage, epoch, step and generator.
    var progress: TrainingProgress
    /// The fingerprint of the data: a training is resumed only with the same.
    var dataFingerprint: String
    /// What decides the training besides its data; nil for one of texts or images from scratch, whose model has them.
    var settings: Settings?
    /// What is done at the end of the training; missing in files of earlier versions.
    var ending: TrainingEnding?

    private enum CodingKeys: String, CodingKey {
        case progress, dataFingerprint, ending
        case settings = "finetuning"
    }
}

/// What was asked for at the end of a training, which decides none of its steps.
struct TrainingEnding: Codable, Sendable, Hashable {
    /// Whether the finished model is kept with 16-bit weights.
    var storesFloat16 = false
    /// Whether the validation images are measured with several views of each, too.
    var usesTestTimeAugmentation = false
}

extension ResumeState: Equatable where Settings: Equatable {}
extension ResumeState: Hashable where Settings: Hashable {}

/// A checkpoint as it lies in the file of a model.
protocol FileCheckpoint {
    associatedtype State: Encodable
    /// What the configuration keeps.
    var state: State { get }
    /// What `/optimizer` keeps.
    var entries: [WeightEntry] { get }
}

/// A checkpoint and what its file keeps beside the tensors.
struct StoredCheckpoint<Settings: Codable & Sendable>: FileCheckpoint {
    /// Weights, optimizer, generator and auxiliary state.
    let checkpoint: Checkpoint
    /// See `ResumeState`.
    let state: ResumeState<Settings>
    private let isModel: Bool

    /// - Parameter isModel: whether the file's model has the weights that are trained; else they lie beside its own
    init(
        _ checkpoint: Checkpoint, dataFingerprint: String, settings: Settings? = nil, ending: TrainingEnding? = nil,
        isModel: Bool = true
    ) {
        (self.checkpoint, self.isModel) = (checkpoint, isModel)
        state = ResumeState(
            progress: checkpoint.progress, dataFingerprint: dataFingerprint, settings: settings, ending: ending)
    }

    /// The checkpoint of a file.
    ///
    /// - Parameter weights: of the file's model, which are those that are trained where the file has no others
    /// - Throws: `WeightError.malformed`
    init(_ file: ModelFile, _ state: ResumeState<Settings>, weights: [NamedTensor] = []) throws {
        let trained = try file.optimizerTensors(trainedPrefix)
        (self.state, isModel) = (state, trained.isEmpty)
        checkpoint = try file.checkpoint(state.progress, weights: trained.isEmpty ? weights : trained)
    }

    var entries: [WeightEntry] {
        checkpoint.entries + (isModel ? [] : checkpoint.weights.map { WeightEntry($0, prefix: trainedPrefix) })
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
    /// The member of the configuration that says where training stands.
    private static let member = "checkpoint"

    /// The checkpoint that weights and the file's optimizer make up.
    ///
    /// - Throws: `WeightError.malformed`
    func checkpoint(_ progress: TrainingProgress, weights: [NamedTensor]) throws -> Checkpoint {
        Checkpoint(
            weights: weights, optimizer: try optimizerTensors(statePrefix), progress: progress,
            auxiliary: try optimizerTensors(auxiliaryPrefix))
    }

    /// What `/optimizer` has under a prefix, named without it.
    ///
    /// - Throws: `WeightError.malformed`
    func optimizerTensors(_ prefix: String) throws -> [NamedTensor] {
        try optimizer.filter { $0.path.hasPrefix(prefix) }.map { try $0.namedTensor(without: prefix) }
    }

    /// Adds a checkpoint to the file of a model that knows of none.
    ///
    /// - Throws: `WeightError.malformed` for a configuration that is no JSON object
    mutating func add(_ checkpoint: some FileCheckpoint) throws {
        guard case .object(var members) = JSONValue(parsing: configuration) else {
            throw WeightError.malformed(location: "/config", reason: "it is not a JSON object")
        }
        members[Self.member] = JSONValue(parsing: try JSONText.encode(checkpoint.state))
        configuration = try JSONText.encode(JSONValue.object(members))
        optimizer = checkpoint.entries
    }

    /// Where the training of a file's model stands, as `add` keeps it; nil for a finished model.
    ///
    /// - Throws: `WeightError.malformed`
    func resumeState<State: Decodable>(_ type: State.Type) throws -> State? {
        guard case .object(let members) = JSONValue(parsing: configuration), let state = members[Self.member] else {
            return nil
        }
        return try JSONText.decode(type, from: try JSONText.encode(state), in: "/config/checkpoint")
    }
}

extension Workspace {
    /// The model whose training was stopped and saved under a name, where that stands, and its file.
    ///
    /// - Parameter advice: what serves a model whose training is complete
    /// - Throws: `WorkflowError.unsuitable` for a model whose training is complete, or of another kind; as `resumableFile`
    func stopped<Model, State: Decodable>(
        named name: String, as type: Model.Type, state: State.Type, advice: String = ""
    ) throws -> (model: Model, state: State, file: ModelFile) {
        let (file, entry) = try resumableFile(named: name)
        let model = try file.model(of: entry, as: type)
        guard let state = try file.resumeState(state) else { throw WorkflowError.nothingToResume(name, advice) }
        return (model, state, file)
    }
}
