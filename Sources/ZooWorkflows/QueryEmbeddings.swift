import ZooData
import ZooEmbeddings

/// Entries of an embedding that answer a question.
public struct NeighboursReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// The field: `user` or `item`.
    public let field: String
    /// What was asked, with the labels that were found for it.
    public let question: String
    /// How closeness was measured.
    public let metric: String
    /// The closest first.
    public let entries: [Entry]
    /// What was decided, and which option says otherwise.
    package var notes: [String] = []

    /// One entry.
    public struct Entry: Sendable, Encodable {
        /// What the data calls it.
        public let key: String
        /// What people call it.
        public let label: String
        /// A cosine, a product or a distance.
        public let value: Double
        /// The label as people read it: with the key behind it where several entries have that label.
        package let shown: String

        private enum CodingKeys: CodingKey { case key, label, value }
    }
}

/// The entries of an embedding.
package struct EntriesReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The field: `user` or `item`.
    package let field: String
    /// Length of the vectors.
    package let width: Int
    /// How many entries the field has.
    package let total: Int
    /// Its entries in the order of the model, or the first of them.
    package let entries: [Entry]

    /// One entry.
    package struct Entry: Sendable, Encodable {
        /// What the data calls it.
        package let key: String
        /// What people call it.
        package let label: String
        /// The learned bias, where there is one.
        @StableKey package var bias: Double?
        /// How many training examples it had.
        @StableKey package var count: Int?
    }
}

extension Workspace {
    /// The embeddings of a model's field.
    ///
    /// - Throws: `DataError.unknown` for a model that is not there, `WorkflowError.unknown` for a field it does not have.
    public func embeddingTable(model: String, field: String) throws -> EmbeddingTable {
        let entry = try installedModel(named: model)
        noteUnfinished(entry)
        guard let kept else { return try readTable(entry, field) }
        // What changes between the state and the rows is read again at the next question.
        return try kept.value(["vectors", entry.name, field], state: data.changeState(), bytes: \.estimatedBytes) {
            try readTable(entry, field)
        }
    }

    private func readTable(_ entry: CatalogueModel, _ field: String) throws -> EmbeddingTable {
        let model = entry.name
        var (keys, labels, vectors, width) = ([String](), [String](), [Float](), 0)
        var (biases, counts, means) = ([Float](), [Int](), [Float]())
        let total = try data.embeddingState(model: model, field: field)?.entries ?? 0
        try data.forEachEmbedding(model: model, field: field) { row in
            if keys.isEmpty {
                width = row.vector.count
                vectors.reserveCapacity(total * width)  // growing would take the memory of a second copy
            }
            keys.append(row.key)
            labels.append(row.label)
            vectors += row.vector
            if let bias = row.bias { biases.append(Float(bias)) }
            if let count = row.count { counts.append(count) }
            if let mean = row.mean { means.append(Float(mean)) }
        }
        guard width > 0 else {
            let fields = try data.embeddingFields(model: model)
            let list = fields.map { "'\($0)'" }.joined(separator: ", ")
            let made = ModelKind.named(entry.kind)?.madeField.flatMap { $0.name == field ? $0.advice(model) : nil }
            throw WorkflowError.unknown(
                kind: "field", name: field,
                advice: (fields.isEmpty ? "model '\(model)' has no embeddings" : "model '\(model)' has \(list)")
                    + (made.map { "; " + $0 } ?? ""))
        }
        func column<Value>(_ values: [Value]) -> [Value]? { values.count == keys.count ? values : nil }
        return try EmbeddingTable(
            keys: keys, labels: labels, vectors: vectors, width: width, biases: column(biases), counts: column(counts),
            means: column(means))
    }

    /// The entries closest to a named one.
    ///
    /// - Parameter exact: whether an index of the vectors is passed over
    /// - Throws: as `embeddingTable`; `EmbeddingError` when the name is not found or not clear; `WorkflowError.unsuitable` for an
    ///   index that is stale
    public func neighbours(
        model: String, field: String, near name: String, count: Int, metric: SimilarityMetric, exact: Bool = false
    ) throws -> NeighboursReport {
        let byIndex =
            exact || metric != .cosine
            ? nil : try indexedNeighbours(model: model, field: field, near: name, count: count)
        if let found = byIndex?.report { return found }
        let table = try embeddingTable(model: model, field: field)
        let texts = try textNeighbours(in: table, model, field, near: name, count: count, metric: metric)
        var notes = [byIndex?.note, texts.note].compactMap { $0 }
        var found: NeighboursReport
        if let near = texts.report {
            found = near
        } else {
            let row = try table.row(named: name)
            if let note = table.noteOfOther(titled: name, than: row) { notes.append(note) }
            found = report(
                model, field, "near \(table.shownLabels(of: [row])[0])", metric,
                table.neighbours(of: row, count: count, metric: metric), in: table)
        }
        for note in notes { onNote(note) }
        found.notes = notes
        return found
    }

    /// What is to `c` as `b` is to `a`.
    ///
    /// - Throws: as `neighbours`
    public func analogy(
        model: String, field: String, _ a: String, isTo b: String, as c: String, count: Int, metric: SimilarityMetric
    ) throws -> NeighboursReport {
        let table = try embeddingTable(model: model, field: field)
        let rows = try [a, b, c].map(table.row)
        let notes = zip([a, b, c], rows).compactMap(table.noteOfOther)
        for note in notes { onNote(note) }
        let labels = table.shownLabels(of: rows)
        var found = report(
            model, field, "\(labels[0]) is to \(labels[1]) as \(labels[2]) is to", metric,
            table.analogy(rows[0], isTo: rows[1], as: rows[2], count: count, metric: metric), in: table)
        found.notes = notes
        return found
    }

    /// The entries of a field, all of them or at most the first `limit`.
    ///
    /// - Throws: as `embeddingTable`
    package func entries(model: String, field: String, limit: Int? = nil) throws -> EntriesReport {
        let table = try embeddingTable(model: model, field: field)
        return EntriesReport(
            model: model, field: field, width: table.width, total: table.count,
            entries: table.keys.indices.prefix(limit ?? table.count).map { row in
                EntriesReport.Entry(
                    key: table.keys[row], label: table.labels[row], bias: table.biases.map { Double($0[row]) },
                    count: table.counts?[row])
            })
    }

    func report(
        _ model: String, _ field: String, _ question: String, _ metric: SimilarityMetric, _ found: [Neighbour],
        in table: EmbeddingTable
    ) -> NeighboursReport {
        NeighboursReport(
            model: model, field: field, question: question, metric: metric.rawValue,
            entries: zip(found, table.shownLabels(of: found.map(\.row))).map {
                NeighboursReport.Entry(key: $0.key, label: $0.label, value: Double($0.value), shown: $1)
            })
    }
}

extension EmbeddingTable {
    /// Of the vectors, and about that of the names.
    fileprivate var estimatedBytes: Int { 4 * vectors.count + 100 * count }
}
