import Foundation
import GRDB

extension DataStore {
    /// Writes a table, its splits and what is known of its items and users under `name`, in one transaction.
    func store(
        _ table: RatingTable, splits: [SplitTable], attributes: RatingAttributes = RatingAttributes(), name: String,
        source: String, isReplacing: Bool
    ) throws -> Dataset {
        let fingerprint = try table.fingerprint()
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
                    table.userKeys.count, table.itemKeys.count, table.rows.count, table.hasTimes,
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
        // Many rows a statement cost half as much as one.
        let batch = 64
        func statement(rows: Int) throws -> RawStatement {
            let values = (0..<rows).map { row in "(?1\((2...6).map { ", ?\(5 * row + $0)" }.joined()))" }
            let insert = try RawStatement(
                db,
                "INSERT INTO zoo_ratings (dataset, user, item, position, rating, timestamp) VALUES "
                    + values.joined(separator: ", "))
            insert.bind(id, at: 1)
            return insert
        }
        let one = try statement(rows: 1)
        let many = try statement(rows: batch)
        var position: Int64 = 0
        func bind(_ row: SortedRating, _ statement: borrowing RawStatement, _ place: Int) {
            let first = Int32(5 * place + 2)
            statement.bind(Int64(row.user), at: first)
            statement.bind(Int64(row.item), at: first + 1)
            statement.bind(position, at: first + 2)
            statement.bind(row.rating, at: first + 3)
            if row.time == StoredInteractions.withoutTime {
                statement.bindNull(at: first + 4)
            } else {
                statement.bind(row.time, at: first + 4)
            }
            position += 1
        }
        try table.rows.forEachBlock { block in
            let whole = block.count - block.count % batch
            for start in stride(from: 0, to: whole, by: batch) {
                for place in 0..<batch { bind(block[start + place], many, place) }
                try many.run()
            }
            for row in block[whole...] {
                bind(row, one, 0)
                try one.run()
            }
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
