import Foundation
import ZooData
import ZooWeights

/// Everything that is known of a model.
package struct ShowModelReport: Sendable, Encodable {
    /// Its name.
    package let name: String
    /// The application: `collab`.
    package let kind: String
    /// The network: `dot-bias`.
    package let architecture: String
    /// The data set it learned from, and what it was then.
    @StableKey package var dataset: String?
    /// See `dataset`.
    @StableKey package var datasetFingerprint: String?
    /// The model that training started from.
    @StableKey package var parent: String?
    /// The command that made it.
    @StableKey package var command: String?
    /// The seed of its training.
    @StableKey package var seed: Int64?
    /// What its data's licence allows.
    @StableKey package var licence: String?
    /// What was measured.
    package let metrics: JSONValue
    /// The settings of the network, as its file has them.
    package let configuration: JSONValue
    /// The fields that have vectors, for `zoo query embeddings` and `zoo pca`.
    package let fields: [EmbeddingField]
    /// When it was made, ISO 8601.
    package let created: String
    /// Of its file.
    package let sha256: String
    /// Path of its file.
    package let file: String
    /// Size of its file.
    package let bytes: Int
    /// Paths and shapes of its weights.
    package let weights: [Weight]
    /// The card of a model that ships with zoo, or came with its pack.
    @StableKey package var card: String?
    /// Where its training stands: `finished`, `stopped`, or `running` for one that is under way or was killed.
    package let status: String
    /// How many epochs of its training are complete; nil where that is not known.
    @StableKey package var epochs: Int?
    /// The checkpoint of a training that is to replace it; nil without one.
    @StableKey package var checkpoint: CheckpointSummary?
    /// What its older versions take; nil without any, and for one of them.
    @StableKey package var olderVersions: OlderVersions?

    /// How far its training is: `stopped after 3 epochs`.
    package var progress: String { CatalogueModel.progress(status, epochs: epochs) }

    /// A named array.
    package struct Weight: Sendable, Encodable {
        /// Its path below `/weights`.
        package let path: String
        /// Its shape.
        package let shape: [Int]
    }
}

/// A checkpoint of a training that will replace a finished model when it is complete.
package struct CheckpointSummary: Sendable, Encodable {
    /// `stopped`, or `running` for a training that is under way or was killed.
    package let status: String
    /// How many of its epochs are complete; nil where that is not known.
    @StableKey package var epochs: Int?
    /// The network.
    package let architecture: String
    /// The data set it learns from.
    @StableKey package var dataset: String?
    /// The command that began or resumed it.
    @StableKey package var command: String?
    /// When it was saved, ISO 8601.
    package let created: String
    /// Of its file.
    package let sha256: String
    /// Size of its file.
    package let bytes: Int

    init(_ entry: CatalogueModel) {
        (status, architecture, created) = (entry.status, entry.architecture, entry.created)
        (sha256, bytes) = (entry.sha256, entry.bytes)
        _epochs = StableKey(wrappedValue: entry.epochs)
        _dataset = StableKey(wrappedValue: entry.dataset)
        _command = StableKey(wrappedValue: entry.command)
    }

    /// How far it is: `stopped after 3 epochs`.
    package var text: String { CatalogueModel.progress(status, epochs: epochs) }
}

extension Workspace {
    /// A model's row, file and weights.
    ///
    /// - Throws: as `modelFile`
    package func showModel(named name: String) throws -> ShowModelReport {
        let (file, entry) = try modelFile(named: name)
        return ShowModelReport(
            name: entry.name, kind: entry.kind, architecture: entry.architecture, dataset: entry.dataset,
            datasetFingerprint: entry.datasetFingerprint, parent: entry.parent, command: entry.command,
            seed: entry.seed, licence: entry.licence, metrics: JSONValue(parsing: entry.metrics).unnested,
            configuration: JSONValue(parsing: file.configuration).unnested,
            fields: try data.embeddingSizes(model: entry.name),
            created: entry.created,
            sha256: entry.sha256, file: weights.url(sha256: entry.sha256).path, bytes: entry.bytes,
            weights: file.weights.map { ShowModelReport.Weight(path: $0.path, shape: $0.shape) },
            card: card(of: entry), status: entry.status, epochs: entry.epochs,
            checkpoint: try data.checkpoint(named: entry.name).map { CheckpointSummary($0) },
            olderVersions: try olderVersions(among: data.models())[entry.name])
    }
}
