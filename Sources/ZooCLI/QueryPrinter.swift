import Foundation
import ZooData
import ZooWorkflows

/// Prints the rows of a query: a table for people, CSV or JSON as they come.
struct QueryPrinter {
    let json: Bool
    let csv: Bool

    /// Rows that a table holds back to find the widths of its columns.
    private static let sample = 1000

    /// Prints all rows, and calls `onNoRows` after a table without any.
    func print(_ query: PreparedQuery, onNoRows: () -> Void) throws {
        if json { return try query.forEachLineOfJSON { outputText($0) } }
        if csv { return try printCSV(query) }
        var held: [[QueryValue]] = []
        var table: TextTable?
        let (columns, holdsVectors) = (query.statement.columns, query.statement.holdsVectors)
        try query.statement.forEachRow(query.values) { row in
            if table != nil {
                outputText(zip(row, holdsVectors).map { text($0, isVector: $1).cell }.joined(separator: "  "))
                return true
            }
            held.append(row)
            if held.count == Self.sample {
                table = self.table(columns, holdsVectors, held)
                outputText(table?.text ?? "")
            }
            return true
        }
        if table == nil { outputText(self.table(columns, holdsVectors, held).text) }
        if held.isEmpty { onNoRows() }
    }

    private func table(_ columns: [String], _ holdsVectors: [Bool], _ rows: [[QueryValue]]) -> TextTable {
        let numeric = columns.indices.filter { column in
            rows.allSatisfy { row in
                switch row[column] {
                case .integer, .real, .null: true
                case .text, .blob: false
                }
            }
        }
        var table = TextTable(columns, rightAligned: Set(numeric))
        for row in rows { table.add(zip(row, holdsVectors).map { text($0, isVector: $1) }) }
        return table
    }

    private func text(_ value: QueryValue, isVector: Bool) -> String {
        switch value {
        case .null: ""
        case .integer(let integer): String(integer)
        case .real(let real): short(real)
        case .text(let text): text
        case .blob(let bytes):
            if isVector, let vector = value.vector {
                "[\(vector.count.counting("number"))]"
            } else {
                bytes.count <= 16 ? value.blobLiteral ?? "" : "<\(bytes.count) bytes>"
            }
        }
    }

    private func short(_ real: Double) -> String {
        if real == 0 || (1e-3..<1e6).contains(abs(real)) { return real.fixed(4) }
        return abs(real) < 1 ? String(format: "%.4g", real) : real.plainText
    }

    private func printCSV(_ query: PreparedQuery) throws {
        func field(_ text: String) -> String {
            // By bytes: a carriage return and a line feed are one character.
            text.utf8.contains { ",\"\n\r".utf8.contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
        }
        outputText(query.statement.columns.map(field).joined(separator: ","))
        try query.statement.forEachRow(query.values) { row in
            outputText(
                zip(row, query.statement.holdsVectors).map { field(exact($0, isVector: $1)) }.joined(separator: ","))
            return true
        }
    }

    private func exact(_ value: QueryValue, isVector: Bool) -> String {
        switch value {
        case .null: ""
        case .integer(let integer): String(integer)
        case .real(let real): real.plainText
        case .text(let text): text
        case .blob:
            (isVector ? value.vector : nil).map { $0.map { "\($0)" }.joined(separator: " ") } ?? value.blobLiteral ?? ""
        }
    }
}
