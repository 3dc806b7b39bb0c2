import ArgumentParser
import ZooWorkflows

/// `zoo importance`
struct ImportanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "importance", abstract: "Which columns a model of a table depends on.",
        discussion: """
            Each column's values are shuffled among the rows in turn: how much the error rises is what the model owes to
            it. Columns that say the same share their importance. The rows are the validation rows of the \
            model's training; of other data all rows, which the model should not have been trained on.
            """)
    @Argument(help: "The model.") var model: String
    @OptionGroup var rows: TabularDataOptions
    @Option(help: "Which rows of the training's data (default: valid; all of other data).")
    var split: EvaluationSplit?
    @Option(help: "How many times each column is shuffled.") var repeats = 5
    @Option(help: "How many rows are looked at, chosen by chance.") var sample = 10_000
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...1000).contains(repeats) else { throw ValidationError("--repeats must be from 1 to 1000") }
        guard (10...1_000_000).contains(sample) else { throw ValidationError("--sample must be from 10 to 1000000") }
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
        var table = TextTable(["column", "\(metric) +", "spread"], rightAligned: [1, 2])
        for column in columns { table.add([column.column, column.importance.fixed(4), column.spread.fixed(4)]) }
        let drawn = rows < onRows ? "\(rows) of " : ""
        return table.text + "\n\(metric) \(baseline.fixed(4)) on \(drawn)\(on) with all columns in place"
    }
}
