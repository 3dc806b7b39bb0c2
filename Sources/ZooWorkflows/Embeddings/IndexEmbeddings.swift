import Foundation
import ZooData
import ZooEmbeddings
import ZooWeights

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
    /// The share of the vectors that are in these, on the mean of so many entries.
    package let share: Double
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
    /// Whether it saves anything, if it hardly does.
    package var notes: [String] {
        guard share > 0.5 else { return [] }
        return [
            "a search by this index reads \((share * 100).fixedText) % of the vectors, so that it hardly saves anything: a lower --recall "
                + "reads fewer, 'zoo query embeddings --exact' reads all"
        ]
    }
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
        let stored = try saveSweeping(
            StoredIndex(index, rowids: vectors.rowids).file(model: model, field: field, created: created)
        ) {
            try data.saveIndex(
                EmbeddingIndexRow(
                    model: model, field: field, sha256: $0.sha256, bytes: $0.bytes, recall: index.recall, state: state,
                    created: created))
        }
        return IndexReport(
            model: model, field: field, vectors: vectors.rowids.count, width: vectors.width, lists: index.lists,
            probes: index.probes, share: index.share, codes: recipe.isBinary ? "binary" : "int8", factor: index.factor,
            recall: index.recall, queries: index.queries, bytes: stored.bytes,
            file: stored.url.path, seconds: (ContinuousClock.now - began) / .seconds(1))
    }

    /// The neighbours of an entry by the index of its field; nil where there is none, the name is no key, or more are asked for than the
    /// index is for, of which the note says so.
    ///
    /// - Throws: `WorkflowError.unsuitable` for an index of other vectors than there are now, and for one whose file is not there or damaged
    func indexedNeighbours(
        model: String, field: String, near key: String, count: Int
    ) throws -> (report: NeighboursReport?, note: String?) {
        guard let row = try data.index(model: model, field: field),
            let entry = try data.embedding(key: key, model: model, field: field)
        else { return (nil, nil) }
        guard VectorIndex.isFor(count, of: row.state.entries) else {
            return (
                nil,
                "all vectors were compared, without their index: of \(row.state.entries), \(count) are more than it is for"
            )
        }
        func refuse(_ reason: String, _ state: String = "that is stale") -> WorkflowError {
            .unsuitable(
                model: model,
                reason:
                    "has an index of the field '\(field)' \(state) (\(reason)): 'zoo embeddings index \(model) "
                    + "\(field)' builds it again, --exact searches without it")
        }
        // Counting a million vectors takes longer than the search.
        let state = try data.changeState()
        func entries() throws -> EmbeddingState? { try data.embeddingState(model: model, field: field) }
        guard
            try kept?.value(["entries", model, field], state: state, bytes: { _ in 0 }, make: entries) ?? entries()
                == row.state
        else { throw refuse("vectors were added, removed or changed") }
        func load() throws -> StoredIndex {
            do { return try StoredIndex(weights.load(sha256: row.sha256)) } catch let error as WeightError {
                if case .unreadable = error { throw error }
                throw refuse(error.isMissing ? "it is missing" : "it is damaged", "whose file cannot be used")
            }
        }
        let stored =
            try kept?.value(
                ["index", row.sha256], state: weights.url(sha256: row.sha256).fileState, bytes: { _ in row.bytes },
                make: load) ?? load()
        guard stored.index.width == entry.vector.count else { throw refuse("its vectors have another length") }
        let candidates = stored.candidates(for: entry.vector, count: count + 1, first: row.state.first)
        let found = try data.embeddings(rowids: candidates).filter { $0.rowid != entry.rowid }
        guard found.allSatisfy({ $0.vector.count == entry.vector.count }) else { throw refuse("vectors were changed") }
        let best = EmbeddingTable.nearest(to: entry.vector, among: found.map(\.vector), count: count)
        let note =
            "found by the index, which finds \((row.recall * 100).fixedText) % of the ten nearest; --exact finds all"
        onNote(note)
        let shown = EmbeddingTable.shownLabels(found.map(\.label), keys: found.map(\.key), of: best.map(\.row))
        let report = NeighboursReport(
            model: model, field: field, question: "near \(entry.label)", metric: SimilarityMetric.cosine.rawValue,
            entries: zip(best, shown).map {
                NeighboursReport.Entry(
                    key: found[$0.row].key, label: found[$0.row].label, value: Double($0.value), shown: $1)
            }, notes: [note])
        return (report, nil)
    }
}

extension Double {
    /// With one decimal.
    fileprivate var fixedText: String { "\((self * 10).rounded() / 10)" }
}
