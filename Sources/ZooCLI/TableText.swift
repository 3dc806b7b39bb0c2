import Foundation
import ZooData

extension TableImportReport: Printable {
    var text: String {
        var lines = [dataset.tableText]
        if badRows.count > 0 {
            lines.append("Left out \(badRows.count.counting("bad row")):")
            lines += badRows.listed.map { "  \($0)" }
            if badRows.count > badRows.listed.count { lines.append("  … \(badRows.count - badRows.listed.count) more") }
        }
        return lines.joined(separator: "\n")
    }
}

extension Dataset {
    /// What was imported, with a line for each column of a table.
    var tableText: String {
        guard case .table(let summary) = contents else { return summary }
        return ([self.summary, summary.columnTable] + summary.allNotes.map { "note: \($0)" }).joined(separator: "\n")
    }
}

extension TableSummary {
    /// How much, and where.
    var headline: String {
        "\(rows.counting("row")) of \(columns.count.counting("column")) in \(table)"
            + (view.map { " (view \($0))" } ?? "")
    }

    /// What is in the columns, a line each.
    var columnTable: String {
        var table = TextTable(["column", "kind", "missing", "distinct", "values"], rightAligned: [2, 3])
        for column in columns {
            table.add([
                column.name, column.kind.rawValue, String(column.missing), column.distinctText, column.valuesText,
            ])
        }
        return table.text
    }

    /// What is odd about the columns and the file.
    var allNotes: [String] { columns.flatMap { column in column.notes.map { "\(column.name): \($0)" } } + notes }
}

extension ColumnSummary {
    /// How many different values; `many` where there are more than are counted.
    var distinctText: String { distinct.map { String($0) } ?? "many" }

    /// Its values in a few words.
    var valuesText: String {
        if let earliest, let latest { return "\(earliest) to \(latest)" }
        if kind == .boolean, let mean { return "\((mean * 100).fixed(1)) % true" }
        if let minimum, let maximum, let mean {
            return "\(Self.short(minimum)) to \(Self.short(maximum)), mean \(Self.short(mean))"
        }
        var text = ""
        for value in top {
            let next = "\(value.text.prefix(24).filter { !$0.isNewline }) \(value.count)"
            if text.count + next.count > 60 { return text + (text.isEmpty ? next : ", …") }
            text += (text.isEmpty ? "" : ", ") + next
        }
        return text + ((distinct ?? 0) > top.count && !top.isEmpty ? ", …" : "")
    }

    private static func short(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e9 { return String(Int(number)) }
        return String(format: "%.4g", number)
    }
}
