import Foundation
import ZooData
import ZooEmbeddings

/// An index that was built.
package struct IndexReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The field.
    package let field: String
    /// How many vectors.
    package let vectors: Int
    /// How many numbers each has.
    package let width: Int
    /// How many lists they are in.
    package let lists: Int
    /// How many of them a search reads.
    package let probes: Int
    /// What numbers were rounded to: `int8` or `binary`.
    package let codes: String
    /// How many times as many entries as are asked for are measured by the vectors themselves.
    package let factor: Int
    /// The share of the ten nearest that searches find, on the mean of so many entries.
    package let recall: Double
    /// How many entries that was measured with.
    package let queries: Int
    /// Bytes of the file.
    package let bytes: Int
    /// The file.
    package let file: String
    /// How long it took.
    package let seconds: Double
}

extension Workspace {
    /// Builds an index of a field's vectors, by which neighbours by the cosine are found without reading all of them.
    ///
    /// - Throws: as `embeddingTable`; `WorkflowError.unsuitable` for vectors of several lengths
    package func indexEmbeddings(model: String, field: String, recipe: VectorIndex.Recipe) throws -> IndexReport {
        let began = ContinuousClock.now
        _ = try installedModel(named: model)
        let vectors = try data.storedVectors(model: model, field: field)
        guard let state = try data.embeddingState(model: model, field: field), vectors.width > 0 else {
            _ = try embeddingTable(model: model, field: field)
            throw WorkflowError.unsuitable(model: model, reason: "has no vectors in the field '\(field)'")
        }
        if let flaw = vectors.flaw {
            throw WorkflowError.unsuitable(
                model: model, reason: "has a vector of another length in row \(flaw + 1) of the field '\(field)'")
        }
        if let flaw = vectors.numbers.firstIndex(where: { !$0.isFinite }) {
            throw EmbeddingError.notFinite(row: flaw / vectors.width)
        }
        let index = VectorIndex(vectors.numbers, width: vectors.width, recipe: recipe)
        let created = Date().formatted(.iso8601)
        let stored = try weights.save(
            StoredIndex(index, rowids: vectors.rowids).file(model: model, field: field, created: created)
        ) {
            try data.saveIndex(
                EmbeddingIndexRow(
                    model: model, field: field, sha256: $0.sha256, bytes: $0.bytes, recall: index.recall, state: state,
                    created: created))
        }
        _ = try? weights.sweep(keeping: filesInUse())
        return IndexReport(
            model: model, field: field, vectors: vectors.rowids.count, width: vectors.width, lists: index.lists,
            probes: index.probes, codes: recipe.isBinary ? "binary" : "int8", factor: index.factor,
            recall: index.recall, queries: index.queries, bytes: stored.bytes,
            file: stored.url.path, seconds: (ContinuousClock.now - began) / .seconds(1))
    }

    /// The neighbours of an entry by the index of its field; nil where there is none, or the name is no key.
    ///
    /// - Throws: `WorkflowError.unsuitable` for an index of other vectors than there are now
    func indexedNeighbours(model: String, field: String, near key: String, count: Int) throws -> NeighboursReport? {
        guard let row = try data.index(model: model, field: field),
            let entry = try data.embedding(key: key, model: model, field: field)
        else { return nil }
        func refuse(_ reason: String) -> WorkflowError {
            .unsuitable(
                model: model,
                reason:
                    "has an index of the field '\(field)' that is stale (\(reason)): 'zoo embeddings index \(model) "
                    + "\(field)' builds it again, --exact searches without it")
        }
        // Counting a million vectors takes longer than the search.
        let state = try data.changeState()
        func entries() throws -> EmbeddingState? { try data.embeddingState(model: model, field: field) }
        guard
            try kept?.value(["entries", model, field], state: state, bytes: { _ in 0 }, make: entries) ?? entries()
                == row.state
        else { throw refuse("vectors were added or removed") }
        func load() throws -> StoredIndex { try StoredIndex(weights.load(sha256: row.sha256)) }
        let stored =
            try kept?.value(
                ["index", row.sha256], state: weights.url(sha256: row.sha256).fileState, bytes: { _ in row.bytes },
                make: load) ?? load()
        guard stored.index.width == entry.vector.count else { throw refuse("its vectors have another length") }
        let candidates = stored.candidates(for: entry.vector, count: count + 1)
        let found = try data.embeddings(rowids: candidates).filter { $0.rowid != entry.rowid }
        guard found.allSatisfy({ $0.vector.count == entry.vector.count }) else { throw refuse("vectors were changed") }
        let best = EmbeddingTable.nearest(to: entry.vector, among: found.map(\.vector), count: count)
        let note =
            "found by the index, which finds \((row.recall * 100).fixedText) % of the ten nearest; --exact finds all"
        onNote(note)
        return NeighboursReport(
            model: model, field: field, question: "near \(entry.label)", metric: SimilarityMetric.cosine.rawValue,
            entries: best.map {
                NeighboursReport.Entry(key: found[$0.row].key, label: found[$0.row].label, value: Double($0.value))
            }, notes: [note])
    }
}

extension Double {
    /// With one decimal.
    fileprivate var fixedText: String { "\((self * 10).rounded() / 10)" }
}
