import ArgumentParser
import ZooWorkflows

/// `zoo export-features`
struct ExportFeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-features",
        abstract: "Write a table as CSV with the categories replaced by their learned vectors.",
        discussion: "For gradient boosting and other programs that need numbers: the target first, then the features.")
    @Argument(help: "Name of the model.") var model: String
    @OptionGroup var rows: TabularDataOptions
    @Option(help: "Columns of the table to write beside the features, such as a,b. (default: none)") var keep:
        CommaList?
    @OptionGroup var output: TableOutputOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let report = try options.workspace().exportFeatures(
            model: model, data: rows.source, keeping: keep?.names ?? [], to: output.value)
        try ZooCLI.output(report, as: options)
    }
}

extension ExportFeaturesReport: Printable {
    var text: String { "\(rows.counting("row")) with \(features.counting("feature")) written to \(file)" }
}
