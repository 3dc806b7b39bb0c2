import ArgumentParser
import ZooData
import ZooWorkflows

extension ImageIdentifier: ExpressibleByArgument {}

/// `zoo submit`
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Write a file of answers for a competition, and check it.",
        discussion: """
            Predicts every row of a CSV file, or every picture of a folder, and writes the identifier and the answer.
            Identifiers that are empty or there twice and answers that are no numbers are refused; with a sample submission,
            so are other columns, rows and identifiers than it has. The rows are then in the sample's order.

            Of a CSV file, --id names the column of identifiers. Of pictures, the name of the file without its ending is the
            identifier, and the answer is the likeliest class, the probability of one (--probability) or of each
            (--probabilities); a sample decides how the columns are called, where no option does.
            """)
    @Argument(help: "The model.") var model: String
    @Option(help: "The file with the rows to answer; - is standard input.", completion: .file()) var input: String?
    @Option(help: "The folder with the pictures to answer.", completion: .directory) var images: String?
    @Option(help: "The column of identifiers.") var id: String?
    @Option(help: "The file to write.", completion: .file()) var output: String
    @Option(help: "Name of the column of answers; else that of the model's target.") var target: String?
    @Option(help: "Answer with the probability of this class.") var probability: String?
    @Flag(
        help: """
            Answer rows with medians where the model was trained with --log-target: for RMSLE, RMSPE and MAE (default: means, \
            for RMSE).
            """)
    var median = false
    @Flag(help: "Answer pictures with the probability of every class, a column each.") var probabilities = false
    @Option(help: "What identifies a picture: auto, stem, name or path.") var idForm: ImageIdentifier = .automatic
    @Option(help: "A sample submission to check against.", completion: .file()) var sample: String?
    @Option(help: "Encoding of the input: utf8 or latin1.") var encoding: TextEncoding = .utf8
    @OptionGroup(title: "Options of the input") var table: TableFileOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (input == nil) != (images == nil) else {
            throw ValidationError("give either --input, a file of rows, or --images, a folder of pictures")
        }
        if images != nil, median { throw ValidationError("--median is for --input") }
        if images == nil {
            guard id != nil else { throw ValidationError("--input needs --id, its column of identifiers") }
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
            var request = SubmitImagesRequest(model: model, folder: images, output: output)
            (request.id, request.target, request.identifier) = (id, target, idForm)
            (request.label, request.givesProbabilities) = (probability, probabilities)
            request.sample = try sample.map { try PipedInput.file($0) }
            let bar = ImportBar(progress: options.progress)
            let report = try workspace.submitImages(request, progress: bar.show(pictures:of:))
            options.progress.clear()
            return try ZooCLI.output(report, as: options)
        }
        var request = SubmitRequest(model: model, input: try PipedInput.file(input ?? ""), id: id ?? "", output: output)
        request.target = target
        request.label = probability
        request.givesMedian = median
        request.sample = try sample.map { try PipedInput.file($0) }
        request.options = table.value(encoding: encoding)
        let report = try workspace.submit(request)
        let notes = UnknownValue.notes(report.unknown, report.unknownRows, isOneRow: false)
        for note in notes + AnswerText.notes(report.answer, isAsked: median) { options.progress.say("note: \(note)") }
        try ZooCLI.output(report, as: options)
    }
}

extension SubmitReport: Printable {
    var text: String {
        "\(rows.counting("row")) of \(columns.joined(separator: ",")) written to \(file)"
            + (sample.map { "; the columns and identifiers are those of \($0)" } ?? "")
    }
}
