import ZooData
import ZooEmbeddings

extension Workspace {
    /// The texts closest to words that are no key, where a field's vectors were made of texts by a model that is still there;
    /// nil elsewhere. The note says which of both it was, if the vectors are of texts.
    ///
    /// - Throws: as `model(named:as:)`; `WorkflowError.unsuitable` where the model knows none of the words
    func textNeighbours(
        in table: EmbeddingTable, _ model: String, _ field: String, near words: String, count: Int,
        metric: SimilarityMetric
    ) throws -> (report: NeighboursReport?, note: String?) {
        let entry = try data.model(named: model)
        guard !table.keys.contains(words), let origin = try textOrigin(entry) else { return (nil, nil) }
        guard let maker = try data.models().first(where: { $0.sha256 == origin.sha256 }) else {
            let isThere = try data.models().contains { $0.name == origin.model }
            let note =
                "words that are no key are looked for in the labels: "
                + (isThere
                    ? "'\(origin.model)' is another model than the one that made the vectors, run 'zoo embed \(origin.model) "
                        + "… --name \(model)' again"
                    : "the model '\(origin.model)' that made the vectors is gone")
            return (nil, note)
        }
        let embedder = try textEmbedder(named: maker.name).embedder
        let vector = embedder.vector(of: words)
        guard vector.count == table.width, vector.contains(where: { $0 != 0 }) else {
            throw WorkflowError.unsuitable(model: maker.name, reason: "knows none of the words '\(words.prefix(100))'")
        }
        let note =
            "'\(words.prefix(100))' is no key: '\(maker.name)' made a vector of the words, and the nearest texts are those of it"
        return (
            report(
                model, field, "near \(words)", metric, table.nearest(to: vector, count: count, metric: metric),
                in: table),
            note
        )
    }
}
