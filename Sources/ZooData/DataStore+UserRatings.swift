import GRDB
import ZooRecords

extension DataStore {
    /// What one user of a data set rated: keys of items and stars, in the order of the items.
    ///
    /// - Returns: nil when the data set has no such user.
    /// - Throws: `DataError.unknown` when there is no such data set.
    package func ratings(ofUser key: String, dataset name: String) throws -> [(item: String, rating: Float)]? {
        try read { db in
            let dataset = try dataset(named: name, db)
            let find = "SELECT idx FROM zoo_users WHERE dataset = ? AND key = ?"
            guard
                let user = try Int64.fetchOne(db, sql: find, arguments: [dataset.id, key])
                    ?? user(inOtherForm: key, dataset.id, db)
            else { return nil }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT zoo_items.key, zoo_ratings.rating FROM zoo_ratings
                    JOIN zoo_items ON zoo_items.dataset = zoo_ratings.dataset AND zoo_items.idx = zoo_ratings.item
                    WHERE zoo_ratings.dataset = ? AND zoo_ratings.user = ? ORDER BY zoo_ratings.item
                    """, arguments: [dataset.id, user])
            return rows.map { (item: $0[0], rating: Float($0[1] as Double)) }
        }
    }

    /// The user whose key is the same text in another form of Unicode, the same UUID or number; SQLite compares bytes.
    private func user(inOtherForm key: String, _ dataset: Int64?, _ db: Database) throws -> Int64? {
        let keys = try Row.fetchCursor(
            db, sql: "SELECT key, idx FROM zoo_users WHERE dataset = ?", arguments: [dataset])
        let wanted = KeyText.canonical(key)
        while let row = try keys.next() { if KeyText.canonical(row[0]) == wanted { return row[1] } }
        return nil
    }
}
