import Foundation
import ZooCollab
import ZooData
import ZooWeights

extension Workspace {
    /// Saves a trained recommender: the file first, then the catalogue row that makes it count, with its embeddings and
    /// the run's history, in one transaction.
    func save(
        _ fitted: FittedCollab, as name: String, request: TrainCollabRequest, parts: RatingParts,
        report: TrainCollabReport, started: Date
    ) throws {
        let now = Date().formatted(.iso8601)
        let file = try fitted.model.file(created: now)
        let metrics = try JSONText.encode(ModelMetrics(split: report.split, test: report.test))
        var run = TrainingRun(
            model: name, kind: file.kind, configuration: file.configuration, started: started.formatted(.iso8601),
            finished: now, metrics: metrics,
            epochs: fitted.epochs.map {
                TrainingRun.Epoch(epoch: $0.epoch, trainLoss: $0.trainRMSE * $0.trainRMSE, seconds: $0.seconds)
            })
        run.dataset = request.dataset
        run.command = request.command
        run.seed = Int64(bitPattern: request.recipe.seed)
        try weights.save(file) { stored in
            var model = CatalogueModel(
                name: name, kind: file.kind, architecture: file.architecture, sha256: stored.sha256,
                bytes: stored.bytes, metrics: metrics, created: now)
            model.dataset = request.dataset
            model.datasetFingerprint = parts.dataset.fingerprint
            model.command = request.command
            model.seed = run.seed
            try data.saveModel(model, embeddings: fitted.model.embeddingRows, run: run)
        }
        _ = try? weights.sweep(keeping: data.usedFiles())
    }

    /// - Throws: `WorkflowError.invalid` for a name that would be hard to type or to tell from an option.
    static func check(name: String) throws {
        let allowed = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0)
        }
        guard !name.isEmpty, name.count <= 100, allowed, !name.hasPrefix("-"), !name.hasPrefix(".") else {
            throw WorkflowError.invalid(
                what: "model name '\(name.prefix(100))'", reason: "letters, digits, '-', '_' and '.' make a name")
        }
    }
}

/// What is known of a model's quality.
struct ModelMetrics: Codable {
    /// The split whose test part was measured.
    var split: String
    var test: RatingMetrics?
}

extension StoredCollab {
    /// The rows of `zoo_embeddings`: both sides, with biases, counts and means where they are known.
    var embeddingRows: [EmbeddingRow] {
        let vocabulary = recommender.vocabulary
        let vectors = self.vectors
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

    /// The vectors of both sides, row-major, and the biases of architectures that have them.
    var vectors: (users: [Float], items: [Float], width: Int, userBiases: [Float]?, itemBiases: [Float]?) {
        switch self {
        case .dotBias(let stored, _):
            (
                stored.model.userVectors, stored.model.itemVectors, stored.model.factors, stored.model.userBiases,
                stored.model.itemBiases
            )
        case .neural(let stored, _):
            (stored.model.userVectors, stored.model.itemVectors, stored.model.factors, nil, nil)
        }
    }
}
