import GRDB

/// Older versions of a model are rows of `zoo_stored_models` under names such as `films@1`, with all that hangs on a model: whoever
/// can name a model can name a version. The newest has the plain name; its number is in its row. The view `zoo_models` has the newest
/// alone, `zoo_version_names` all names of all versions.
extension DataStore {
    /// The name of the row that a name means: `films@3` is `films` where the third is the newest, `films@good` the version of that tag.
    ///
    /// - Returns: the name itself where it means no other
    package func resolved(_ name: String) throws -> String {
        name.contains("@") ? try read { db in try resolved(name, db) } : name
    }

    func resolved(_ name: String, _ db: Database) throws -> String {
        try String.fetchOne(db, sql: "SELECT stored FROM zoo_version_names WHERE name = ?", arguments: [name]) ?? name
    }

    /// The versions of a model, the newest first.
    ///
    /// - Parameter name: its name, or that of any version
    /// - Throws: `DataError.unknown`
    package func versions(of name: String) throws -> [CatalogueModel] {
        try read { db in
            let base = CatalogueModel.parts(of: try model(named: resolved(name, db), db).name).base
            return try versions(base, db)
        }
    }

    /// The tags of a model and the versions that they name, by tag.
    package func tags(of base: String) throws -> [(tag: String, version: Int)] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT tag, version FROM zoo_model_tags WHERE model = ? ORDER BY tag", arguments: [base]
            ).map { ($0[0], $0[1]) }
        }
    }

    /// Gives a version a name of its own, `films@good`, which another version may have had.
    ///
    /// - Returns: the model's row
    /// - Throws: `DataError.unknown`
    package func tag(_ name: String, as tag: String) throws -> CatalogueModel {
        try write { db in
            let model = try model(named: resolved(name, db), db)
            try db.execute(
                sql: "INSERT OR REPLACE INTO zoo_model_tags (model, tag, version) VALUES (?, ?, ?)",
                arguments: [CatalogueModel.parts(of: model.name).base, tag, model.version])
            return model
        }
    }

    /// Takes a tag away.
    ///
    /// - Returns: whether there was one
    package func removeTag(_ tag: String, of base: String) throws -> Bool {
        try write { db in
            try db.execute(sql: "DELETE FROM zoo_model_tags WHERE model = ? AND tag = ?", arguments: [base, tag])
            return db.changesCount > 0
        }
    }

    /// Makes an older version the newest again, as a version of its own: what was the newest stays as an older one.
    ///
    /// - Returns: the row of the new version, and that of the one before it
    /// - Throws: `DataError.unknown`; `.invalid` for the newest itself
    package func rollBack(to name: String) throws -> (model: CatalogueModel, earlier: CatalogueModel) {
        try write { db in
            var model = try model(named: resolved(name, db), db)
            let (base, version) = CatalogueModel.parts(of: model.name)
            guard version != nil, let earlier = try find(base, db) else {
                throw DataError.invalid(
                    "'\(name)' is the newest version of '\(base)' already: 'zoo models log \(base)' lists the older ones"
                )
            }
            guard earlier.sha256 != model.sha256 else {
                throw DataError.invalid("'\(base)' and '\(model.name)' are the same file: nothing was changed")
            }
            let old = model.name
            try keepVersion(earlier, db)
            (model.name, model.origin) = (base, "rolled back to \(old)")
            try insert(model, db)
            try copyRows(of: old, to: base, db)
            if let run = try run(of: old, created: model.created, db) {
                var copy = run
                copy.model = base
                try insert(copy, db)
            }
            try beforeWrite("commit")
            return (try self.model(named: base, db), earlier)
        }
    }

    /// Removes all but the newest versions of each model; those with a tag stay. The files are swept later.
    ///
    /// - Parameter count: how many stay of each, the newest among them, 1 or more
    /// - Returns: the rows that were removed
    package func removeVersions(keeping count: Int) throws -> [CatalogueModel] {
        try write { db in
            let names = try String.fetchAll(db, sql: "SELECT name FROM zoo_stored_models WHERE name NOT GLOB '*@*'")
            var removed: [CatalogueModel] = []
            for base in names {
                let tagged = try Int.fetchSet(
                    db, sql: "SELECT version FROM zoo_model_tags WHERE model = ?", arguments: [base])
                for model in try versions(base, db).dropFirst(max(1, count)) where !tagged.contains(model.version) {
                    try remove(model.name, db)
                    removed.append(model)
                }
            }
            return removed
        }
    }

    func removeTagsOfNothing(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM zoo_model_tags WHERE NOT EXISTS (
                    SELECT 1 FROM zoo_stored_models WHERE zoo_stored_models.version = zoo_model_tags.version
                        AND name IN (model, model || '@' || zoo_model_tags.version))
                """)
    }

    /// The run that made a model, with its epochs; nil where that is not known, as of one that was copied.
    package func run(of model: CatalogueModel) throws -> TrainingRun? {
        try read { db in try run(of: model.name, created: model.created, db) }
    }

    func run(of name: String, created: String, _ db: Database) throws -> TrainingRun? {
        try runs(
            "SELECT * FROM zoo_runs WHERE model = ? AND finished = ? ORDER BY id DESC LIMIT 1", [name, created], db
        ).first
    }

    /// Writes the row of a model. What had its name becomes an older version; where that is of the same file, its row is renewed, and
    /// stays with its number, tags, vectors, clusters and indexes, and with its card, licence and origin unless there are others.
    ///
    /// - Returns: whether it is the same file
    func put(_ model: CatalogueModel, _ db: Database) throws -> Bool {
        let old = try find(model.name, db)
        let isSameFile = old?.sha256 == model.sha256
        var model = model
        if let old, isSameFile {
            model.card = model.card ?? old.card
            model.licence = model.licence ?? old.licence
            model.origin = model.origin ?? old.origin
            try db.execute(sql: "DELETE FROM zoo_checkpoints WHERE name = ?", arguments: [model.name])
        } else if let old {
            try keepVersion(old, db)
        }
        try beforeWrite("model")
        try insert(model, version: isSameFile ? old?.version : nil, db)
        return isSameFile
    }

    /// Makes a model an older version, before another takes its name. One that is not trained to the end is removed.
    func keepVersion(_ old: CatalogueModel, _ db: Database) throws {
        guard old.isFinished else {
            try remove(old.name, db)
            // A tag would name whatever has the number next.
            return try removeTagsOfNothing(db)
        }
        try db.execute(
            sql: "UPDATE zoo_stored_models SET name = ? WHERE name = ?", arguments: [old.versionedName, old.name])
        try db.execute(
            sql: """
                UPDATE zoo_runs SET model = ?1 WHERE id = (SELECT max(id) FROM zoo_runs WHERE model = ?2 AND finished = ?3)
                """, arguments: [old.versionedName, old.name, old.created])
        try db.execute(sql: "DELETE FROM zoo_checkpoints WHERE name = ?", arguments: [old.name])
    }

    /// Gives a model what hangs on the row of another, in the place of what it has: vectors with what stands beside them, their clusters
    /// and indexes.
    func copyRows(of name: String, to copy: String, _ db: Database) throws {
        for table in ["zoo_stored_embeddings", "zoo_stored_metadata", "zoo_stored_clusters", "zoo_embedding_indexes"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE model = ?", arguments: [copy])
        }
        // The rows lie as far from each other as those that are copied, as an index counts on.
        let shift =
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT (SELECT max(rowid) FROM zoo_stored_embeddings) + 1
                        - (SELECT min(rowid) FROM zoo_stored_embeddings WHERE model = ?)
                    """, arguments: [name]) ?? 0
        try db.execute(
            sql: """
                INSERT INTO zoo_stored_embeddings
                    (rowid, model, field, key, label, bias, count, mean, vector, bias_deviation)
                SELECT rowid + ?1, ?2, field, key, label, bias, count, mean, vector, bias_deviation
                FROM zoo_stored_embeddings WHERE model = ?3 ORDER BY rowid
                """, arguments: [shift, copy, name])
        try db.execute(
            sql: """
                INSERT INTO zoo_embedding_indexes
                    (model, field, sha256, bytes, model_sha256, entries, first, last, recall, created)
                SELECT ?2, field, sha256, bytes, model_sha256, entries, first + ?1, last + ?1, recall, created
                FROM zoo_embedding_indexes WHERE model = ?3
                """, arguments: [shift, copy, name])
        try db.execute(
            sql: """
                INSERT INTO zoo_stored_metadata (model, field, name, key, value)
                SELECT ?, field, name, key, value FROM zoo_stored_metadata WHERE model = ?
                """, arguments: [copy, name])
        try db.execute(
            sql: """
                INSERT INTO zoo_stored_clusters (model, field, key, cluster, name)
                SELECT ?, field, key, cluster, name FROM zoo_stored_clusters WHERE model = ?
                """, arguments: [copy, name])
    }

    /// The number that the next version of a model has.
    func nextVersion(of base: String, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: "SELECT coalesce(max(version), 0) + 1 FROM zoo_stored_models WHERE name = ?1 OR name GLOB ?1 || '@*'",
            arguments: [base]) ?? 1
    }

    func versions(_ base: String, _ db: Database) throws -> [CatalogueModel] {
        try CatalogueModel.fetchAll(
            db, sql: "SELECT * FROM zoo_stored_models WHERE name = ?1 OR name GLOB ?1 || '@*' ORDER BY version DESC",
            arguments: [base])
    }
}

extension CatalogueModel {
    /// The two sides of the `@` in a name; no version where there is none.
    package static func parts(of name: String) -> (base: String, version: String?) {
        guard let mark = name.firstIndex(of: "@") else { return (name, nil) }
        return (String(name[..<mark]), String(name[name.index(after: mark)...]))
    }

    /// Whether it is an older version.
    package var isOlderVersion: Bool { name.contains("@") }

    /// Its name with its number: `films@2`.
    package var versionedName: String { "\(Self.parts(of: name).base)@\(version)" }

    /// Whether it stays as an older version where another takes its name.
    package func isKept(besides model: CatalogueModel) -> Bool { isFinished && sha256 != model.sha256 }
}
