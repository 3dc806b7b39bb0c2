import GRDB

/// A column of a table that is written.
public struct ResultColumn: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What its values are.
    public let kind: ValueKind

    /// Names a column.
    public init(name: String, kind: ValueKind) {
        self.name = name
        self.kind = kind
    }
}

extension DataStore {
    /// Writes rows into a table of their own, in one transaction.
    ///
    /// The name is what the user gave, and so are the consequences; but a table that is there already is replaced only
    /// if it has exactly these columns, as one that an earlier call wrote, and never one that Zoo itself works with.
    /// - Parameter body: is given a closure that adds a row
    /// - Throws: `DataError.invalid` for a name that is no plain word or one of Zoo's own, `.exists`, `.locked`,
    ///   `.database`, and what `body` throws; nothing is changed then
    public func writeTable(
        named name: String, columns: [ResultColumn], isReplacing: Bool,
        body: (([QueryValue]) throws -> Void) throws -> Void
    ) throws {
        try check(table: name)
        try write { db in
            try makeRoom(for: name, columns, isReplacing, db)
            try beforeWrite("table")
            let list = columns.map { ColumnNames.quoted($0.name) + " " + $0.kind.declaration }.joined(separator: ", ")
            try db.execute(sql: "CREATE TABLE \(ColumnNames.quoted(name)) (\(list))")
            let places = columns.map { _ in "?" }.joined(separator: ", ")
            let insert = try RawStatement(db, "INSERT INTO \(ColumnNames.quoted(name)) VALUES (\(places))")
            try body { row in
                precondition(row.count == columns.count, "writeTable: \(row.count) cells in \(columns.count) columns")
                for (index, cell) in row.enumerated() { insert.bind(cell, at: Int32(index + 1)) }
                try insert.run()
            }
        }
    }

    /// - Throws: `DataError.invalid`
    private func check(table name: String) throws {
        let bytes = Array(name.utf8)
        let isWord = bytes.allSatisfy { $0 == UInt8(ascii: "_") || $0 &- 48 < 10 || ($0 | 32) &- 97 < 26 }
        guard let first = bytes.first, isWord, first &- 48 >= 10, bytes.count <= 100 else {
            throw DataError.invalid(
                "table name '\(name.filter { !$0.isNewline })': use letters, digits and _, a letter first")
        }
        let lower = name.lowercased()
        let own = [
            "zoo_datasets", "zoo_users", "zoo_items", "zoo_ratings", "zoo_splits", "zoo_models", "zoo_embeddings",
            "zoo_runs", "zoo_epochs", "zoo_predictions", "zoo_migrations",
        ]
        guard !own.contains(lower), !lower.hasPrefix("sqlite_"), !lower.hasPrefix("zoo_table_"),
            !lower.hasPrefix("zoo_data_")
        else { throw DataError.invalid("table name '\(name)': it is taken by SQLite or by zoo itself; choose another") }
    }

    private func makeRoom(for name: String, _ columns: [ResultColumn], _ isReplacing: Bool, _ db: Database) throws {
        let find = "SELECT type FROM sqlite_schema WHERE lower(name) = lower(?) AND type IN ('table', 'view')"
        guard let type = try String.fetchOne(db, sql: find, arguments: [name]) else { return }
        guard isReplacing else { throw DataError.exists(kind: "table", name: name) }
        let info = "SELECT name FROM pragma_table_info(?) ORDER BY cid"
        let present = try String.fetchAll(db, sql: info, arguments: [name])
        guard type == "table", present == columns.map(\.name) else {
            throw DataError.invalid(
                "table '\(name)' has other columns (\(present.prefix(8).joined(separator: ", "))) than what is to be "
                    + "written (\(columns.prefix(8).map(\.name).joined(separator: ", "))), so it is not replaced: choose another name"
            )
        }
        try db.execute(sql: "DROP TABLE \(ColumnNames.quoted(name))")
    }
}

extension RawStatement {
    /// Binds any value at `index`, from 1.
    func bind(_ value: QueryValue, at index: Int32) {
        switch value {
        case .null: bindNull(at: index)
        case .integer(let integer): bind(integer, at: index)
        case .real(let real): bind(real, at: index)
        case .text(let text): bind(text, at: index)
        case .blob(let bytes): bytes.withUnsafeBytes { bind($0, at: index) }
        }
    }
}
