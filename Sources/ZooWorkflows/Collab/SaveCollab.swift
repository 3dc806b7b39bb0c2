import Foundation
import ZooCollab
import ZooData
import ZooNN
import ZooWeights

extension Workspace {
    /// Saves a trained recommender with its embeddings and the run's history.
    func save(
        _ fitted: FittedCollab, as name: String, request: TrainCollabRequest, parts: RatingParts,
        report: TrainCollabReport, started: Date
    ) throws -> ReplacedModel? {
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = parts.dataset.fingerprint
        provenance.command = request.command
        provenance.seed = request.recipe.seed
        provenance.metrics = try JSONText.encode(ModelMetrics(split: report.split, test: report.test))
        provenance.epochs = fitted.epochs.map { TrainingRun.Epoch($0) }
        let file = ModelFile(try fitted.model.contents(), created: Date().formatted(.iso8601))
        return try save(file, as: name, embeddings: fitted.model.embeddingRows, provenance: provenance).replaced
    }
}

/// What is known of a model's quality.
struct ModelMetrics: Codable {
    /// The split whose test part was measured.
    var split: String
    var test: CollabMetrics?
}

extension StoredRecommender {
    /// The rows of `zoo_embeddings`: both sides, with biases, counts and means where they are known. None of a model
    /// without vectors.
    var embeddingRows: [EmbeddingRow] {
        guard let vectors = embeddings else { return [] }
        let factors = vectors.width
        func vector(_ values: [Float], _ row: Int) -> [Float] { Array(values[row * factors..<(row + 1) * factors]) }
        let users = vocabulary.userKeys.indices.map { row in
            EmbeddingRow(
                field: "user", key: vocabulary.userKeys[row], label: vocabulary.userKeys[row],
                bias: vectors.userBiases.map { Double($0[row]) }, count: vocabulary.userCounts[row],
                vector: vector(vectors.users, row))
        }
        let items = vocabulary.itemKeys.indices.map { row in
            EmbeddingRow(
                field: "item", key: vocabulary.itemKeys[row], label: vocabulary.itemTitles[row],
                bias: vectors.itemBiases.map { Double($0[row]) }, count: vocabulary.itemCounts[row],
                mean: Double(vocabulary.itemMeans[row]), vector: vector(vectors.items, row))
        }
        return users + items
    }
}
