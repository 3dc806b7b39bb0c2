import ArgumentParser
import ZooData
import ZooWorkflows

/// What a text classifier is asked.
struct TextPredictOptions: ParsableArguments {
    @Option(help: "A text to sort; may be repeated.") var text: [String] = []
    @Option(help: "The column of --input that holds the texts; it is CSV then.") var textColumn: String?

    /// Sorts the texts that were given and those of `input`.
    func predict(
        _ model: String, input: String?, encoding: TextEncoding, in workspace: Workspace, _ options: GlobalOptions
    ) throws {
        guard textColumn == nil || input != nil else { throw ValidationError("--text-column is for --input") }
        let read = try input.map { try Workspace.texts(ofFile: $0, column: textColumn, encoding: encoding) } ?? []
        guard !(text + read).isEmpty else { throw ValidationError("give the texts to sort: --text …, or --input FILE") }
        let report = try workspace.predict(texts: text + read, with: model)
        if let note = report.note { options.progress.say("note: \(note)") }
        try output(report, as: options)
    }
}

extension PredictTextReport: Printable {
    var text: String {
        var table = TextTable(["label", "probability", "text"], rightAligned: [1])
        for prediction in predictions {
            let line = prediction.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            table.add([
                prediction.label, prediction.probability.fixed(4), line.count > 60 ? line.prefix(59) + "…" : line,
            ])
        }
        return table.text
    }
}
