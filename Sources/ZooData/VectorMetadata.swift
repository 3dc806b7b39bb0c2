import GRDB

/// What stands beside vectors that were imported: a column of values, one a vector.
package struct VectorMetadata: Sendable, Equatable {
    /// The name of the column.
    package let name: String
    /// The values, in the order of the vectors.
    package let values: [QueryValue]

    /// Names a column.
    package init(name: String, values: [QueryValue]) { (self.name, self.values) = (name, values) }
}

extension DataStore {
    /// Keeps what stands beside the vectors of a model's field, in `zoo_embedding_metadata`; it goes with the model.
    ///
    /// - Precondition: each column has a value for each key
    /// - Throws: `DataError.locked`, `.database`
    package func saveMetadata(_ columns: [VectorMetadata], model: String, field: String, keys: [String]) throws {
        guard !columns.isEmpty else { return }
        try write { db in
            let model = try resolved(model, db)
            try beforeWrite("metadata")
            let insert = try RawStatement(
                db,
                "INSERT OR REPLACE INTO zoo_embedding_metadata (model, field, name, key, value) VALUES (?, ?, ?, ?, ?)")
            insert.bind(model, at: 1)
            insert.bind(field, at: 2)
            for column in columns {
                precondition(column.values.count == keys.count, "saveMetadata: \(column.values.count) values")
                insert.bind(column.name, at: 3)
                for (key, value) in zip(keys, column.values) where value != .null {
                    insert.bind(key, at: 4)
                    insert.bind(value, at: 5)
                    try insert.run()
                }
            }
        }
    }
}
