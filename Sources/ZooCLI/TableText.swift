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
        return (lines + evidence.map(\.text)).joined(separator: "\n")
    }
}

extension ColumnEvidence {
    /// One line: the column, its kind, and the counts with an example each.
    var text: String {
        "\(column) is \(kind.rawValue): \(countsText)"
    }

    /// The counts with an example each.
    var countsText: String {
        let parts = counts.map { count in
            count.text + (count.example.isEmpty ? "" : " ('\(count.example)')")
        }
        return parts.isEmpty ? "no values" : parts.joined(separator: ", ")
    }
}

extension TablePreview: Printable {
    static let nothingImported = "Nothing was imported: give a --name in place of --preview to import it"

    var text: String {
        var table = TextTable(
            columns.map(\.name),
            rightAligned: Set(columns.indices.filter { [.integer, .real].contains(columns[$0].kind) }))
        for row in firstRows { table.add(row.map(\.shown)) }
        let said = columns.flatMap { column in column.notes.map { "\(column.name): \($0)" } } + notes
        let more = rows > firstRows.count ? ["… \((rows - firstRows.count).counting("row")) more"] : []
        return
            ([table.text] + more + ["", columns.table] + said.map { "note: \($0)" } + badRows.lines
            + evidence.map(\.text) + [Self.nothingImported])
            .joined(separator: "\n")
    }
}

extension RatingColumnUse {
    /// One line: the use of the column, and what its values say.
    var text: String { "column '\(evidence.column)' (\(use)): \(evidence.countsText)" }
}

extension RatingsPreview: Printable {
    var text: String {
        // Times and titles are shown where there are any.
        let shown = Self.names.indices.filter { column in column < 3 || firstRows.contains { $0[column] != nil } }
        var table = TextTable(shown.map { Self.names[$0] }, rightAligned: [2])
        for row in firstRows { table.add(shown.map { row[$0]?.onOneLine ?? "" }) }
        return
            ([table.text, "", report.dataset.contents.headline] + report.lines + columns.map(\.text) + [
                TablePreview.nothingImported
            ])
            .joined(separator: "\n")
    }
}

extension QueryValue {
    /// A cell for people, without line breaks.
    fileprivate var shown: String {
        switch self {
        case .null, .blob: return ""
        case .integer(let number): return String(number)
        case .real(let number): return "\(number)"
        case .text(let text):
            let line = String(text.map { $0.isNewline ? " " : $0 })
            return line.count > 40 ? line.prefix(39) + "…" : line
        }
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
    var columnTable: String { columns.table }

    /// What is odd about the columns and the file.
    var allNotes: [String] { columns.flatMap { column in column.notes.map { "\(column.name): \($0)" } } + notes }
}

extension [ColumnSummary] {
    /// What is in the columns, a line each.
    var table: String {
        var table = TextTable(["column", "kind", "missing", "distinct", "values"], rightAligned: [2, 3])
        for column in self {
            table.add([
                column.name, column.kind.rawValue, String(column.missing), column.distinctText, column.valuesText,
            ])
        }
        return table.text
    }
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
