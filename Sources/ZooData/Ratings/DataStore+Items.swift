import GRDB

extension DataStore {
    /// The keys and titles of the items of a data set of ratings, rated or not.
    ///
    /// - Throws: `DataError.unknown` when there is no such data set
    package func items(dataset name: String) throws -> (keys: [String], titles: [String]) {
        try read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT key, title FROM zoo_items WHERE dataset = ? ORDER BY idx",
                arguments: [try dataset(named: name, db).id])
            return (rows.map { $0[0] }, rows.map { $0[1] })
        }
    }
}
