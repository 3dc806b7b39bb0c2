import ZooCollab
import ZooWeights

/// A stored recommender of any architecture.
public enum StoredCollab: Sendable {
    /// Vectors and biases, with how they were trained if that is known.
    case dotBias(StoredDotBias, DotBiasConfiguration?)

    /// The model as a scorer.
    public var recommender: any Recommender {
        switch self {
        case .dotBias(let stored, _): stored.model
        }
    }

    /// Reads a recommender out of a model file.
    ///
    /// - Throws: `WeightError.malformed` when its architecture is unknown or its parts do not fit.
    init(_ file: ModelFile) throws {
        guard file.kind == StoredDotBias.kind, file.architecture == StoredDotBias.architecture else {
            throw WeightError.malformed(
                location: "attributes kind, architecture",
                reason: "'\(file.kind)', '\(file.architecture)' is no recommender that this program knows")
        }
        self = .dotBias(try StoredDotBias(file), nil)
    }

    /// The file of the recommender.
    func file(created: String) throws -> ModelFile {
        switch self {
        case .dotBias(let stored, let configuration): try stored.file(training: configuration, created: created)
        }
    }
}
