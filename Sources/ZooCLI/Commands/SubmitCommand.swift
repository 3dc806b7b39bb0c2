import ArgumentParser
import ZooData
import ZooWorkflows

extension ImageIdentifier: ExpressibleByArgument {}

/// `zoo submit`
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Write a submission for a competition, and check it.",
        discussion: """
            Predicts every row of a CSV file, or every image of a folder, and writes its identifier and the prediction. \
            Empty or repeated identifiers and predictions that are NaN are refused; with a sample submission, so are \
            columns, rows and identifiers that the sample does not have. The rows are then in the order of the sample.

            For a CSV file, --id names the column of identifiers, else it is the column of the sample that the file has. For images, the identifier is the file name without its \
            extension, and the prediction is the most probable class, the probability of one class (--probability) or of \
            each (--probabilities). The sample names the columns where no option does.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Option(
        help: "CSV or JSON file with the rows to predict; - is standard input; else give --images. (default: none)",
        completion: .file())
    var input: String?
    @Option(help: "Folder with the images to predict; else give --input. (default: none)", completion: .directory)
    var images: String?
    @Option(
        help: """
            Column of the identifiers; with --input it or --sample is needed. (default: that of the sample; id for images \
            without one)
            """)
    var id: String?
    @OptionGroup var output: TableOutputOptions
    @Option(
        help:
            "Name of the column of predictions. (default: that of the sample, else of the model's target; label for images)"
    )
    var target: String?
    @Option(help: "Class whose probability is written. (default: none, the most probable class is written)")
    var probability: String?
    @Flag(
        help: """
            Predict medians for models trained with --log-target, which suit RMSLE, RMSPE and MAE (default: means, which \
            suit RMSE).
            """)
    var median = false
    @Flag(help: "Write the probability of every class of images, a column each.") var probabilities = false
    @Option(
        help:
            "Identifier of an image: stem (name without extension), name, path, or auto (as in the sample, else stem).")
    var idForm: ImageIdentifier = .automatic
    @Option(help: "Sample submission to check against. (default: none)", completion: .file()) var sample: String?
    @Option(help: "Encoding of --input.") var encoding: TextEncoding = .utf8
    @OptionGroup(title: "Format of --input") var table: TableFileOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (input == nil) != (images == nil) else {
            throw ValidationError("give either --input, a file of rows, or --images, a folder of images")
        }
        if images != nil, median { throw ValidationError("--median is for --input") }
        if images == nil {
            guard id != nil || sample != nil else {
                throw ValidationError("--input needs --id, its column of identifiers, or --sample, whose column it has")
            }
            if probabilities || idForm != .automatic {
                throw ValidationError("--probabilities and --id-form are for --images")
            }
        } else if probabilities, probability != nil || target != nil {
            throw ValidationError("--probabilities makes a column of each class: leave out --probability and --target")
        }
    }

    func run() throws {
        let workspace = try options.workspace()
        if let images {
            var request = SubmitImagesRequest(model: model, folder: images, output: output.value)
            (request.id, request.target, request.identifier) = (id, target, idForm)
            (request.label, request.givesProbabilities) = (probability, probabilities)
            request.sample = try sample.map { try PipedInput.file($0) }
            let bar = ImportBar(progress: options.progress)
            let report = try workspace.submitImages(request, progress: bar.show(images:of:))
            options.progress.clear()
            return try ZooCLI.output(report, as: options)
        }
        var request = SubmitRequest(
            model: model, input: try PipedInput.file(input ?? ""), id: id, output: output.value)
        request.target = target
        request.label = probability
        request.givesMedian = median
        request.sample = try sample.map { try PipedInput.file($0) }
        request.options = table.value(encoding: encoding)
        let report = try workspace.submit(request)
        let notes = UnknownValue.notes(report.unknown, report.unknownRows, isOneRow: false)
        for note in report.inputNotes + notes + AnswerText.notes(report.answer, isAsked: median) {
            options.progress.say("note: \(note)")
        }
        try ZooCLI.output(report, as: options)
    }
}

extension SubmitReport: Printable {
    var text: String {
        "\(rows.counting("row")) of \(columns.joined(separator: ",")) written to \(file)"
            + (sample.map { "; the columns and identifiers are those of \($0)" } ?? "")
    }
}
