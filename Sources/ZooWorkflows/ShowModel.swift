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
    @StableKey public var card: String?

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
