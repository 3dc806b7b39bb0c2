import Foundation
import Testing
import ZooData

/// A table that was imported, and what is in it.
struct ImportedTable {
    let report: TableImportReport
    let summary: TableSummary
    let rows: [[QueryValue]]

    /// The values of a column.
    func values(_ name: String) throws -> [QueryValue] {
        let place = try #require(summary.columns.firstIndex { $0.name == name })
        return rows.map { $0[place] }
    }

    /// What was found out about a column.
    func column(_ name: String) throws -> ColumnSummary { try #require(summary.columns.first { $0.name == name }) }
}

/// Writes `bytes` to a file and imports it as a table; where that fails, nothing may be left.
func importingTable(
    bytes: [UInt8], _ configure: (inout TableImportOptions) -> Void = { _ in }
) throws -> ImportedTable {
    try withStore { store, folder in
        let file = folder.appendingPathComponent("t.csv")
        try Data(bytes).write(to: file)
        var options = TableImportOptions()
        configure(&options)
        do {
            let report = try store.importTable(file: file, name: "d", options: options)
            guard case .table(let summary) = report.dataset.contents else { throw NoTable() }
            let rows = try store.query("SELECT * FROM \(summary.table)").rows()
            return ImportedTable(report: report, summary: summary, rows: rows)
        } catch {
            let left = try store.datasets()
            #expect(left.isEmpty)
            let tables = try store.query("SELECT name FROM sqlite_schema WHERE name GLOB 'zoo_table_*'").rows()
            #expect(tables.isEmpty)
            throw error
        }
    }
}

/// Writes `text` to a file and imports it as a table.
func importingTable(
    _ text: String, _ configure: (inout TableImportOptions) -> Void = { _ in }
) throws -> ImportedTable {
    try importingTable(bytes: Array(text.utf8), configure)
}

/// The message of the error that importing `text` ends in, from the file's name on.
func tableMessage(_ text: String, _ configure: (inout TableImportOptions) -> Void = { _ in }) throws -> String {
    let error = #expect(throws: DataError.self) { try importingTable(text, configure) }
    let text = error?.description ?? ""
    return text.range(of: "t.csv").map { String(text[$0.lowerBound...]) } ?? text
}

struct NoTable: Error {}
