import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo predict`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Predict rows of a table, texts or images with a model.")
    @Argument(help: "Name of the model.") var model: String
    @Argument(help: "Image files and folders of images, for a model of images.", completion: .file()) var files:
        [String] = []
    @Option(
        help: "File of examples: CSV for a table; for texts one a line, or CSV; - is standard input. (default: none)",
        completion: .file())
    var input: String?
    @OptionGroup(title: "Tables and texts in rows") var table: TabularPredictOptions
    @OptionGroup(title: "Format of --input for tables") var file: TableFileOptions
    @Option(help: "Encoding of --input.") var encoding: TextEncoding = .utf8
    @OptionGroup(title: "Texts") var text: TextPredictOptions
    @OptionGroup(title: "Images") var vision: VisionPredictOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        let kind = try workspace.kind(of: model)
        guard kind == .vision || files.isEmpty else {
            throw ValidationError("'\(model)' is not a model of images: give its examples by options")
        }
        let onlyTables = ["set", "strict", "interval", "median"] + TableFileOptions.names
        if kind == .textClassifier || kind == .vision { try refuse(onlyTables, "is for models of tables") }
        if kind == .vision { try refuse(TabularPredictOptions.names, "is for models of tables and text classifiers") }
        if kind == .tabular || kind == .vision { try refuse(["text", "text-column"], "is for text classifiers") }
        if kind == .vision { try refuse(["input", "encoding"], "is for tables and texts: name the images") }
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
