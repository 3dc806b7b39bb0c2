import GRDB

extension DataStore {
    /// Adds rows to a table that is there, by the names of its columns.
    ///
    /// - Throws: as `writeTable`
    func append(
        to name: String, _ columns: [ResultColumn], _ body: (([QueryValue]) throws -> Void) throws -> Void
    ) throws {
        try write { db in
            let table = try OutputTable(existing: name, db)
            let places = columns.indices.filter { !columns[$0].isOptional || table.has(columns[$0].name) }
            let written = places.map { columns[$0].name }
            try check(written, fit: table)
            try beforeWrite("append")
            let insert = try RawStatement(
                db,
                "INSERT INTO \(table.quoted) (\(written.map(ColumnNames.quoted).joined(separator: ", "))) "
                    + "VALUES (\(written.map { _ in "?" }.joined(separator: ", ")))")
            var rows = 0
            try body { row in
                precondition(row.count == columns.count, "writeTable: \(row.count) cells in \(columns.count) columns")
                rows += 1
                for (index, place) in places.enumerated() { insert.bind(row[place], at: Int32(index + 1)) }
                do { try insert.run() } catch let error as DatabaseError { throw table.refusal(error, row: rows) }
            }
            try OutputTableRecord.add(rows: rows, to: name, db)
        }
    }

    /// - Throws: `DataError.invalid` for columns that the table lacks, and for some that it needs and that are not written
    private func check(_ written: [String], fit table: OutputTable) throws {
        let present = table.columns.map { "'\($0.name)'" }.joined(separator: ", ")
        if let lacking = written.first(where: { !table.has($0) }) {
            throw DataError.invalid(
                "table '\(table.name)' has no column '\(lacking)' that can be written; it has \(present): add the column, or "
                    + "write another one by key (--update COLUMN --key COLUMN)")
        }
        let given = Set(written.map { $0.lowercased() })
        if let needed = table.columns.first(where: { $0.isRequired && !given.contains($0.name.lowercased()) }) {
            throw DataError.invalid(
                "table '\(table.name)' needs a value in its column '\(needed.name)' (NOT NULL without a default), which is not "
                    + "written: take it from the input with --keep")
        }
    }
}
