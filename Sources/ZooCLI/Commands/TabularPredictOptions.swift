import ArgumentParser
import ZooWorkflows

/// What `zoo predict` takes for a model of a table.
struct TabularPredictOptions: ParsableArguments {
    @Option(help: "Predict the rows of a SELECT.") var sql: String?
    @Option(help: "Predict the rows of a data set.") var data: String?
    @Option(
        help: """
            One row, a column at a time: hr=8. For columns that are not set the answer is the mean over the training rows \
            that agree best with those that are.
            """)
    var set: [ColumnValue] = []
    @Flag(help: "Stop at values that the model has not seen in training; without, a note names them.") var strict =
        false
    @Option(help: "Columns of the input that go with the predictions: a,b.") var keep: CommaList?
    @Option(help: "Write a CSV file instead of printing.", completion: .file()) var output: String?
    @Option(help: "Write a table of the database instead of printing.") var table: String?

    func validate() throws {
        guard output == nil || table == nil else { throw ValidationError("give either --output or --table") }
        try set.refuseTwice()
    }

    /// Predicts and prints.
    ///
    /// - Parameter input: the rows of a file
    func predict(_ model: String, input: TabularInput?, in workspace: Workspace, _ options: GlobalOptions) throws {
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
            output: output.map { .file(path: $0) } ?? table.map { .table($0) }, isStrict: strict)
        for note in report.notes { options.progress.say("note: \(note)") }
        try ZooCLI.output(report, as: options)
    }
}

extension PredictTabularReport: Printable {
    var text: String {
        if let written { return "\(rows.counting("prediction")) of \(target) written to \(written)" }
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
