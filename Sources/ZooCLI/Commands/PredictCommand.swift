import ArgumentParser
import ZooWorkflows

/// `zoo predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Ask a model what it makes of new examples.")
    @Argument(help: "The model.") var model: String
    @Option(help: "A file of examples: for a text classifier one a line, or CSV.", completion: .file())
    var input: String?
    @OptionGroup(title: "Text") var text: TextPredictOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        switch try workspace.kind(of: model) {
        case .textClassifier: try text.predict(model, input: input, in: workspace, options)
        case .text:
            throw WorkflowError.unsuitable(
                model: model, reason: "is a language model: 'zoo generate \(model)' lets it write")
        case .collab:
            throw WorkflowError.unsuitable(model: model, reason: "recommends: ask it with 'zoo recommend \(model)'")
        }
    }
}
