import ZooData

/// Where predictions go.
public enum PredictionOutput: Sendable, Hashable {
    /// A CSV file.
    case file(TableOutput)
    /// A table of the database.
    case table(String, TableWriting = .create)
    /// A column of a table that is there, in the rows that a key names: only the predictions go there.
    case column(String, of: String, key: String)

    /// The file or table.
    var name: String {
        switch self {
        case .file(let output): output.path
        case .table(let table, _), .column(_, of: let table, key: _): table
        }
    }

    /// The column that is written; nil where all are.
    var column: String? { if case .column(let column, of: _, key: _) = self { column } else { nil } }

    /// The column that says which row a prediction belongs to.
    var key: String? { if case .column(_, of: _, let key) = self { key } else { nil } }

    /// The option that names the columns of the input which go with the predictions.
    static func keepOption(_ output: PredictionOutput?) -> String { output?.key == nil ? "--keep" : "--key" }

    /// What to know of a column that is written although the model reads it or learned it; nil for others.
    func note(inputs: some Sequence<String>, target: String? = nil) -> String? {
        guard let column else { return nil }
        func isWritten(_ other: String) -> Bool { other.lowercased() == column.lowercased() }
        if inputs.contains(where: isWritten) {
            return
                "'\(column)' of \(name) is a column that the model reads: the next predictions will be of what was written "
                + "there now"
        }
        guard let target, isWritten(target) else { return nil }
        return "'\(column)' of \(name) is the model's target: a training on that table would learn from predictions"
    }

    /// The columns of the input that go with the predictions: the key and nothing else, where there is one.
    func kept(_ asked: [String]) -> [String] { key.map { [$0] } ?? asked }
}

extension Workspace {
    /// Writes predictions, all or none.
    ///
    /// - Parameters:
    ///   - columns: those of a row: what goes along, then the prediction, then what belongs to it
    ///   - model: who predicts
    ///   - maker: the command that a new table is recorded as made by; nil for `zoo predict`
    ///   - input: the file that is read, if it is one
    ///   - hasIntervals: whether the two cells after the prediction are the ends of its interval, which an updated column has
    ///     beside it as `COLUMN_low` and `COLUMN_high`
    ///   - rows: is given a closure that takes a row
    /// - Throws: `DataError.notWritten`, and as `DataStore.writeTable` and `updateColumn`
    func write(
        _ columns: [ResultColumn], to output: PredictionOutput, of model: String, input: String?,
        hasIntervals: Bool = false, maker: String? = nil, rows: (([QueryValue]) throws -> Void) throws -> Void
    ) throws {
        switch output {
        case .file(let output):
            try DelimitedWriter.file(output, columns: columns.map(\.name), inputs: [input]) { try rows($0.add) }
        case .table(let table, let writing):
            try data.writeTable(
                named: table, columns: columns, as: writing, maker: maker ?? "zoo predict \(model)", body: rows)
        case .column(let column, of: let table, let key):
            let ends = hasIntervals ? ["_low", "_high"].map { column + $0 } : []
            let others = try data.updateColumn(column, of: table, key: key, also: ends, body: rows)
            if others > 0 {
                let (keys, are) = (others.counting("key"), others == 1 ? "is" : "are")
                onNote(
                    "\(keys) of the input \(are) written otherwise in \(table).\(key), as 10.0 is for 10: taken as the same"
                )
            }
        }
    }
}

extension PredictionOutput? {
    /// - Throws: `WorkflowError.invalid` where predictions that are given back would have two columns of one name
    func refuseTwice(_ columns: [ResultColumn]) throws {
        guard self == nil else { return }  // files and tables refuse them
        var names: Set<String> = []
        guard let twice = columns.map(\.name).first(where: { !names.insert($0).inserted }) else { return }
        throw WorkflowError.invalid(what: "the predictions", reason: TableOutput.twice(twice))
    }
}
