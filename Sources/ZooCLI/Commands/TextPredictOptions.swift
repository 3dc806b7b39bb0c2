import ArgumentParser
import ZooData
import ZooWorkflows

/// What a text classifier is asked.
struct TextPredictOptions: ParsableArguments {
    @Option(help: "Text to classify; may be repeated. (default: none)") var text: [String] = []
    @Option(
        help: """
            Column of the texts in --input (which is then CSV), --sql or --data. (default: text, or the only column not in \
            --keep)
            """
    )
    var textColumn: String?

    /// Classifies the texts that were given and those of `input`, or those of a SELECT or a data set.
    func predict(
        _ model: String, input: String?, encoding: TextEncoding, rows: TabularPredictOptions, in workspace: Workspace,
        _ options: GlobalOptions
    ) throws {
        let report = try workspace.predict(
            texts(input: input, encoding: encoding, rows: rows, options.progress), with: model,
            keeping: rows.keep?.names ?? [],
            output: rows.destination)
        if let note = report.note { options.progress.say("note: \(note)") }
        try output(report, as: options)
    }

    private func texts(
        input: String?, encoding: TextEncoding, rows: TabularPredictOptions, _ progress: Progress
    ) throws -> TextInput {
        let stored: TabularData? = rows.sql.map { .sql($0) } ?? rows.data.map { .dataset($0) }
        guard [!text.isEmpty || input != nil, rows.sql != nil, rows.data != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("give the texts by one of --text or --input, --sql, and --data")
        }
        guard textColumn == nil || stored != nil || input != nil else {
            throw ValidationError("--text-column is for --input, --sql and --data")
        }
        if let stored { return .stored(stored, column: textColumn) }
        let textColumn = textColumn ?? input.flatMap { Self.column(ofFile: $0, progress) }
        let needsRows = rows.keep != nil || rows.update != nil
        if let input, let textColumn, text.isEmpty { return .file(path: input, column: textColumn, encoding: encoding) }
        if needsRows {
            throw ValidationError(
                "--keep and --update are for rows: give them by --sql, --data, or --input with --text-column")
        }
        let read = try input.map { try Workspace.texts(ofFile: $0, column: textColumn, encoding: encoding) } ?? []
        guard !(text + read).isEmpty else {
            if let input { throw DataError.unreadable(path: input, reason: "there is no text in it") }
            throw ValidationError("give the texts to classify: --text …, --input FILE, --sql … or --data …")
        }
        return .texts(text + read)
    }

    /// The column of the texts of a file, of which none was named; nil for one of lines.
    static func column(ofFile input: String, _ progress: Progress) -> String? {
        guard DataStore.isDelimited(input) else { return nil }
        let column = DataStore.textColumn(ofFile: input)
        progress.say(
            column.map { "note: the texts of \(input) are its column '\($0)' (--text-column: another)" }
                ?? "note: each line of \(input) is read as a text, the first as well (--text-column: a column)")
        return column
    }
}

extension PredictTextReport: Printable {
    var text: String {
        if let written {
            return "\(rows.counting("prediction")) of label written to \(written)"
                + (column.map { ", column \($0)" } ?? "")
        }
        let kept = Array(columns[..<(columns.lastIndex(of: "label") ?? 0)])  // behind it the probabilities
        var table = TextTable(kept + ["label", "probability", "text"], rightAligned: [kept.count + 1])
        for prediction in predictions {
            let line = prediction.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            table.add(
                kept.map { prediction.kept[$0]?.shown ?? "" } + [
                    prediction.label, prediction.probability?.fixed(4) ?? "-",
                    line.count > 60 ? line.prefix(59) + "…" : line,
                ])
        }
        return table.text
    }
}
