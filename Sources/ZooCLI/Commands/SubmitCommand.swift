import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo submit`
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Write a file of answers for a competition, and check it.",
        discussion: """
            Predicts every row of a CSV file and writes two columns: the identifier as it stands there, and the answer.
            Identifiers that are empty or there twice and answers that are no numbers are refused; with a sample submission,
            so are other columns, rows and identifiers than it has. The rows are then in the sample's order.
            """)
    @Argument(help: "The model.") var model: String
    @Option(help: "The file with the rows to answer; - is standard input.", completion: .file()) var input: String
    @Option(help: "Its column of identifiers.") var id: String
    @Option(help: "The file to write.", completion: .file()) var output: String
    @Option(help: "Name of the column of answers; else that of the model's target.") var target: String?
    @Option(help: "Answer with the probability of this class.") var probability: String?
    @Option(help: "A sample submission to check against.", completion: .file()) var sample: String?
    @Option(help: "Encoding of the input: utf8 or latin1.") var encoding: TextEncoding = .utf8
    @OptionGroup(title: "Options of the input") var table: TableFileOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        var request = SubmitRequest(model: model, input: try PipedInput.file(input), id: id, output: output)
        request.target = target
        request.label = probability
        request.sample = try sample.map { try PipedInput.file($0) }
        request.options = table.value(encoding: encoding)
        try ZooCLI.output(try options.workspace().submit(request), as: options)
    }
}

extension SubmitReport: Printable {
    var text: String {
        "\(rows.counting("row")) of \(columns.joined(separator: ",")) written to \(file)"
            + (sample.map { "; the columns and identifiers are those of \($0)" } ?? "")
    }
}
