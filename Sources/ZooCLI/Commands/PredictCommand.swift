import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Ask a model what it makes of new examples.")
    @Argument(help: "The model.") var model: String
    @Argument(help: "Pictures, and folders of them, for a model of pictures.", completion: .file()) var files:
        [String] = []
    @Option(
        help: "A file of examples: CSV for a table; for texts one a line, or CSV. - is standard input.",
        completion: .file())
    var input: String?
    @OptionGroup(title: "Tables, and rows of texts") var table: TabularPredictOptions
    @OptionGroup(title: "Options of a table's --input") var file: TableFileOptions
    @Option(help: "Encoding of --input: utf8 or latin1.") var encoding: TextEncoding = .utf8
    @OptionGroup(title: "Text") var text: TextPredictOptions
    @OptionGroup(title: "Pictures") var vision: VisionPredictOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        let kind = try workspace.kind(of: model)
        guard kind == .vision || files.isEmpty else {
            throw ValidationError("'\(model)' does not look at pictures: give its examples by options")
        }
        let onlyTables = ["set", "strict", "interval", "median"] + TableFileOptions.names
        if kind == .textClassifier || kind == .vision { try refuse(onlyTables, "is for models of tables") }
        if kind == .vision { try refuse(TabularPredictOptions.names, "is for models of tables and text classifiers") }
        if kind == .tabular || kind == .vision { try refuse(["text", "text-column"], "is for text classifiers") }
        if kind == .vision { try refuse(["input", "encoding"], "is for tables and texts: name the pictures") }
        let input = try input.map { try PipedInput.file($0) }
        switch kind {
        case .tabular:
            let rows = input.map { TabularInput.file(path: $0, file.value(encoding: encoding)) }
            try table.predict(model, input: rows, in: workspace, options)
        case .textClassifier:
            try text.predict(model, input: input, encoding: encoding, rows: table, in: workspace, options)
        case .vision: try vision.predict(model, files: files, in: workspace, options)
        case .text:
            throw WorkflowError.unsuitable(
                model: model, reason: "is a language model: 'zoo generate \(model)' lets it write")
        case .collab:
            throw WorkflowError.unsuitable(model: model, reason: "recommends: ask it with 'zoo recommend \(model)'")
        }
    }
}
