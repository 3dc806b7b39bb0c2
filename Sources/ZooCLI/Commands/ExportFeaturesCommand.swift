import ArgumentParser
import ZooWorkflows

/// `zoo export-features`
struct ExportFeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-features",
        abstract: "Write a table as CSV with the categories replaced by their learned vectors.",
        discussion: "For gradient boosting and whatever else wants numbers: the target first, then the features.")
    @Argument(help: "The model.") var model: String
    @OptionGroup var rows: TabularDataOptions
    @Option(help: "Columns of the table that go with the features: a,b.") var keep: CommaList?
    @Option(help: "The CSV file to write.", completion: .file()) var output: String
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let report = try options.workspace().exportFeatures(
            model: model, data: rows.source, keeping: keep?.names ?? [], path: output)
        try ZooCLI.output(report, as: options)
    }
}

extension ExportFeaturesReport: Printable {
    var text: String { "\(rows.counting("row")) with \(features.counting("feature")) written to \(file)" }
}
