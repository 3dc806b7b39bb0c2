import Foundation
import ZooCollab
import ZooData
import ZooLearn

extension Workspace {
    /// Saves a trained recommender with its embeddings and the run's history.
    func save(
        _ fitted: FittedCollab, as name: String, request: TrainCollabRequest, parts: RatingParts,
        report: TrainCollabReport, started: Date
    ) throws -> ReplacedModel? {
        let provenance = try request.provenance(parts, fitted.epochs, .finished, test: report.test, started: started)
        return try save(try fitted.model.contents(), as: name, provenance: provenance).replaced
    }
}

extension TrainCollabRequest {
    func provenance(
        _ parts: RatingParts, _ epochs: [EpochReport], _ status: RunStatus, test: CollabMetrics? = nil, started: Date
    ) throws -> ModelProvenance {
        var provenance = ModelProvenance(
            command, seed: recipe.seed, started: started, epochs: epochs, status: status)
        (provenance.dataset, provenance.datasetFingerprint) = (query == nil ? dataset : nil, parts.dataset.fingerprint)
        provenance.metrics = try JSONText.encode(ModelMetrics(split: split.name, valid: valid, test: test))
        return provenance
    }
}

/// What is known of a model's quality.
struct ModelMetrics: Codable {
    /// The split whose test part was measured.
    var split: String
    /// The share of the training part that chose the best epoch; missing where none did.
    var valid: Double?
    var test: CollabMetrics?
}
