import ArgumentParser
import ZooData
import ZooWorkflows

/// What `zoo predict` takes for a model of a table; all but `set` serve text classifiers, too.
struct TabularPredictOptions: ParsableArguments {
    @Option(help: "SELECT whose rows are predicted. (default: none)") var sql: String?
    @Option(help: "Name of the data set whose rows are predicted. (default: none)") var data: String?
    @Option(
        help: """
            Value of one column of a row to predict, such as hr=8; may be repeated. For columns that are not set the \
            prediction is the mean over the training rows that agree best with those that are. (default: none)
            """)
    var set: [ColumnValue] = []
    @Flag(help: "Stop at values that the model has not seen in training (default: a note names them).")
    var strict = false
    @Option(
        help: """
            Fraction of all targets, above 0 and below 1, that lie between two more columns, TARGET_low and TARGET_high, \
            of a numeric prediction: split-conformal intervals from the errors on the validation rows (of the logarithm \
            with --log-target); 0.9 needs 9 validation rows, 0.99 needs 99. (default: no intervals)
            """)
    var interval: Double?
    @Flag(
        help: """
            Predict medians, more exactly exp(mean logarithm), for models trained with --log-target, which suit RMSLE, \
            RMSPE and MAE (default: means, which suit RMSE and totals).
            """)
    var median = false
    @Option(help: "Columns of the input to write beside the predictions, such as id,name. (default: none)")
    var keep: CommaList?
    @Option(help: "CSV file to write. (default: none, predictions are printed)", completion: .file())
    var output: String?
    @Option(
        help: """
            Table of the database to write: a new one, or an existing one with --replace, --append or --update. (default: \
            none)
            """)
    var table: String?
    @Flag(
        help: """
            Replace the table in --table if it was written by predictions, or the file in --output if it is text. \
            (default: the command fails)
            """)
    var replace = false
    @Flag(
        help: """
            Add rows to the existing --table by the names of its columns; probabilities and intervals only where it has \
            such columns; \
            other columns get their defaults.
            """
    )
    var append = false
    @Option(
        help:
            """
            Column of the existing --table to write the predictions into, in the rows that --key names; with --interval \
            also COLUMN_low and COLUMN_high. (default: none)
            """
    )
    var update: String?
    @Option(help: "Column of --table and of the input whose values each name one row, for --update. (default: none)")
    var key: String?

    /// What those are called that are for tables alone.
    static let onlyTables: Set = ["set", "strict", "interval", "median"]

    func validate() throws {
        guard output == nil || table == nil else { throw ValidationError("give either --output or --table") }
        if let interval, !(interval > 0 && interval < 1) {
            throw ValidationError("--interval must be above 0 and below 1, as 0.9")
        }
        try set.refuseTwice()
        let ways = [("--replace", replace), ("--append", append), ("--update", update != nil), ("--key", key != nil)]
        if output == nil, table == nil, replace { throw ValidationError("--replace is for --table and --output") }
        if table == nil, let way = ways.dropFirst().first(where: \.1) {
            throw ValidationError("\(way.0) is for --table")
        }
        guard ways.prefix(3).count(where: \.1) < 2 else {
            throw ValidationError("give one of --replace, --append and --update")
        }
        guard (update == nil) == (key == nil) else {
            throw ValidationError("--update COLUMN and --key COLUMN go together")
        }
        if update != nil, keep != nil { throw ValidationError("--keep is not for --update, which writes one column") }
        if update != nil, !set.isEmpty {
            throw ValidationError("--update needs rows with a key: give them by --input, --sql or --data")
        }
    }

    /// Where the predictions go; nil to print them.
    var destination: PredictionOutput? {
        if let output { return .file(TableOutput(output, isReplacing: replace)) }
        guard let table else { return nil }
        if let update, let key { return .column(update, of: table, key: key) }
        return .table(table, append ? .append : replace ? .replace : .create)
    }

    /// Predicts and prints.
    ///
    /// - Parameters:
    ///   - input: the rows of a file
    ///   - timeZone: the clock of the times of other rows
    func predict(
        _ model: String, input: TabularInput?, timeZone: TimeZoneRule?, in workspace: Workspace,
        _ options: GlobalOptions
    ) throws {
        if timeZone != nil, data != nil { throw ValidationError(TableFileOptions.zoneOfDataset) }
        let inputs: [TabularInput?] = [
            input, sql.map { .stored(.sql($0)) }, data.map { .stored(.dataset($0)) },
            set.isEmpty ? nil : .row(set.map { ($0.column, $0.value) }),
        ]
        let given = inputs.compactMap { $0 }
        guard given.count == 1 else {
            throw ValidationError("give the rows by one of --input, --sql, --data and --set")
        }
        let report = try workspace.predictTabular(
            model: model, input: given[0], keeping: keep?.names ?? [],
            output: destination, isStrict: strict, interval: interval, givesMedian: median, timeZone: timeZone?.name)
        for note in report.inputNotes + report.notes + AnswerText.notes(report.answer, isAsked: median) {
            options.progress.say("note: \(note)")
        }
        try ZooCLI.output(report, as: options)
    }
}

extension PredictTabularReport: Printable {
    var text: String {
        if let written {
            return "\(rows.counting("prediction")) of \(target) written to \(written)"
                + (column.map { ", column \($0)" } ?? "")
        }
        var table = TextTable(columns, rightAligned: Set(columns.indices))
        for row in predictions { table.add(row.map(\.shown)) }
        return table.text
    }
}

extension PredictedValue {
    /// The value for people.
    var shown: String {
        switch self {
        case .number(let number):
            number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : number.fixed(4)
        case .text(let text): text
        case .missing: ""
        }
    }
}
