import Foundation
import GRDB
import GRDBSQLite

/// What importing a table did.
public struct TableImportReport: Sendable, Equatable, Encodable {
    /// The data set as it is stored now.
    public let dataset: Dataset
    /// The rows that were left out.
    public let badRows: BadRows
    /// What the values of each column say of its kind; empty where that was not asked for.
    package let evidence: [ColumnEvidence]
}

extension DataStore {
    /// Imports a delimited text file as a table of its own, in one transaction.
    ///
    /// The file is read twice: to find out what is in its columns, looking at every row, and to store it.
    /// - Parameter progress: called with every few thousand rows
    /// - Throws: `DataError`: `.unreadable`, `.badRow` unless bad rows are skipped, `.emptyTable`, `.wrongEncoding`,
    ///   `.unclosedQuote`, `.lineTooLong`, `.tooManyColumns`, `.exists`, `.locked`, `.database`
    @discardableResult
    package func importTable(
        file: URL, name: String, options: TableImportOptions = TableImportOptions(),
        progress: (TableImportProgress) -> Void = { _ in }
    ) throws -> TableImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        let layout = try TableLayout.find(path: file.path, options: options)
        try checkColumnCount(layout.names.count, file: file.path)
        let inspection = try TableInspection(
            path: file.path, layout: layout, options: options, progress: progress)
        let dataset = try write { db in
            let new = NewTable(
                name: name, source: file.path, columns: inspection.columns, notes: inspection.notes,
                isReplacing: options.isReplacing, missingTexts: options.rules.otherMissing)
            return try store(new, db) { insert in
                let cells = try CellReader(path: file.path, inspection: inspection, rules: options.rules)
                var rows = 0
                try BlockPipe.run((0..<4).map { _ in CellBlock() }, produce: cells.fill) { block in
                    try beforeWrite("rows")
                    try insert.add(block, columnCount: layout.names.count)
                    rows += block.rows
                    progress(TableImportProgress(phase: .writing, rows: rows, totalRows: inspection.rows))
                }
                guard rows == inspection.rows else {
                    throw DataError.unreadable(path: file.path, reason: "it changed while it was read: import it again")
                }
                return FilledTable(rows: rows, fingerprint: cells.fingerprint(), columns: nil)
            }
        }
        return TableImportReport(
            dataset: dataset, badRows: inspection.badRows,
            evidence: options.explains ? inspection.evidence : [])
    }

    /// - Throws: `DataError.tooManyColumns`
    func checkColumnCount(_ count: Int, file: String) throws {
        let limit = try read { db in Int(sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_COLUMN, -1)) }
        guard count <= limit else { throw DataError.tooManyColumns(file: file, count: count, limit: limit) }
    }

    /// A table that is to be stored.
    struct NewTable {
        let name: String
        let source: String
        let columns: [ColumnSummary]
        let notes: [String]
        let isReplacing: Bool
        var missingTexts: [String]?
    }

    /// What is known of a table when all its rows are stored.
    struct FilledTable {
        let rows: Int
        let fingerprint: String
        /// What was found in the columns, if that was not known before.
        let columns: [ColumnSummary]?
    }

    /// Makes the tables of a data set and has them filled, inside a transaction.
    ///
    /// - Parameter fill: gets the statement that inserts a row; gives what is known of the rows then
    func store(
        _ new: NewTable, _ db: Database, fill: (borrowing RawStatement) throws -> FilledTable
    ) throws -> Dataset {
        if new.isReplacing { try removeDatasetIfThere(named: new.name, db) }
        try checkIsFree(new.name, db)
        try beforeWrite("dataset")
        try db.execute(
            sql: """
                INSERT INTO zoo_datasets (name, kind, source, created, fingerprint, users, items, ratings, has_timestamps)
                VALUES (?, 'table', ?, ?, '', 0, 0, 0, 0)
                """, arguments: [new.name, new.source, Date().ISO8601Format()])
        let id = db.lastInsertedRowID
        let table = "zoo_table_\(id)"
        let columns = new.columns.map { ColumnNames.quoted($0.name) + " " + $0.kind.declaration }
        try db.execute(sql: "CREATE TABLE \(table) (\(columns.joined(separator: ", ")))")
        let view = try makeView(for: new.name, table: table, db)
        let places = Array(repeating: "?", count: new.columns.count).joined(separator: ", ")
        let insert = try RawStatement(db, "INSERT INTO \(table) VALUES (\(places))")
        let filled = try fill(insert)
        try beforeWrite("summary")
        let taken = view == nil ? Self.viewName(new.name) : nil
        let summary = TableSummary(
            table: table, view: view, rows: filled.rows, columns: filled.columns ?? new.columns,
            notes: new.notes
                + (taken.map { ["it has no view \($0), as that name is taken: in SQL it is called \(table)"] } ?? []),
            missingTexts: new.missingTexts, keepsClocks: true)
        try db.execute(
            sql: "UPDATE zoo_datasets SET fingerprint = ?, summary = ? WHERE id = ?",
            arguments: [filled.fingerprint, String(decoding: try JSONEncoder().encode(summary), as: UTF8.self), id])
        return try dataset(named: new.name, db)
    }

    /// A view that people can type: `zoo_data_adult`; nil if the data set's name does not make one, or it is taken.
    private func makeView(for name: String, table: String, _ db: Database) throws -> String? {
        guard let view = Self.viewName(name) else { return nil }
        let find = "SELECT count(*) FROM sqlite_schema WHERE lower(name) = ?"
        guard try Int.fetchOne(db, sql: find, arguments: [view]) == 0 else { return nil }
        try db.execute(sql: "CREATE VIEW \(view) AS SELECT * FROM \(table)")
        return view
    }

    /// What the view of a data set of that name is called; nil where the name does not make one.
    private static func viewName(_ name: String) -> String? {
        guard name.utf8.allSatisfy({ isWordByte($0) || $0 == UInt8(ascii: "-") }), name.utf8.count <= 100 else {
            return nil
        }
        return "zoo_data_" + name.lowercased().replacingOccurrences(of: "-", with: "_")
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte &- 48 < 10 || (byte | 32) &- 97 < 26
    }

    /// Drops what holds the rows of a data set of the kind table.
    func dropTable(of dataset: Dataset, _ db: Database) throws {
        guard case .table(let summary) = dataset.contents else { return }
        if let view = summary.view { try db.execute(sql: "DROP VIEW IF EXISTS \(ColumnNames.quoted(view))") }
        try db.execute(sql: "DROP TABLE IF EXISTS \(ColumnNames.quoted(summary.table))")
    }
}

extension RawStatement {
    /// Inserts the rows of a block.
    func add(_ block: CellBlock, columnCount: Int) throws {
        let (tags, payloads, file) = (block.tags, block.payloads, UnsafePointer(block.records.bytes))
        try block.extra.withUnsafeBufferPointer { extra in
            var cell = 0
            for _ in 0..<block.rows {
                for column in 1...Int32(columnCount) {
                    let payload = payloads[cell]
                    switch tags[cell] {
                    case .integer: bind(Int64(bitPattern: payload), at: column)
                    case .real: bind(Double(bitPattern: payload), at: column)
                    case .text:
                        let base = payload >> 63 == 1 ? extra.baseAddress ?? file : file
                        bindStatic(base + Int(payload & 0xFFFF_FFFF), Int(payload >> 32 & 0x7FFF_FFFF), at: column)
                    case .null: bindNull(at: column)
                    }
                    cell &+= 1
                }
                try run()
            }
        }
    }
}
