import Foundation
import GRDB

/// A column of a table that is written.
package struct ResultColumn: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// What its values are; nil where they are stored as they come.
    package let kind: ValueKind?
    /// Whether a table to which rows are added may lack it.
    package let isOptional: Bool

    /// Names a column.
    package init(name: String, kind: ValueKind?, isOptional: Bool = false) {
        self.name = name
        self.kind = kind
        self.isOptional = isOptional
    }
}

/// What happens to a table that is there already when rows are written.
public enum TableWriting: Sendable, Hashable {
    /// It is left alone, and nothing is written.
    case create
    /// It is replaced, if predictions made it.
    case replace
    /// It gets the rows in addition to its own.
    case append
}

/// A table of the database that is written to, as SQLite describes it.
struct OutputTable {
    /// A column that can be written.
    struct Column {
        let name: String
        /// Whether a new row needs a value for it.
        let isRequired: Bool
    }

    /// Its name as it was given.
    let name: String
    let columns: [Column]

    /// The name in SQL.
    var quoted: String { "main." + ColumnNames.quoted(name) }

    /// Finds a table of the user's.
    ///
    /// - Throws: `DataError.invalid` for one of Zoo's or SQLite's own, a view, and a name that nothing has
    init(existing name: String, _ db: Database) throws {
        try Self.checkIsNotOurs(name)
        switch try Self.kind(of: name, db) {
        case "table": break
        case nil: throw DataError.invalid("there is no table '\(name)' in the database to write to")
        case let kind?: throw DataError.invalid("'\(name)' is a \(kind), not a table: name the table behind it")
        }
        // Columns that SQLite computes are hidden ones.
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid", arguments: [name])
        let keys = rows.filter { ($0["pk"] as Int) > 0 }
        self.name = name
        columns = rows.map { row in
            let type = (row["type"] as String?)?.uppercased()
            // A single INTEGER PRIMARY KEY is the rowid, which SQLite numbers.
            let isNumbered = keys.count == 1 && (row["pk"] as Int) > 0 && type == "INTEGER"
            let hasDefault = (row["dflt_value"] as String?) != nil
            return Column(name: row["name"], isRequired: row["notnull"] == 1 && !hasDefault && !isNumbered)
        }
    }

    /// Whether there is a column of that name; SQLite does not tell capitals.
    func has(_ column: String) -> Bool { columns.contains { $0.name.lowercased() == column.lowercased() } }

    /// What is called so: `table`, `view` or `index`; nil for nothing.
    static func kind(of name: String, _ db: Database) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT type FROM sqlite_schema WHERE lower(name) = lower(?) AND type <> 'trigger'",
            arguments: [name])
    }

    /// - Throws: `DataError.invalid`
    static func checkIsNotOurs(_ name: String) throws {
        for (prefix, owner) in [("zoo_", "zoo"), ("sqlite_", "SQLite")] where name.lowercased().hasPrefix(prefix) {
            throw DataError.invalid(
                "table name '\(name.filter { !$0.isNewline })': names that begin with \(prefix) belong to \(owner): "
                    + "choose another")
        }
    }

    /// A constraint that a row violates, in our words.
    func refusal(_ error: DatabaseError, row: Int) -> any Error {
        guard error.resultCode == .SQLITE_CONSTRAINT || error.resultCode == .SQLITE_MISMATCH else { return error }
        return DataError.invalid(
            "table '\(name)' refuses row \(row): \(error.message ?? "a constraint failed"); nothing was written")
    }
}

/// The record of the tables that predictions made, in `zoo_output_tables`.
enum OutputTableRecord {
    /// Forgets tables that somebody has dropped, made again or altered since: they are the user's.
    static func prune(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM zoo_output_tables WHERE NOT EXISTS (
                    SELECT 1 FROM sqlite_schema AS s
                    WHERE s.type = 'table' AND zoo_output_tables.name = s.name AND zoo_output_tables.sql = s.sql)
                """)
    }

    /// What made the table, when, and how many rows were written, where that is known; nil for a table of the user's.
    static func find(_ name: String, _ db: Database) throws -> (maker: String, created: String, rows: Int?)? {
        let find = "SELECT maker, created, rows FROM zoo_output_tables WHERE name = ?"
        return try Row.fetchOne(db, sql: find, arguments: [name]).map { ($0["maker"], $0["created"], $0["rows"]) }
    }

    /// What a command makes: `zoo predict` and `zoo recommend` answers, each of the others a table of its own.
    static func kind(ofMaker maker: String) -> String {
        let command = maker.split(separator: " ").prefix(2).joined(separator: " ")
        return command == "zoo recommend" ? "zoo predict" : command
    }

    /// Records rows that were written into a table; nothing for one of the user's.
    static func add(rows: Int, to name: String, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE zoo_output_tables SET rows = rows + ? WHERE name = ?", arguments: [rows, name])
    }

    /// Records a table that was just made.
    static func add(_ name: String, maker: String, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO zoo_output_tables (name, sql, maker, created, rows)
                SELECT name, sql, ?, ?, 0 FROM sqlite_schema WHERE type = 'table' AND name = ?
                """, arguments: [maker, Date().ISO8601Format(), name])
    }
}
