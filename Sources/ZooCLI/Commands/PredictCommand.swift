import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Ask a model what it makes of new examples.")
    @Argument(help: "The model.") var model: String
    @Option(
        help: "A file of examples: CSV for a table; for texts one a line, or CSV. - is standard input.",
        completion: .file())
    var input: String?
    @OptionGroup(title: "Tables") var table: TabularPredictOptions
    @OptionGroup(title: "Options of a table's --input") var file: TableFileOptions
    @Option(help: "Encoding of a table's --input: utf8 or latin1.") var encoding: TextEncoding = .utf8
    @OptionGroup(title: "Text") var text: TextPredictOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        let input = try input.map { try PipedInput.file($0) }
        switch try workspace.kind(of: model) {
        case .tabular:
            let rows = input.map { TabularInput.file(path: $0, file.value(encoding: encoding)) }
            try table.predict(model, input: rows, in: workspace, options)
        case .textClassifier: try text.predict(model, input: input, in: workspace, options)
        case .vision: throw WorkflowError.unsuitable(model: model, reason: "sorts pictures, which cannot be asked yet")
        case .text:
            throw WorkflowError.unsuitable(
                model: model, reason: "is a language model: 'zoo generate \(model)' lets it write")
        case .collab:
            throw WorkflowError.unsuitable(model: model, reason: "recommends: ask it with 'zoo recommend \(model)'")
        }
    }
}
