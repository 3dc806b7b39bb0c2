import Foundation
import GRDB

extension DataStore {
    /// Writes a table, its splits and what is known of its items and users under `name`, in one transaction.
    func store(
        _ table: RatingTable, splits: [SplitTable], attributes: RatingAttributes = RatingAttributes(), name: String,
        source: String, isReplacing: Bool
    ) throws -> Dataset {
        let fingerprint = table.fingerprint
        return try write { db in
            if isReplacing { try removeDatasetIfThere(named: name, db) }
            try checkIsFree(name, db)
            try beforeWrite("dataset")
            try db.execute(
                sql: """
                    INSERT INTO zoo_datasets (name, kind, source, created, fingerprint, rating_min, rating_max,
                        users, items, ratings, has_timestamps, feedback)
                    VALUES (?, 'ratings', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    name, source, Date().ISO8601Format(), fingerprint, table.scale.lowerBound, table.scale.upperBound,
                    table.userKeys.count, table.itemKeys.count, table.ratings.count, !table.timestamps.isEmpty,
                    table.feedback.rawValue,
                ])
            let id = db.lastInsertedRowID
            try beforeWrite("keys")
            try insertKeys(table, id, db)
            try beforeWrite("ratings")
            try insertRatings(table, id, db)
            try beforeWrite("splits")
            try insertSplits(splits, id, db)
            try beforeWrite("attributes")
            try insert(attributes, id, db)
            return try dataset(named: name, db)
        }
    }

    /// - Throws: `DataError.invalid` for a name that cannot be seen or typed
    func check(name: String) throws {
        let isVisible = name.unicodeScalars.allSatisfy {
            !CharacterSet.controlCharacters.contains($0) && !CharacterSet.newlines.contains($0)
        }
        guard !name.isEmpty, isVisible, name.first?.isWhitespace == false, name.last?.isWhitespace == false else {
            throw DataError.invalid(
                "data set name '\(name.filter { !$0.isNewline })': give it visible characters, without blanks at its ends"
            )
        }
    }

    /// - Throws: `DataError.exists`
    func checkIsFree(_ name: String, _ db: Database) throws {
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM zoo_datasets WHERE name = ?", arguments: [name])
        guard count == 0 else { throw DataError.exists(kind: "data set", name: name) }
    }

    private func insertKeys(_ table: RatingTable, _ id: Int64, _ db: Database) throws {
        let users = try RawStatement(db, "INSERT INTO zoo_users (dataset, idx, key) VALUES (?, ?, ?)")
        users.bind(id, at: 1)
        for (index, key) in table.userKeys.enumerated() {
            users.bind(Int64(index), at: 2)
            users.bind(key, at: 3)
            try users.run()
        }
        let items = try RawStatement(db, "INSERT INTO zoo_items (dataset, idx, key, title) VALUES (?, ?, ?, ?)")
        items.bind(id, at: 1)
        for (index, key) in table.itemKeys.enumerated() {
            items.bind(Int64(index), at: 2)
            items.bind(key, at: 3)
            items.bind(table.itemTitles[index], at: 4)
            try items.run()
        }
    }

    private func insertRatings(_ table: RatingTable, _ id: Int64, _ db: Database) throws {
        let sql = "INSERT INTO zoo_ratings (dataset, user, item, position, rating, timestamp) VALUES (?, ?, ?, ?, ?, ?)"
        let insert = try RawStatement(db, sql)
        insert.bind(id, at: 1)
        for row in table.ratings.indices {
            insert.bind(Int64(table.users[row]), at: 2)
            insert.bind(Int64(table.items[row]), at: 3)
            insert.bind(Int64(row), at: 4)
            insert.bind(table.ratings[row], at: 5)
            if !table.timestamps.isEmpty {
                let time = table.timestamps[row]
                if time == StoredInteractions.withoutTime {
                    insert.bindNull(at: 6)
                } else {
                    insert.bind(time, at: 6)
                }
            }
            try insert.run()
        }
    }

    private func insertSplits(_ splits: [SplitTable], _ id: Int64, _ db: Database) throws {
        let sql = "INSERT INTO zoo_splits (dataset, name, train, test, parts) VALUES (?, ?, ?, ?, ?)"
        let insert = try RawStatement(db, sql)
        for split in splits {
            insert.bind(id, at: 1)
            insert.bind(split.name, at: 2)
            insert.bind(Int64(split.count(.train)), at: 3)
            insert.bind(Int64(split.count(.test)), at: 4)
            split.parts.withUnsafeBytes { insert.bind($0, at: 5) }
            try insert.run()
        }
    }
}
