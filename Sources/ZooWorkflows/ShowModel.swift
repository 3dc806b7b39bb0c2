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
    public let dataset: String?
    /// See `dataset`.
    public let datasetFingerprint: String?
    /// The model that training started from.
    public let parent: String?
    /// The command that made it.
    public let command: String?
    /// The seed of its training.
    public let seed: Int64?
    /// What its data's licence allows.
    public let licence: String?
    /// What was measured, as JSON.
    public let metrics: String
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
    public let card: String?

    /// A named array.
    public struct Weight: Sendable, Encodable {
        /// Its path below `/weights`.
        public let path: String
        /// Its shape.
        public let shape: [Int]
    }
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
            seed: entry.seed, licence: entry.licence, metrics: entry.metrics, created: entry.created,
            sha256: entry.sha256, file: weights.url(sha256: entry.sha256).path, bytes: entry.bytes,
            weights: file.weights.map { ShowModelReport.Weight(path: $0.path, shape: $0.shape) },
            card: card(of: name))
    }
}
