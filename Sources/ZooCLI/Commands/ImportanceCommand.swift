import ArgumentParser
import ZooRecords
import ZooWorkflows

/// `zoo importance`
struct ImportanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "importance", abstract: "Rank the columns of a model of a table by permutation importance.",
        discussion: """
            The values of each column are shuffled among the rows in turn; the importance is the increase of the error. \
            Columns with the same information share their importance. The rows are the validation rows of the model's \
            training; of other data all rows, which the model should not have been trained on.
            """)
    @Argument(help: "Name of the model.") var model: String
    @OptionGroup var rows: TabularDataOptions
    @Option(
        help:
            "Rows to use: train, valid or all, as the model's training split its data. (default: valid; all of other data)",
        transform: { try DataSplits.measuredRows.parse($0) })
    var split: DataSplit?
    @Option(help: "Number of times that each column is shuffled, 1 to 1000.") var repeats = 5
    @Option(help: "Maximum number of rows, drawn at random, 10 to 1000000.") var sample = 10_000
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkRange(repeats, "--repeats", 1...1000)
        try checkRange(sample, "--sample", 10...1_000_000)
    }

    func run() throws {
        let report = try options.workspace().tabularImportance(
            model: model, data: rows.source, split: split, repeats: repeats, sample: sample, seed: options.seed)
        for warning in report.warnings { options.progress.say("warning: \(warning)") }
        try output(report, as: options)
    }
}

extension ImportanceReport: Printable {
    var text: String {
        var table = TextTable(["column", "\(metric) +", "std. error"], rightAligned: [1, 2])
        for column in columns { table.add([column.column, column.importance.fixed(4), column.standardError.fixed(4)]) }
        let drawn = rows < onRows ? "\(rows) of " : ""
        return table.text + "\n\(metric) \(baseline.fixed(4)) on \(drawn)\(on) with all columns in place"
    }
}
