import ArgumentParser
import ZooWorkflows

/// `zoo explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a model of a table: the effect of a column, or what each column adds to a prediction.",
        discussion: """
            With --column: the mean prediction over rows of the table when the column has the same value in all of them \
            (partial dependence). With --row N or --set: what each column adds to the prediction for that row, compared \
            with other rows (sampled Shapley values); the parts add up. Probabilities are calibrated, and numbers of a \
            model trained with --log-target are means, as 'zoo predict' gives them.
            """)
    @Argument(help: "Name of the model.") var model: String
    @OptionGroup var rows: TabularDataOptions
    @Option(help: "Column to vary; else give --row or --set. (default: none)") var column: String?
    @Option(help: "Number of the row to explain, from 1; else give --column or --set. (default: none)")
    var row: Int?
    @Option(
        help: """
            Value of one column of your own row, such as hr=8; may be repeated. Columns that are not set are as in the \
            training row that agrees best with those that are. (default: none)
            """)
    var set: [ColumnValue] = []
    @Option(
        name: .customLong("class"),
        help: "Class whose probability is explained. (default: with --column the second class, else the predicted one)")
    var label: String?
    @Option(help: "Number of rows that are compared, drawn at random, 1 to 1000000.") var sample = 500
    @Option(
        help: "File for the plot of --column: SVG, or PNG if the name ends in .png. (default: none)",
        completion: .file())
    var plot: String?
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard [column != nil, row != nil, !set.isEmpty].count(where: { $0 }) == 1 else {
            throw ValidationError("give one of --column, --row and --set")
        }
        try set.refuseTwice()
        try checkRange(sample, "--sample", 1...1_000_000)
        guard (row ?? 1) >= 1 else { throw ValidationError("--row counts from 1") }
        if plot != nil, column == nil { throw ValidationError("--plot goes with --column") }
    }

    func run() throws {
        try replacing.check(plot)
        let workspace = try options.workspace()
        let request = ExplainTabularRequest(
            model: model, data: rows.source, sample: sample, label: label, seed: options.seed)
        guard let column else {
            let report = try workspace.explainRow(
                request, row: row.map { .number($0) } ?? .given(set.map { ($0.column, $0.value) }))
            for note in report.notes { options.progress.say("note: \(note)") }
            return try output(report, as: options)
        }
        let (report, drawing) = try workspace.explainColumn(request, column: column)
        try replacing.write(drawing, to: plot, saying: options.progress)
        if options.json { return try outputJSON(report) }
        if report.values.contains(where: { $0.value != nil }) { outputText(drawing.text()) }
        outputText(report.text)
    }
}

extension ExplainColumnReport: Printable {
    var text: String {
        var table = TextTable([column, "mean \(answer)"], rightAligned: [0, 1])
        for value in values { table.add([value.label, value.mean.fixed(4)]) }
        return table.text
    }
}

extension ExplainRowReport: Printable {
    /// What the reader has to know of the row, a line each.
    var notes: [String] {
        UnknownValue.notes(unknown, [:], isOneRow: true)
            + FilledText.notes(
                assumed: assumed, filled: filled, ignored: ignored, from: matchedFrom,
                taken: "taken from one of \(matchedFrom?.text ?? ""), the row which agrees best with what is set")
    }

    var text: String {
        var table = TextTable([answer, "column"], rightAligned: [0])
        table.add([baseline.fixed(4), "mean of the rows compared with"])
        for part in parts { table.add([(part.value < 0 ? "" : "+") + part.value.fixed(4), part.column]) }
        table.add([value.fixed(4), "this row"])
        return table.text
    }
}
