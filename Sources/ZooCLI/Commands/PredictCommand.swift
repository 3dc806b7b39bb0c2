import ArgumentParser
import ZooWorkflows

/// `zoo predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Ask a model what it makes of new examples.")
    @Argument(help: "The model.") var model: String
    @Option(help: "A file of examples: CSV for a table; for texts one a line, or CSV.", completion: .file())
    var input: String?
    @OptionGroup(title: "Tables") var table: TabularPredictOptions
    @OptionGroup(title: "Text") var text: TextPredictOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        switch try workspace.kind(of: model) {
        case .tabular: try table.predict(model, input: input, in: workspace, options)
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
