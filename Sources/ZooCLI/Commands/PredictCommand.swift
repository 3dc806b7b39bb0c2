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
        help:
            "File of examples: CSV or JSON for a table; for texts one a line, CSV or JSON; - is standard input. (default: none)",
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
        guard let answer = Self.answers.first(where: { $0.kind == kind.name }) else {
            throw WorkflowError.unsuitable(model: model, reason: "predicts nothing; \(kind.use(model))")
        }
        guard answer.takesFiles || files.isEmpty else {
            throw ValidationError("'\(model)' is not a model of images: give its examples by options")
        }
        for option in Set(Self.answers.flatMap(\.options)).subtracting(answer.options).sorted() {
            let takers = ModelKind.all.filter { kind in
                Self.answers.contains { $0.kind == kind.name && $0.options.contains(option) }
            }
            try refuse([option], "is for \(takers.map { $0.plural }.joined(separator: " and "))")
        }
        try answer.predict(self, workspace)
    }

    /// How the models of a kind predict.
    private struct Answer: Sendable {
        /// The name of the kind.
        let kind: String
        /// The options that it takes and others do not, without their dashes.
        let options: Set<String>
        /// Whether its examples are files.
        var takesFiles = false
        let predict: @Sendable (PredictCommand, Workspace) throws -> Void
    }

    /// The kinds that predict.
    private static let answers = [
        Answer(
            kind: "tabular",
            options: TabularPredictOptions.optionNames.union(TableFileOptions.optionNames).union(inputs)
        ) { command, workspace in
            let rows = try command.input.map {
                TabularInput.file(path: try PipedInput.file($0), command.file.value(encoding: command.encoding))
            }
            try command.table.predict(
                command.model, input: rows, timeZone: command.file.timeZone, in: workspace, command.options)
        },
        Answer(
            kind: "text-classifier",
            options: TabularPredictOptions.optionNames.subtracting(TabularPredictOptions.onlyTables)
                .union(TextPredictOptions.optionNames).union(inputs)
        ) { command, workspace in
            try command.text.predict(
                command.model, input: command.input.map { try PipedInput.file($0) }, encoding: command.encoding,
                rows: command.table, in: workspace, command.options)
        },
        Answer(kind: "vision", options: VisionPredictOptions.optionNames, takesFiles: true) { command, workspace in
            try command.vision.predict(command.model, files: command.files, in: workspace, command.options)
        },
    ]
    private static let inputs: Set = ["input", "encoding"]
}
