import Foundation
import GRDB

extension DataStore {
    /// All data sets, or those of one kind, by name.
    package func datasets(_ kind: DatasetKind? = nil) throws -> [Dataset] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM zoo_datasets WHERE ?1 IS NULL OR kind = ?1 ORDER BY name",
                arguments: [kind?.rawValue]
            ).map { try dataset($0, db) }
        }
    }

    /// The first data set, by name, of a kind and fingerprint: that of a model, whatever the data are called now. Nil where there
    /// is none, or no fingerprint.
    package func dataset(_ kind: DatasetKind, fingerprint: String?) throws -> Dataset? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM zoo_datasets WHERE kind = ? AND fingerprint = ? ORDER BY name",
                arguments: [kind.rawValue, fingerprint]
            ).map { try dataset($0, db) }
        }
    }

    /// The data set of that name.
    ///
    /// - Throws: `DataError.unknown`, naming those that there are
    package func dataset(named name: String) throws -> Dataset {
        try read { db in try dataset(named: name, db) }
    }

    /// Removes a data set with its ratings and splits. Models trained on it stay.
    ///
    /// - Throws: `DataError.unknown`
    package func removeDataset(named name: String) throws {
        try write { db in
            let dataset = try dataset(named: name, db)
            try beforeWrite("remove")
            try remove(dataset, db)
        }
    }

    /// Stores a data set of a kind whose figures are one summary, in one transaction.
    ///
    /// - Parameter fill: inserts what belongs to the data set of that number
    func store(
        _ kind: DatasetKind, _ summary: some Encodable, name: String, source: String, fingerprint: String,
        isReplacing: Bool, fill: (Int64, Database) throws -> Void
    ) throws -> Dataset {
        let summary = String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
        return try write { db in
            if isReplacing { try removeDatasetIfThere(named: name, db) }
            try checkIsFree(name, db)
            try beforeWrite("dataset")
            try db.execute(
                sql: """
                    INSERT INTO zoo_datasets (name, kind, source, created, fingerprint, users, items, ratings,
                        has_timestamps, summary)
                    VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, ?)
                    """, arguments: [name, kind.rawValue, source, Date().ISO8601Format(), fingerprint, summary])
            try fill(db.lastInsertedRowID, db)
            try beforeWrite("commit")
            return try dataset(named: name, db)
        }
    }

    /// Makes room for a data set of the same name, of whatever kind the old one is.
    func removeDatasetIfThere(named name: String, _ db: Database) throws {
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM zoo_datasets WHERE name = ?", arguments: [name])
        if count == 1 { try remove(try dataset(named: name, db), db) }
    }

    private func remove(_ dataset: Dataset, _ db: Database) throws {
        try dropTable(of: dataset, db)
        try db.execute(sql: "DELETE FROM zoo_datasets WHERE id = ?", arguments: [dataset.id])
    }

    func dataset(named name: String, _ db: Database) throws -> Dataset {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM zoo_datasets WHERE name = ?", arguments: [name]) else {
            let known = try String.fetchAll(db, sql: "SELECT name FROM zoo_datasets ORDER BY name")
            throw DataError.unknown(kind: "data set", name: name, known: known)
        }
        return try dataset(row, db)
    }

    private func dataset(_ row: Row, _ db: Database) throws -> Dataset {
        let sql = "SELECT name, train, test FROM zoo_splits WHERE dataset = ? ORDER BY name"
        let splits = try Row.fetchAll(db, sql: sql, arguments: [row["id"] as Int64]).map {
            Dataset.Split(name: $0["name"], train: $0["train"], test: $0["test"])
        }
        return try Dataset(row: row, splits: splits)
    }
}
