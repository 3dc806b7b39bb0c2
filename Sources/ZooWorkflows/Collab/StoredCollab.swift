import ZooCollab
import ZooWeights

/// A stored recommender of any architecture.
public enum StoredCollab: Sendable {
    /// Vectors and biases, with the settings of the training as JSON if they are known.
    case dotBias(StoredDotBias, String?)
    /// A network over both vectors, likewise.
    case neural(StoredNeural, String?)

    static let kind = "collab"

    /// The model as a scorer.
    public var recommender: any Recommender {
        switch self {
        case .dotBias(let stored, _): stored.model
        case .neural(let stored, _): stored.model
        }
    }

    /// Reads a recommender out of a model file.
    ///
    /// - Throws: `WeightError.malformed` when its architecture is unknown or its parts do not fit.
    init(_ file: ModelFile) throws {
        switch (file.kind, file.architecture) {
        case (Self.kind, StoredDotBias.architecture): self = .dotBias(try StoredDotBias(file), nil)
        case (Self.kind, StoredNeural.architecture): self = .neural(try StoredNeural(file), nil)
        default:
            throw WeightError.malformed(
                location: "attributes kind, architecture",
                reason: "'\(file.kind)', '\(file.architecture)' is no recommender that this program knows")
        }
        guard isFinite else { throw WeightError.malformed(location: "weights", reason: "a number is not finite") }
    }

    /// Whether every number of the model is one: those of a training that diverged are not.
    var isFinite: Bool {
        switch self {
        case .dotBias(let stored, _):
            let model = stored.model
            return [model.userVectors, model.itemVectors, model.userBiases, model.itemBiases, [model.globalBias]]
                .allSatisfy { $0.allSatisfy(\.isFinite) }
        case .neural(let stored, _):
            let layers = stored.model.layers.flatMap { [$0.weight, $0.bias] }
            return ([stored.model.userVectors, stored.model.itemVectors] + layers)
                .allSatisfy { $0.allSatisfy(\.isFinite) }
        }
    }

    /// The file of the recommender.
    func file(created: String) throws -> ModelFile {
        switch self {
        case .dotBias(let stored, let training): try stored.file(training: training, created: created)
        case .neural(let stored, let training): try stored.file(training: training, created: created)
        }
    }
}
