import GRDB

/// Trainings that are not complete. Where the name of one belongs to a finished model, its checkpoint is a row of
/// `zoo_checkpoints` and the model answers as before; where it does not, the checkpoint is the model of that name.
extension DataStore {
    /// Writes a checkpoint's row and its run, in one transaction.
    ///
    /// - Parameter embeddings: rows for `zoo_embeddings`, taken where the checkpoint becomes the model of that name
    /// - Returns: whether there is a finished model of that name, which was left as it is
    /// - Throws: `DataError.locked`, `.database`; then nothing was changed
    package func saveCheckpoint(_ checkpoint: CatalogueModel, embeddings: some Sequence<EmbeddingRow>, run: TrainingRun)
        throws
        -> Bool
    {
        try write { db in
            try beforeWrite("replace")
            let isBeside = try find(checkpoint.name, db)?.isFinished == true
            if isBeside {
                try db.execute(sql: "DELETE FROM zoo_checkpoints WHERE name = ?", arguments: [checkpoint.name])
                try beforeWrite("checkpoint")
                try insert(checkpoint, into: "zoo_checkpoints", db)
            } else {
                try remove(checkpoint.name, db)
                try beforeWrite("model")
                try insert(checkpoint, db)
                try insert(embeddings, model: checkpoint.name, db)
            }
            try beforeWrite("run")
            try insert(run, db)
            try beforeWrite("commit")
            return isBeside
        }
    }

    /// The checkpoints beside finished models, by name.
    package func checkpoints() throws -> [CatalogueModel] {
        try read { db in try CatalogueModel.fetchAll(db, sql: "SELECT * FROM zoo_checkpoints ORDER BY name") }
    }

    /// The checkpoint beside the finished model of that name; nil when there is none.
    package func checkpoint(named name: String) throws -> CatalogueModel? {
        try read { db in try checkpoint(named: name, db) }
    }

    /// Makes a checkpoint a model under another name; the file is shared.
    ///
    /// - Parameter checkpoint: its row as it was when `embeddings` were read from its file
    /// - Returns: the model that was replaced, if there was one
    /// - Throws: `DataError.invalid` when it was replaced or removed meanwhile; `.exists` unless `isReplacing`, and for a
    ///   copy to its own name
    package func copyCheckpoint(
        _ checkpoint: CatalogueModel, to copy: String, embeddings: some Sequence<EmbeddingRow>, isReplacing: Bool
    ) throws -> CatalogueModel? {
        try write { db in
            guard try self.checkpoint(named: checkpoint.name, db)?.sha256 == checkpoint.sha256 else {
                throw DataError.invalid(
                    "the checkpoint of '\(checkpoint.name)' was replaced or removed meanwhile: try again")
            }
            let replaced = try find(copy, db)
            if !isReplacing || copy == checkpoint.name { try checkModelIsFree(copy, db) }
            var model = checkpoint
            model.name = copy
            let isSameFile = try put(model, db)
            try insert(embeddings, model: copy, isRenewing: isSameFile, db)
            return replaced
        }
    }

    /// Removes the checkpoint beside a finished model; its file is swept later.
    ///
    /// - Returns: whether there was one
    package func removeCheckpoint(named name: String) throws -> Bool {
        try write { db in
            try db.execute(sql: "DELETE FROM zoo_checkpoints WHERE name = ?", arguments: [name])
            return db.changesCount > 0
        }
    }

    private func checkpoint(named name: String, _ db: Database) throws -> CatalogueModel? {
        try CatalogueModel.fetchOne(db, sql: "SELECT * FROM zoo_checkpoints WHERE name = ?", arguments: [name])
    }
}
