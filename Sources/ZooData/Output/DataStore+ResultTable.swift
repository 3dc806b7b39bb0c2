import GRDB

extension DataStore {
    /// Writes rows into a table, in one transaction: a new one, one that replaces an earlier result, or one of the user's to
    /// which rows are added.
    ///
    /// A table is replaced only if an earlier call of the same kind made it and nobody has altered it or its number of rows since;
    /// its indexes and triggers are kept. Rows are added by the names of the columns; the table's other columns get their defaults.
    /// - Parameter maker: what makes the table, for people: `zoo predict prices`
    /// - Parameter body: is given a closure that adds a row
    /// - Throws: `DataError.invalid` for a name that will not do, a table that is not to be replaced, columns that do not
    ///   fit and rows that a constraint refuses; `.locked`, `.database`, and what `body` throws; nothing is changed then
    package func writeTable(
        named name: String, columns: [ResultColumn], as writing: TableWriting = .create, maker: String,
        body: (([QueryValue]) throws -> Void) throws -> Void
    ) throws {
        let names = columns.map { $0.name.lowercased() }
        if let twice = columns.first(where: { column in names.count { $0 == column.name.lowercased() } > 1 }) {
            throw DataError.invalid("table '\(name)' would have two columns '\(twice.name)': keep one of them out")
        }
        if writing == .append { return try append(to: name, columns, body) }
        try check(newTable: name)
        try write { db in
            try OutputTableRecord.prune(db)
            let kept = try makeRoom(for: name, isReplacing: writing == .replace, maker: maker, db)
            try beforeWrite("table")
            let quoted = ColumnNames.quoted(name)
            let list = columns.map { column in
                ColumnNames.quoted(column.name) + (column.kind.map { " " + $0.declaration } ?? "")
            }
            try db.execute(sql: "CREATE TABLE main.\(quoted) (\(list.joined(separator: ", ")))")
            try OutputTableRecord.add(name, maker: maker, db)
            let places = columns.map { _ in "?" }.joined(separator: ", ")
            let insert = try RawStatement(db, "INSERT INTO main.\(quoted) VALUES (\(places))")
            var rows = 0
            try body { row in
                rows += 1
                precondition(row.count == columns.count, "writeTable: \(row.count) cells in \(columns.count) columns")
                for (index, cell) in row.enumerated() { insert.bind(cell, at: Int32(index + 1)) }
                try insert.run()
            }
            try OutputTableRecord.add(rows: rows, to: name, db)
            try restore(kept, of: name, db)
        }
    }

    /// Says early what `writeTable` would say of a name, before anything is computed.
    ///
    /// - Throws: as `writeTable`
    package func checkTable(named name: String, isReplacing: Bool, maker: String) throws {
        try check(newTable: name)
        try write { db in
            try db.inSavepoint {
                _ = try makeRoom(for: name, isReplacing: isReplacing, maker: maker, db)
                return .rollback
            }
        }
    }

    /// - Throws: `DataError.invalid`
    private func check(newTable name: String) throws {
        let bytes = Array(name.utf8)
        let isWord = bytes.allSatisfy { $0 == UInt8(ascii: "_") || $0 &- 48 < 10 || ($0 | 32) &- 97 < 26 }
        guard let first = bytes.first, isWord, first &- 48 >= 10, bytes.count <= 100 else {
            throw DataError.invalid(
                "table name '\(name.filter { !$0.isNewline })': use letters, digits and _, a letter first")
        }
        try OutputTable.checkIsNotOurs(name)
    }

    /// Drops the table that is to be replaced.
    ///
    /// - Returns: the statements that make its indexes and triggers
    private func makeRoom(for name: String, isReplacing: Bool, maker: String, _ db: Database) throws -> [String] {
        guard let kind = try OutputTable.kind(of: name, db) else { return [] }
        guard kind == "table" else {
            throw DataError.invalid("'\(name)' is the name of a \(kind): choose another name")
        }
        // Only predictions have them.
        let ways =
            maker.hasPrefix("zoo predict")
            ? "; --append adds rows to it, --update COLUMN --key COLUMN writes one of its columns" : ""
        let kindOfMaker = OutputTableRecord.kind(ofMaker: maker)
        let makers = kindOfMaker == "zoo predict" ? "predictions" : "'\(kindOfMaker)'"
        guard let record = try OutputTableRecord.find(name, db) else {
            throw DataError.invalid(
                "table '\(name)' is not recorded as made by \(makers), so it is not replaced: choose another name, or drop "
                    + "it first\(ways)")
        }
        guard OutputTableRecord.kind(ofMaker: record.maker) == kindOfMaker else {
            throw DataError.invalid(
                "table '\(name)' was made by '\(record.maker)', whose columns are others, so it is not replaced: choose another "
                    + "name, or drop it first")
        }
        guard isReplacing else {
            throw DataError.invalid(
                "there is a table '\(name)' already, made by '\(record.maker)' at \(record.created): --replace replaces it"
                    + ways)
        }
        let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM main.\(ColumnNames.quoted(name))") ?? 0
        if let written = record.rows, written != rows {
            throw DataError.invalid(
                "table '\(name)' had \(written.counting("row")) when \(makers) wrote it and has \(rows) now, so it is not replaced: "
                    + "choose another name, or drop it first\(ways)")
        }
        // To drop a table deletes its rows first, which rows of other tables may follow.
        let referring = try String.fetchOne(
            db,
            sql: """
                SELECT m.name FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f
                WHERE m.type = 'table' AND lower(f."table") = lower(?) AND lower(m.name) <> lower(?)
                """, arguments: [name, name])
        if let referring {
            throw DataError.invalid(
                "table '\(name)' is not replaced, since table '\(referring)' refers to its rows: choose another name")
        }
        let kept = try String.fetchAll(
            db,
            sql: """
                SELECT sql FROM sqlite_schema
                WHERE lower(tbl_name) = lower(?) AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid
                """, arguments: [name])
        try db.execute(sql: "DROP TABLE main.\(ColumnNames.quoted(name))")
        return kept
    }

    private func restore(_ statements: [String], of name: String, _ db: Database) throws {
        for sql in statements {
            do { try db.execute(sql: sql) } catch let error as DatabaseError {
                throw DataError.invalid(
                    "table '\(name)' is not replaced, since '\(sql.prefix(100))' does not fit the new rows "
                        + "(\(error.message ?? "SQLite error")): drop that first, or choose another name")
            }
        }
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
