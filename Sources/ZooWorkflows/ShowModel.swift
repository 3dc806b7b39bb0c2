import Foundation
import ZooData
import ZooWeights

/// Everything that is known of a model.
public struct ShowModelReport: Sendable, Encodable {
    /// Its name.
    public let name: String
    /// The application: `collab`.
    public let kind: String
    /// The network: `dot-bias`.
    public let architecture: String
    /// The data set it learned from, and what it was then.
    @StableKey public var dataset: String?
    /// See `dataset`.
    @StableKey public var datasetFingerprint: String?
    /// The model that training started from.
    @StableKey public var parent: String?
    /// The command that made it.
    @StableKey public var command: String?
    /// The seed of its training.
    @StableKey public var seed: Int64?
    /// What its data's licence allows.
    @StableKey public var licence: String?
    /// What was measured.
    public let metrics: JSONValue
    /// The settings of the network, as its file has them.
    public let configuration: JSONValue
    /// The fields that have vectors, for `zoo query embeddings` and `zoo pca`.
    public let fields: [EmbeddingField]
    /// When it was made, ISO 8601.
    public let created: String
    /// Of its file.
    public let sha256: String
    /// Path of its file.
    public let file: String
    /// Size of its file.
    public let bytes: Int
    /// Paths and shapes of its weights.
    public let weights: [Weight]
    /// The card of a shipped model.
    @StableKey public var card: String?
    /// Where its training stands: `finished`, `stopped`, or `running` for one that is under way or was killed.
    public let status: String
    /// How many epochs of its training are complete; nil where that is not known.
    @StableKey public var epochs: Int?
    /// The checkpoint of a training that is to replace it; nil without one.
    @StableKey public var checkpoint: CheckpointSummary?

    /// How far its training is: `stopped after 3 epochs`.
    public var progress: String { CatalogueModel.progress(status, epochs: epochs) }

    /// A named array.
    public struct Weight: Sendable, Encodable {
        /// Its path below `/weights`.
        public let path: String
        /// Its shape.
        public let shape: [Int]
    }
}

/// A checkpoint of a training that will replace a finished model when it is complete.
public struct CheckpointSummary: Sendable, Encodable {
    /// `stopped`, or `running` for a training that is under way or was killed.
    public let status: String
    /// How many of its epochs are complete; nil where that is not known.
    @StableKey public var epochs: Int?
    /// The network.
    public let architecture: String
    /// The data set it learns from.
    @StableKey public var dataset: String?
    /// The command that began or resumed it.
    @StableKey public var command: String?
    /// When it was saved, ISO 8601.
    public let created: String
    /// Of its file.
    public let sha256: String
    /// Size of its file.
    public let bytes: Int

    init(_ entry: CatalogueModel) {
        (status, architecture, created) = (entry.status, entry.architecture, entry.created)
        (sha256, bytes) = (entry.sha256, entry.bytes)
        _epochs = StableKey(wrappedValue: entry.epochs)
        _dataset = StableKey(wrappedValue: entry.dataset)
        _command = StableKey(wrappedValue: entry.command)
    }

    /// How far it is: `stopped after 3 epochs`.
    public var text: String { CatalogueModel.progress(status, epochs: epochs) }
}

extension Workspace {
    /// A model's row, file and weights.
    ///
    /// - Throws: as `modelFile`
    public func showModel(named name: String) throws -> ShowModelReport {
        let (file, entry) = try modelFile(named: name)
        return ShowModelReport(
            name: entry.name, kind: entry.kind, architecture: entry.architecture, dataset: entry.dataset,
            datasetFingerprint: entry.datasetFingerprint, parent: entry.parent, command: entry.command,
            seed: entry.seed, licence: entry.licence, metrics: JSONValue(parsing: entry.metrics).unnested,
            configuration: JSONValue(parsing: file.configuration).unnested,
            fields: try data.embeddingSizes(model: name),
            created: entry.created,
            sha256: entry.sha256, file: weights.url(sha256: entry.sha256).path, bytes: entry.bytes,
            weights: file.weights.map { ShowModelReport.Weight(path: $0.path, shape: $0.shape) },
            card: card(of: name), status: entry.status, epochs: entry.epochs,
            checkpoint: try data.checkpoint(named: name).map { CheckpointSummary($0) })
    }
}
