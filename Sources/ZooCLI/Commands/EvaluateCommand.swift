import ArgumentParser
import ZooWorkflows

/// `zoo evaluate`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a stored model on a data set.")
    @Argument(help: "The model.") var model: String
    @Option(help: "The data set; else the one that the model was trained on.") var data: String?
    @Option(
        help: "Use the test part of this split, as u1 or random:0.2, or of a text train or valid; else all.",
        transform: { try RatingSplit($0) })
    var split: RatingSplit?
    @Option(help: "The rows of a SELECT instead of a data set, for a model of a table.") var sql: String?
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        switch try workspace.kind(of: model) {
        case .collab:
            let report = try workspace.evaluate(
                model: model, dataset: data, split: split ?? .none, seed: options.seed)
            try output(report, as: options)
        case .tabular:
            try refuseSplit()
            let source: TabularData? = data.map { .dataset($0) } ?? sql.map { .sql($0) }
            try output(try workspace.evaluateTabular(model: model, data: source), as: options)
        case .text:
            let report = try workspace.evaluateText(model: model, dataset: data, split: split ?? .none)
            if let note = report.note { options.progress.say("note: \(note)") }
            try output(report, as: options)
        case .textClassifier:
            try refuseSplit()
            try output(try workspace.evaluateTextClassifier(model: model, dataset: data), as: options)
        case .vision: throw WorkflowError.unsuitable(model: model, reason: "sorts pictures, which are not measured yet")
        }
    }

    private func refuseSplit() throws {
        guard split == nil else { throw ValidationError("--split is for recommenders and language models") }
    }
}

extension EvaluateReport: Printable {
    var text: String {
        "\(model) on \(ratings.counting("rating")) of '\(data)' (\(split)): rmse \(test.rmse.fixed(4)), mae \(test.mae.fixed(4))"
    }
}

extension EvaluateTabularReport: Printable {
    var text: String {
        let without = rowsWithoutTarget > 0 ? " (\(rowsWithoutTarget) without a known target left out)" : ""
        return "\(model) on \(rows.counting("row")) of '\(data)'\(without): \(MetricOrder.text(test))"
    }
}
