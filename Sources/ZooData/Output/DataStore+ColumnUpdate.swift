import GRDB
import ZooRecords

extension DataStore {
    /// Writes a column of a table that is there, in the rows that a key names, in one transaction; nothing else is touched.
    ///
    /// - Parameter key: a column whose values name one row each, or `rowid`
    /// - Parameter more: further columns that are written
    /// - Parameter body: is given a closure that takes the key of a row, its new value and those of the further columns; what
    ///   follows them is not written
    /// - Returns: how many of the keys the table has in another form alone, as 10 where 10.0 is given
    /// - Throws: `DataError.invalid` for a table or columns that there are not, a key that no row or several rows of the
    ///   table have, a key given twice or none, and a value that a constraint refuses; `.locked`, `.database`, and what `body`
    ///   throws; nothing is changed then
    @discardableResult package func updateColumn(
        _ column: String, of name: String, key: String, also more: [String] = [],
        body: (([QueryValue]) throws -> Void) throws -> Void
    ) throws -> Int {
        try write { db in
            let table = try OutputTable(existing: name, db)
            let columns = [column] + more
            let update = try ColumnUpdate(columns, of: table, key: key, db)
            try body { row in
                precondition(
                    row.count > columns.count,
                    "updateColumn: \(row.count) cells, a key and \(columns.count) values are needed")
                try update.add(row[0], row[1...columns.count])
            }
            try beforeWrite("update")
            try update.check()
            try update.apply()
            return update.inOtherForms
        }
    }
}

/// New values of columns, gathered in a temporary table before any is written.
private final class ColumnUpdate {
    private let table: OutputTable
    private let columns: [String]
    private var key: String
    private let db: Database
    private let affinity: String?
    /// How many rows have a key that is written otherwise in the table.
    private(set) var inOtherForms = 0
    private let insert: RawStatement
    private var rows = 0

    init(_ columns: [String], of table: OutputTable, key: String, _ db: Database) throws {
        let present = table.columns.map { "'\($0.name)'" }.joined(separator: ", ")
        let isRowID = key.lowercased() == "rowid" && !table.has(key)
        for name in columns + (isRowID ? [] : [key]) where !table.has(name) {
            throw DataError.invalid(
                "table '\(table.name)' has no column '\(name)' that can be written; it has \(present)")
        }
        if let column = columns.first(where: { $0.lowercased() == key.lowercased() }) {
            throw DataError.invalid(
                "column '\(column)' of table '\(table.name)' cannot be both the key and what is written")
        }
        (self.table, self.columns, self.db) = (table, columns, db)
        let type = try String.fetchOne(
            db, sql: "SELECT type FROM pragma_table_info(?) WHERE lower(name) = lower(?)", arguments: [table.name, key])
        // The keys get the affinity of the table's, so that 7 and '7' are as equal here as they are there. Without one
        // they would never be.
        affinity = isRowID ? "INTEGER" : ColumnAffinity.name(ofType: type ?? "")
        let name = isRowID ? "t.rowid" : "t." + ColumnNames.quoted(key)
        self.key = affinity == nil ? "zoo_key(\(name))" : name
        db.add(
            function: DatabaseFunction("zoo_key", argumentCount: 1, pure: true) { values in
                Self.text(of: values[0])
            })
        let values = columns.indices.map { "value\($0)" }.joined(separator: ", ")
        try db.execute(
            sql: "CREATE TEMP TABLE zoo_update (place INTEGER PRIMARY KEY, key \(affinity ?? "TEXT"), \(values))")
        insert = try RawStatement(
            db,
            "INSERT INTO temp.zoo_update (place, key, \(values)) VALUES (?, \(affinity == nil ? "zoo_key(?)" : "?")\(String(repeating: ", ?", count: columns.count)))"
        )
    }

    /// A key in the form in which it is compared, a BLOB of 16 bytes as the text of a UUID.
    private static func text(of key: DatabaseValue) -> String? {
        switch key.storage {
        case .null: nil
        case .int64(let number): String(number)
        case .double(let number): QueryValue.real(number).keyText
        case .string(let text): KeyText.canonical(text)
        case .blob(let bytes): QueryValue.blob([UInt8](bytes)).keyText ?? String(decoding: bytes, as: UTF8.self)
        }
    }

    func add(_ key: QueryValue, _ values: ArraySlice<QueryValue>) throws {
        rows += 1
        if key == .null { throw DataError.invalid("row \(rows) has no key; nothing was written") }
        insert.bind(Int64(rows), at: 1)
        insert.bind(key, at: 2)
        for (place, value) in values.enumerated() { insert.bind(value, at: Int32(3 + place)) }
        try insert.run()
    }

    /// - Throws: `DataError.invalid` where a key does not name exactly one row, or a row is named twice
    func check() throws {
        try db.execute(sql: "CREATE INDEX temp.zoo_update_key ON zoo_update (key)")
        var wrong = try match()
        if affinity == "TEXT", let missing = wrong?.missing, missing > 0 {
            key = "zoo_key(\(key))"
            try db.execute(sql: "UPDATE temp.zoo_update SET key = zoo_key(key); DROP TABLE temp.zoo_update_match")
            (wrong, inOtherForms) = (try match(), missing)
        }
        guard let wrong else { return }
        throw DataError.invalid(
            "table '\(table.name)' has \(wrong.hits == 0 ? "no row" : "\(wrong.hits) rows") with the key \(wrong.key) of "
                + "row \(wrong.row) of the input; nothing was written")
    }

    /// Looks for the rows of the table that the keys name.
    ///
    /// - Returns: the first row of the input whose key does not name exactly one, and how many name none; nil where each names one
    private func match() throws -> (row: Int, key: String, hits: Int, missing: Int)? {
        try db.execute(
            sql: """
                CREATE TEMP TABLE zoo_update_match AS SELECT u.place AS place, count(*) AS hits
                FROM \(table.quoted) AS t CROSS JOIN temp.zoo_update AS u ON \(key) = u.key GROUP BY u.place
                """)
        let find = """
            SELECT u.place, quote(u.key), coalesce(m.hits, 0), sum(m.hits IS NULL) OVER () FROM temp.zoo_update AS u
            LEFT JOIN temp.zoo_update_match AS m ON m.place = u.place WHERE m.hits IS NOT 1 ORDER BY u.place LIMIT 1
            """
        return try Row.fetchOne(db, sql: find).map { ($0[0], $0[1], $0[2], $0[3]) }
    }

    /// - Throws: `DataError.invalid`
    func apply() throws {
        do {
            try db.execute(
                sql: """
                    UPDATE \(table.quoted) AS t
                    SET (\(columns.map(ColumnNames.quoted).joined(separator: ", "))) =
                        (SELECT \(columns.indices.map { "u.value\($0)" }.joined(separator: ", "))
                        FROM temp.zoo_update AS u WHERE \(key) = u.key)
                    WHERE EXISTS (SELECT 1 FROM temp.zoo_update AS u WHERE \(key) = u.key)
                    """)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw DataError.invalid(
                "table '\(table.name)' refuses the new values of '\(columns.joined(separator: "', '"))': \(error.message ?? "a constraint failed"); "
                    + "nothing was written")
        }
        guard db.changesCount == rows else {
            throw DataError.invalid(
                "the input has \(rows.counting("row")) for \(db.changesCount.counting("row")) of table '\(table.name)': a key is there twice; "
                    + "nothing was written")
        }
        // After a failure the transaction takes them back itself.
        try db.execute(sql: "DROP TABLE temp.zoo_update_match; DROP TABLE temp.zoo_update")
    }
}
