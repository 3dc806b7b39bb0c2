import GRDB

extension DataStore {
    /// Writes the row that makes a model count, its embeddings and its run, in one transaction.
    ///
    /// A model of that name is replaced with all that hangs on it; the file it named is swept later.
    /// - Parameters:
    ///   - embeddings: rows for `zoo_embeddings`
    ///   - run: the training run that ended in this model
    /// - Throws: `DataError.exists` unless `isReplacing`; `.locked`, `.database`; then nothing was changed
    public func saveModel(
        _ model: CatalogueModel, embeddings: [EmbeddingRow] = [], run: TrainingRun? = nil, isReplacing: Bool = true
    ) throws {
        try write { db in
            try beforeWrite("replace")
            if isReplacing { try db.execute(sql: "DELETE FROM zoo_models WHERE name = ?", arguments: [model.name]) }
            try checkModelIsFree(model.name, db)
            try beforeWrite("model")
            try insert(model, db)
            try beforeWrite("embeddings")
            try insert(embeddings, model: model.name, db)
            try beforeWrite("run")
            if let run { try insert(run, db) }
            try beforeWrite("commit")
        }
    }

    /// All models, by name.
    public func models() throws -> [CatalogueModel] {
        try read { db in try CatalogueModel.fetchAll(db, sql: "SELECT * FROM zoo_models ORDER BY name") }
    }

    /// The model of that name.
    ///
    /// - Throws: `DataError.unknown`, naming those that there are
    public func model(named name: String) throws -> CatalogueModel {
        try read { db in try model(named: name, db) }
    }

    /// Gives a model a second name, with its embeddings; the file is shared.
    ///
    /// - Throws: `DataError.unknown`, `.exists`
    public func copyModel(named name: String, to copy: String) throws {
        try write { db in
            var model = try model(named: name, db)
            try checkModelIsFree(copy, db)
            model.name = copy
            try beforeWrite("model")
            try insert(model, db)
            try beforeWrite("embeddings")
            try db.execute(
                sql: """
                    INSERT INTO zoo_embeddings (model, field, key, label, bias, count, mean, vector)
                    SELECT ?, field, key, label, bias, count, mean, vector FROM zoo_embeddings WHERE model = ?
                    ORDER BY rowid
                    """, arguments: [copy, name])
        }
    }

    /// Removes a model from the catalogue, with its embeddings and predictions; its file is swept later.
    ///
    /// - Throws: `DataError.unknown`
    public func removeModel(named name: String) throws {
        try write { db in
            _ = try model(named: name, db)
            try beforeWrite("remove")
            try db.execute(sql: "DELETE FROM zoo_models WHERE name = ?", arguments: [name])
        }
    }

    /// The hashes of all files that the catalogue names.
    public func usedFiles() throws -> Set<String> {
        try read { db in try String.fetchSet(db, sql: "SELECT sha256 FROM zoo_models") }
    }

    /// The embedding rows of a model's field, in the order in which they were saved.
    public func embeddings(model: String, field: String) throws -> [EmbeddingRow] {
        try read { db in
            let sql = "SELECT * FROM zoo_embeddings WHERE model = ? AND field = ? ORDER BY rowid"
            return try Row.fetchAll(db, sql: sql, arguments: [model, field]).map { row in
                let vector = try row.withUnsafeData(named: "vector") {
                    VectorCoding.floats($0.map { [UInt8]($0) } ?? [])
                }
                return EmbeddingRow(
                    field: row["field"], key: row["key"], label: row["label"], bias: row["bias"], count: row["count"],
                    mean: row["mean"], vector: vector)
            }
        }
    }

    /// Puts embeddings of one field in the place of those that a model has, in one transaction.
    ///
    /// - Throws: `DataError.unknown` for a model that is not there; `.locked`, `.database`; then nothing was changed
    public func replaceEmbeddings(_ rows: [EmbeddingRow], model name: String, field: String) throws {
        try write { db in
            _ = try model(named: name, db)
            try beforeWrite("replace")
            try db.execute(
                sql: "DELETE FROM zoo_embeddings WHERE model = ? AND field = ?", arguments: [name, field])
            try beforeWrite("embeddings")
            try insert(rows, model: name, db)
            try beforeWrite("commit")
        }
    }

    /// The fields of a model that have embeddings, in the order in which they were saved.
    public func embeddingFields(model: String) throws -> [String] {
        try read { db in
            let sql = "SELECT field FROM zoo_embeddings WHERE model = ? GROUP BY field ORDER BY min(rowid)"
            return try String.fetchAll(db, sql: sql, arguments: [model])
        }
    }

    private func model(named name: String, _ db: Database) throws -> CatalogueModel {
        let sql = "SELECT * FROM zoo_models WHERE name = ?"
        if let model = try CatalogueModel.fetchOne(db, sql: sql, arguments: [name]) { return model }
        let known = try String.fetchAll(db, sql: "SELECT name FROM zoo_models ORDER BY name")
        throw DataError.unknown(kind: "model", name: name, known: known)
    }

    private func checkModelIsFree(_ name: String, _ db: Database) throws {
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM zoo_models WHERE name = ?", arguments: [name])
        guard count == 0 else { throw DataError.exists(kind: "model", name: name) }
    }

    private func insert(_ model: CatalogueModel, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO zoo_models (name, kind, architecture, parent, sha256, bytes, metrics, dataset,
                    dataset_fingerprint, command, seed, licence, created)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                model.name, model.kind, model.architecture, model.parent, model.sha256, model.bytes, model.metrics,
                model.dataset, model.datasetFingerprint, model.command, model.seed, model.licence, model.created,
            ])
    }

    private func insert(_ embeddings: [EmbeddingRow], model: String, _ db: Database) throws {
        let insert = try RawStatement(
            db,
            """
            INSERT INTO zoo_embeddings (model, field, key, label, bias, count, mean, vector)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insert.bind(model, at: 1)
        for row in embeddings {
            insert.bind(row.field, at: 2)
            insert.bind(row.key, at: 3)
            insert.bind(row.label, at: 4)
            if let bias = row.bias { insert.bind(bias, at: 5) } else { insert.bindNull(at: 5) }
            if let count = row.count { insert.bind(Int64(count), at: 6) } else { insert.bindNull(at: 6) }
            if let mean = row.mean { insert.bind(mean, at: 7) } else { insert.bindNull(at: 7) }
            row.vector.withUnsafeBytes { insert.bind($0, at: 8) }
            try insert.run()
        }
    }
}
