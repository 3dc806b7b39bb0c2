import ArgumentParser
import ZooWorkflows

/// `zoo predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Ask a model what it makes of new examples.")
    @Argument(help: "The model.") var model: String
    @Option(help: "A file of examples: for a text classifier one a line, or CSV.", completion: .file())
    var input: String?
    @OptionGroup(title: "Tables") var table: TabularPredictOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        switch try workspace.kind(of: model) {
        case .tabular: try table.predict(model, input: input, in: workspace, options)
        case .collab:
            throw WorkflowError.unsuitable(model: model, reason: "recommends: ask it with 'zoo recommend \(model)'")
        }
    }
}
