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

/// What stands beside the vectors of a field.
package struct FieldMetadata: Sendable {
    let field: String
    let keys: [String]
    let columns: [VectorMetadata]

    /// Joins the columns of a field.
    ///
    /// - Parameter keys: of the vectors, in their order
    /// - Precondition: each column has a value for each key
    package init(field: String, keys: [String], columns: [VectorMetadata]) {
        for column in columns {
            precondition(column.values.count == keys.count, "FieldMetadata: \(column.values.count) values")
        }
        (self.field, self.keys, self.columns) = (field, keys, columns)
    }
}

extension DataStore {
    /// Keeps what stands beside the vectors of a model's field, in `zoo_embedding_metadata`; it goes with the model.
    func insert(_ metadata: FieldMetadata, model: String, _ db: Database) throws {
        let insert = try RawStatement(
            db, "INSERT OR REPLACE INTO zoo_stored_metadata (model, field, name, key, value) VALUES (?, ?, ?, ?, ?)")
        insert.bind(model, at: 1)
        insert.bind(metadata.field, at: 2)
        for column in metadata.columns {
            insert.bind(column.name, at: 3)
            for (key, value) in zip(metadata.keys, column.values) where value != .null {
                insert.bind(key, at: 4)
                insert.bind(value, at: 5)
                try insert.run()
            }
        }
    }
}
