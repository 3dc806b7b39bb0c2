import GRDB

/// An entry of an embedding that is in a cluster.
package struct ClusterRow: Sendable, Hashable {
    /// The entry's key.
    package let key: String
    /// The cluster's number, from 1.
    package let cluster: Int
    /// The cluster's name; empty where nothing stands out.
    package let name: String

    /// Names an entry.
    package init(key: String, cluster: Int, name: String) { (self.key, self.cluster, self.name) = (key, cluster, name) }
}

extension DataStore {
    /// Puts the clusters of a model's field in the place of earlier ones, in one transaction.
    ///
    /// - Throws: `DataError.locked`, `.database`; then nothing was changed
    package func replaceClusters(_ rows: [ClusterRow], model: String, field: String) throws {
        try write { db in
            let model = try resolved(model, db)
            try beforeWrite("clusters")
            try db.execute(
                sql: "DELETE FROM zoo_stored_clusters WHERE model = ? AND field = ?", arguments: [model, field])
            let insert = try RawStatement(
                db, "INSERT INTO zoo_stored_clusters (model, field, key, cluster, name) VALUES (?, ?, ?, ?, ?)")
            insert.bind(model, at: 1)
            insert.bind(field, at: 2)
            for row in rows {
                insert.bind(row.key, at: 3)
                insert.bind(Int64(row.cluster), at: 4)
                insert.bind(row.name, at: 5)
                try insert.run()
            }
            try beforeWrite("commit")
        }
    }
}
