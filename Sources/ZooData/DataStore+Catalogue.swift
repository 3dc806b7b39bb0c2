import GRDB

extension DataStore {
    /// Writes the row that makes a model count, its embeddings with what stands beside them, and its run, in one transaction.
    ///
    /// A finished model of that name becomes an older version with all that hangs on it (`put`). A checkpoint beside it is
    /// removed; the file that it named is swept later.
    /// - Parameters:
    ///   - embeddings: rows for `zoo_embeddings`
    ///   - metadata: columns beside them
    ///   - run: the training run that ended in this model
    /// - Returns: the model that was replaced, if there was one
    /// - Throws: `DataError.exists` unless `isReplacing`; `.locked`, `.database`; then nothing was changed
    @discardableResult
    package func saveModel(
        _ model: CatalogueModel, embeddings: some Sequence<EmbeddingRow> = [EmbeddingRow](),
        metadata: [FieldMetadata] = [], run: TrainingRun? = nil, isReplacing: Bool = true
    ) throws -> CatalogueModel? {
        try write { db in
            try beforeWrite("replace")
            let replaced = try find(model.name, db)
            if !isReplacing { try checkModelIsFree(model.name, db) }
            let isSameFile = try put(model, db)
            try beforeWrite("embeddings")
            try insert(embeddings, model: model.name, isRenewing: isSameFile, db)
            for columns in metadata {
                try beforeWrite("metadata")
                try insert(columns, model: model.name, db)
            }
            try beforeWrite("run")
            if let run { try insert(run, db) }
            try beforeWrite("commit")
            return replaced
        }
    }

    /// All models, by name.
    package func models() throws -> [CatalogueModel] {
        try read { db in try CatalogueModel.fetchAll(db, sql: "SELECT * FROM zoo_stored_models ORDER BY name") }
    }

    /// The model of that name.
    ///
    /// - Throws: `DataError.unknown`, naming those that there are
    package func model(named name: String) throws -> CatalogueModel {
        try read { db in try model(named: resolved(name, db), db) }
    }

    /// Gives a model a second name, with its embeddings; the file is shared. Its checkpoint stays behind.
    ///
    /// - Returns: the model that was replaced, if there was one
    /// - Throws: `DataError.unknown`; `.exists` unless `isReplacing`, and for a copy to its own name
    @discardableResult
    package func copyModel(named name: String, to copy: String, isReplacing: Bool = false) throws -> CatalogueModel? {
        try write { db in
            var model = try model(named: resolved(name, db), db)
            let (original, replaced) = (model.name, try find(copy, db))
            if !isReplacing || original == copy { try checkModelIsFree(copy, db) }
            model.name = copy
            _ = try put(model, db)
            try beforeWrite("embeddings")
            try copyRows(of: original, to: copy, db)
            return replaced
        }
    }

    /// Removes a model from the catalogue, with its embeddings, checkpoint and older versions, or one version of it; the files are swept
    /// later.
    ///
    /// - Returns: how many older versions were removed with the newest
    /// - Throws: `DataError.unknown`; `.invalid` for the newest by its number or tag while there are older ones
    @discardableResult
    package func removeModel(named given: String) throws -> Int {
        try write { db in
            let name = try model(named: resolved(given, db), db).name
            if given != name, !name.contains("@"), try versions(name, db).count > 1 {
                throw DataError.invalid(
                    "'\(given)' is the newest version of '\(name)', which has older ones: 'zoo models rollback' makes one of "
                        + "them the newest, and 'zoo models remove \(name)' removes them all")
            }
            try beforeWrite("remove")
            try remove(name, db)
            try db.execute(sql: "DELETE FROM zoo_stored_models WHERE name GLOB ? || '@*'", arguments: [name])
            let count = db.changesCount
            try removeTagsOfNothing(db)
            return count
        }
    }

    /// The hashes of all files that the catalogue names.
    package func usedFiles() throws -> Set<String> {
        try read { db in
            try String.fetchSet(
                db,
                sql:
                    "SELECT sha256 FROM zoo_stored_models UNION SELECT sha256 FROM zoo_checkpoints UNION SELECT sha256 FROM zoo_embedding_indexes"
            )
        }
    }

    /// The embedding rows of a model's field, in the order in which they were saved.
    package func embeddings(model: String, field: String) throws -> [EmbeddingRow] {
        var rows: [EmbeddingRow] = []
        try forEachEmbedding(model: model, field: field) { rows.append($0) }
        return rows
    }

    /// Goes through the embeddings of one field of a model in the same order, in the memory of one.
    package func forEachEmbedding(model: String, field: String, _ body: (EmbeddingRow) throws -> Void) throws {
        try read { db in try forEachEmbedding(model: resolved(model, db), field: field, db, body) }
    }

    private func forEachEmbedding(
        model: String, field: String, _ db: Database, _ body: (EmbeddingRow) throws -> Void
    ) throws {
        let sql = "SELECT * FROM zoo_stored_embeddings WHERE model = ? AND field = ? ORDER BY rowid"
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [model, field])
        while let row = try rows.next() {
            let vector = try row.withUnsafeData(named: "vector") {
                VectorCoding.floats($0.map { [UInt8]($0) } ?? [])
            }
            try body(
                EmbeddingRow(
                    field: row["field"], key: row["key"], label: row["label"], bias: row["bias"],
                    biasDeviation: row["bias_deviation"], count: row["count"], mean: row["mean"], vector: vector))
        }
    }

    private func embeddings(model: String, field: String, _ db: Database) throws -> [EmbeddingRow] {
        var rows: [EmbeddingRow] = []
        try forEachEmbedding(model: model, field: field, db) { rows.append($0) }
        return rows
    }

    /// Puts embeddings of one field in the place of those that a model has, in one transaction.
    ///
    /// - Throws: `DataError.unknown` for a model that is not there; `.locked`, `.database`; then nothing was changed
    package func replaceEmbeddings(_ rows: [EmbeddingRow], model name: String, field: String) throws {
        try write { db in
            let name = try model(named: resolved(name, db), db).name
            try beforeWrite("replace")
            try db.execute(
                sql: "DELETE FROM zoo_stored_embeddings WHERE model = ? AND field = ?", arguments: [name, field])
            try beforeWrite("embeddings")
            try insert(rows, model: name, db)
            try beforeWrite("commit")
        }
    }

    /// The fields of a model that have embeddings, in the order in which they were saved.
    package func embeddingFields(model: String) throws -> [String] {
        try read { db in
            let model = try resolved(model, db)
            let sql = "SELECT field FROM zoo_stored_embeddings WHERE model = ? GROUP BY field ORDER BY min(rowid)"
            return try String.fetchAll(db, sql: sql, arguments: [model])
        }
    }

    /// The model of that name; nil when there is none.
    func find(_ name: String, _ db: Database) throws -> CatalogueModel? {
        try CatalogueModel.fetchOne(db, sql: "SELECT * FROM zoo_stored_models WHERE name = ?", arguments: [name])
    }

    /// Removes a model and the checkpoint beside it.
    func remove(_ name: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM zoo_stored_models WHERE name = ?", arguments: [name])
        try db.execute(sql: "DELETE FROM zoo_checkpoints WHERE name = ?", arguments: [name])
    }

    /// The fields of a model that have embeddings, with their sizes, in the order in which they were saved.
    package func embeddingSizes(model: String) throws -> [EmbeddingField] {
        try read { db in
            let model = try resolved(model, db)
            let sql = """
                SELECT field, count(*) AS entries, max(length(vector)) / 4 AS width FROM zoo_stored_embeddings WHERE model = ?
                GROUP BY field ORDER BY min(rowid)
                """
            return try Row.fetchAll(db, sql: sql, arguments: [model]).map {
                EmbeddingField(name: $0["field"], entries: $0["entries"], width: $0["width"] ?? 0)
            }
        }
    }

    func model(named name: String, _ db: Database) throws -> CatalogueModel {
        if let model = try find(name, db) { return model }
        let (base, version) = CatalogueModel.parts(of: name)
        var known = try String.fetchAll(
            db, sql: "SELECT name FROM zoo_stored_models WHERE name NOT GLOB '*@*' ORDER BY name")
        if version != nil, known.contains(base) {
            known = try String.fetchAll(
                db,
                sql: """
                    SELECT ?1 || '@' || version FROM zoo_stored_models WHERE name = ?1 OR name GLOB ?1 || '@*'
                    UNION ALL SELECT ?1 || '@' || tag FROM zoo_model_tags WHERE model = ?1 ORDER BY 1
                    """, arguments: [base])
        }
        throw DataError.unknown(kind: "model", name: name, known: known)
    }

    func checkModelIsFree(_ name: String, _ db: Database) throws {
        let count = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM zoo_stored_models WHERE name = ?", arguments: [name])
        guard count == 0 else { throw DataError.exists(kind: "model", name: name) }
    }

    /// Writes a row, in the place of one of its name.
    ///
    /// - Parameters:
    ///   - table: `zoo_stored_models` or `zoo_checkpoints`
    ///   - version: its number; nil for the next one
    func insert(
        _ model: CatalogueModel, into table: String = "zoo_stored_models", version: Int? = nil, _ db: Database
    ) throws {
        var values: [(column: String, value: (any DatabaseValueConvertible)?)] = [
            ("name", model.name), ("kind", model.kind), ("architecture", model.architecture), ("parent", model.parent),
            ("sha256", model.sha256), ("bytes", model.bytes), ("metrics", model.metrics), ("dataset", model.dataset),
            ("dataset_fingerprint", model.datasetFingerprint), ("command", model.command), ("seed", model.seed),
            ("licence", model.licence), ("created", model.created), ("status", model.status), ("epochs", model.epochs),
        ]
        if table == "zoo_stored_models" {
            values += [
                ("version", try version ?? nextVersion(of: model.name, db)), ("card", model.card),
                ("origin", model.origin),
                ("parent_sha256", model.parentHash),
            ]
        }
        let columns = values.map(\.column)
        try db.execute(
            sql: """
                INSERT INTO \(table) (\(columns.joined(separator: ", ")))
                VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
                ON CONFLICT (name) DO UPDATE SET \(columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
                """, arguments: StatementArguments(values.map(\.value)))
    }

    /// - Parameter isRenewing: whether the model has vectors of these fields, of which those that are the same stay
    func insert(
        _ embeddings: some Sequence<EmbeddingRow>, model: String, isRenewing: Bool, _ db: Database
    ) throws {
        guard isRenewing else { return try insert(embeddings, model: model, db) }
        let rows = Dictionary(grouping: embeddings, by: \.field)
        for (field, rows) in rows.sorted(by: { $0.key < $1.key })
        where try self.embeddings(model: model, field: field, db) != rows {
            try db.execute(
                sql: "DELETE FROM zoo_stored_embeddings WHERE model = ? AND field = ?", arguments: [model, field])
            try insert(rows, model: model, db)
        }
    }

    func insert(_ embeddings: some Sequence<EmbeddingRow>, model: String, _ db: Database) throws {
        let insert = try RawStatement(
            db,
            """
            INSERT INTO zoo_stored_embeddings (model, field, key, label, bias, count, mean, vector, bias_deviation)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
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
            if let deviation = row.biasDeviation { insert.bind(deviation, at: 9) } else { insert.bindNull(at: 9) }
            try insert.run()
        }
    }
}
