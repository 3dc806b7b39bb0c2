import CSQLiteExtension
import ZooData
import ZooEmbeddings
import ZooWeights
import ZooWorkflows

/// What was found out of the index of a field: nil in `index` where it has none.
struct LoadedIndex {
    let state: [Int64]
    var sha256 = ""
    var first: Int64 = 0
    var index: StoredIndex?
}

extension ZooConnection {
    /// The nearest by the index that `zoo embeddings index` built of a field, as `zoo query embeddings` finds them; nil where there is
    /// none, `near` is no key, or more are asked for than the index is for.
    ///
    /// - Throws: `CallError` for an index of other vectors than there are now
    func indexedNeighbours(
        _ model: String, _ field: String, near: HostValue, count: Int
    ) throws -> [[QueryValue]]? {
        let catalogue = try catalogue()
        let loaded = try index(model, field, in: catalogue)
        guard let stored = loaded.index, VectorIndex.isFor(count, of: stored.rowids.count) else { return nil }
        let (query, own): ([Float], Int64?)
        if near.type == SQLITE_BLOB {
            (query, own) = (try near.numbers(stored.index.width), nil)
        } else {
            let entry = try HostStatement(
                catalogue, "SELECT rowid, vector FROM zoo_stored_embeddings WHERE model = ? AND field = ? AND key = ?",
                [.text(model), .text(field), .text(try text(near, "near"))])
            guard try entry.step(), let vector = entry.vector(1), vector.count == stored.index.width else { return nil }
            (query, own) = (vector, entry.integer(0))
        }
        var found: [(key: String, label: String, vector: [Float])] = []
        let entry = try HostStatement(catalogue, "SELECT key, label, vector FROM zoo_stored_embeddings WHERE rowid = ?")
        let rowids = stored.candidates(for: query, count: own == nil ? count : count + 1, first: loaded.first)
        for rowid in rowids where rowid != own {
            entry.restart([.integer(rowid)])
            guard try entry.step(), let vector = entry.vector(2), vector.count == query.count else {
                throw stale(model, field)
            }
            found.append((entry.text(0), entry.text(1), vector))
        }
        return EmbeddingTable.nearest(to: query, among: found.map(\.vector), count: count).map {
            [.text(found[$0.row].key), .text(found[$0.row].label), .real(Double($0.value))]
        }
    }

    /// The index of a field, read again when the catalogue names another file.
    private func index(_ model: String, _ field: String, in catalogue: OpaquePointer) throws -> LoadedIndex {
        let state = try state(of: catalogue)
        if let known = indexes[[model, field]], known.state == state { return known }
        let older = indexes.removeValue(forKey: [model, field])
        var loaded = LoadedIndex(state: state)
        // Databases of earlier versions lack the table.
        let table = try HostStatement(
            catalogue, "SELECT 1 FROM sqlite_schema WHERE name = 'zoo_embedding_indexes' AND type = 'table'")
        if try table.step() {
            let row = try HostStatement(
                catalogue,
                """
                SELECT sha256, first,
                    (SELECT model_sha256 IS sha256 FROM zoo_stored_models WHERE name = ?1) AND (entries, first, last) =
                    (SELECT count(*), min(rowid), max(rowid) FROM zoo_stored_embeddings WHERE model = ?1 AND field = ?2)
                FROM zoo_embedding_indexes WHERE model = ?1 AND field = ?2
                """, [.text(model), .text(field)])
            if try row.step() {
                guard row.integer(2) == 1 else { throw stale(model, field) }
                (loaded.sha256, loaded.first) = (row.text(0), row.integer(1))
                loaded.index =
                    if let older, older.sha256 == loaded.sha256 { older.index } else {
                        try read(loaded.sha256, model, field)
                    }
            }
        }
        indexes[[model, field]] = loaded
        return loaded
    }

    private func read(_ sha256: String, _ model: String, _ field: String) throws -> StoredIndex {
        do { return try StoredIndex(file(sha256, of: model)) } catch let error as WeightError {
            if case .unreadable = error { throw error }
            throw refused(model, field, "cannot be used (its file is \(error.isMissing ? "missing" : "damaged"))")
        }
    }

    private func stale(_ model: String, _ field: String) -> CallError {
        refused(model, field, "is stale (vectors were added, removed or changed)")
    }

    private func refused(_ model: String, _ field: String, _ state: String) -> CallError {
        CallError(
            description: "the index of '\(model)' \(field) \(state): 'zoo embeddings index "
                + "\(model) \(field)' builds it again, exact = 1 searches without it")
    }
}

extension HostValue {
    /// The numbers of a vector of a given length.
    ///
    /// - Throws: `VectorFlaw`
    func numbers(_ width: Int) throws(VectorFlaw) -> [Float] {
        try vector.withNumbers { numbers throws(VectorFlaw) in
            guard numbers.count == width else {
                throw VectorFlaw(reason: "near has \(numbers.count) numbers, the vectors have \(width)")
            }
            return Array(numbers)
        }
    }
}
