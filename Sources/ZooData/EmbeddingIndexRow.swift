import GRDB

/// What the catalogue knows of the index of a field's vectors.
package struct EmbeddingIndexRow: Sendable, Equatable {
    /// The model.
    package var model: String
    /// The field.
    package var field: String
    /// The file.
    package var sha256: String
    /// Its bytes.
    package var bytes: Int
    /// The share of the ten nearest that searches find.
    package var recall: Double
    /// The vectors that it is of.
    package var state: EmbeddingState
    /// When it was built, ISO 8601.
    package var created: String

    /// Joins the parts.
    package init(
        model: String, field: String, sha256: String, bytes: Int, recall: Double, state: EmbeddingState, created: String
    ) {
        (self.model, self.field, self.sha256, self.bytes) = (model, field, sha256, bytes)
        (self.recall, self.state, self.created) = (recall, state, created)
    }
}

/// Which vectors a field has, as far as can be told without reading them.
package struct EmbeddingState: Sendable, Equatable {
    /// The file of the model.
    package var modelFile: String
    /// How many there are.
    package var entries: Int
    /// The first rowid.
    package var first: Int64
    /// The last.
    package var last: Int64
}

/// The vectors of a field without their names.
package struct StoredVectors: Sendable {
    /// Their rowids in `zoo_embeddings`, rising.
    package fileprivate(set) var rowids: [Int64] = []
    /// Row-major [rows, width].
    package fileprivate(set) var numbers: [Float] = []
    /// Numbers a vector; 0 where there are none.
    package fileprivate(set) var width = 0
    /// The first row whose vector has another length; nil where there is none.
    package fileprivate(set) var flaw: Int?
}

extension DataStore {
    /// The vectors of a field, in the order in which they were saved.
    package func storedVectors(model: String, field: String) throws -> StoredVectors {
        try read { db in
            let model = try resolved(model, db)
            var found = StoredVectors()
            let rows = try Row.fetchCursor(
                db, sql: "SELECT rowid, vector FROM zoo_stored_embeddings WHERE model = ? AND field = ? ORDER BY rowid",
                arguments: [model, field])
            while let row = try rows.next() {
                try row.withUnsafeData(atIndex: 1) { bytes in
                    let numbers = VectorCoding.floats(bytes.map { [UInt8]($0) } ?? [])
                    if found.width == 0 { found.width = numbers.count }
                    if numbers.count != found.width, found.flaw == nil { found.flaw = found.rowids.count }
                    found.numbers += numbers
                }
                found.rowids.append(row[0])
            }
            return found
        }
    }

    /// Which vectors a field has; nil for none.
    package func embeddingState(model: String, field: String) throws -> EmbeddingState? {
        try read { db in
            let model = try resolved(model, db)
            return try Row.fetchOne(
                db,
                sql: """
                    SELECT (SELECT sha256 FROM zoo_stored_models WHERE name = ?1), count(*), min(rowid), max(rowid)
                    FROM zoo_stored_embeddings WHERE model = ?1 AND field = ?2
                    """, arguments: [model, field]
            ).flatMap { row in
                row[1] == 0 || row[0] == nil
                    ? nil : EmbeddingState(modelFile: row[0], entries: row[1], first: row[2], last: row[3])
            }
        }
    }

    /// Puts an index into the catalogue, in the place of an older one of the field.
    ///
    /// - Throws: `DataError.locked`, `.database`
    package func saveIndex(_ index: EmbeddingIndexRow) throws {
        try write { db in
            try beforeWrite("index")
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO zoo_embedding_indexes (model, field, sha256, bytes, model_sha256, entries,
                        first, last, recall, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    try resolved(index.model, db), index.field, index.sha256, index.bytes, index.state.modelFile,
                    index.state.entries,
                    index.state.first, index.state.last, index.recall, index.created,
                ])
        }
    }

    /// The index of a field; nil where there is none.
    package func index(model: String, field: String) throws -> EmbeddingIndexRow? {
        try read { db in
            let model = try resolved(model, db)
            return try Row.fetchOne(
                db, sql: "SELECT * FROM zoo_embedding_indexes WHERE model = ? AND field = ?", arguments: [model, field]
            ).map { row in
                EmbeddingIndexRow(
                    model: model, field: field, sha256: row["sha256"], bytes: row["bytes"], recall: row["recall"],
                    state: EmbeddingState(
                        modelFile: row["model_sha256"], entries: row["entries"], first: row["first"], last: row["last"]),
                    created: row["created"])
            }
        }
    }

    /// An entry of a field by its key, with its rowid; nil where there is none.
    package func embedding(
        key: String, model: String, field: String
    ) throws -> (rowid: Int64, label: String, vector: [Float])? {
        try read { db in
            let model = try resolved(model, db)
            return try Row.fetchOne(
                db,
                sql: "SELECT rowid, label, vector FROM zoo_stored_embeddings WHERE model = ? AND field = ? AND key = ?",
                arguments: [model, field, key]
            ).map { row in
                let vector = try row.withUnsafeData(atIndex: 2) { VectorCoding.floats($0.map { [UInt8]($0) } ?? []) }
                return (row[0], row[1], vector)
            }
        }
    }

    /// Some entries by their rowids, in that order; one that is not there is left out.
    package func embeddings(
        rowids: [Int64]
    ) throws -> [(rowid: Int64, key: String, label: String, vector: [Float])] {
        try read { db in
            let find = try db.makeStatement(sql: "SELECT key, label, vector FROM zoo_stored_embeddings WHERE rowid = ?")
            return try rowids.compactMap { rowid in
                try Row.fetchOne(find, arguments: [rowid]).map { row in
                    (
                        rowid, row[0], row[1],
                        try row.withUnsafeData(atIndex: 2) { VectorCoding.floats($0.map { [UInt8]($0) } ?? []) }
                    )
                }
            }
        }
    }
}
