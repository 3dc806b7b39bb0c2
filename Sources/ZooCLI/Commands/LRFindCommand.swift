import ArgumentParser
import Foundation
import ZooPlots
import ZooRecords
import ZooWorkflows

/// `zoo lr-find`
struct LRFindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lr-find", abstract: "Suggest a learning rate by a range test, with a plot.",
        subcommands: [
            LRFindCollabCommand.self, LRFindTabularCommand.self, LRFindTextCommand.self,
            LRFindVisionCommand.self,
        ])
}

/// `zoo lr-find collab`
struct LRFindCollabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collab", abstract: "Try rising learning rates on a fresh recommender.")
    @OptionGroup var collab: CollabOptions
    @Option(
        help: "Split whose training part is used: a name, such as u1, or random:0.2. (default: all ratings)",
        transform: { try DataSplits.ratings.parse($0) })
    var split: DataSplit?
    @OptionGroup var search: RateSearchOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws { _ = try collab.dataset() }

    func run() throws {
        try search.replacing.check(search.plot)
        let (report, lines) = try options.workspace().findCollabLearningRate(
            dataset: try collab.dataset(), split: split ?? .all,
            recipe: collab.recipe(seed: options.seed), steps: search.steps ?? 200)
        try output(report, lines, search, as: options)
    }
}

/// Prints a range test's result, and writes its plot where a file is named.
func output(_ report: LearningRateReport, _ lines: LinePlot, _ search: RateSearchOptions, as options: GlobalOptions)
    throws
{
    try search.replacing.write(lines, to: search.plot, saying: options.progress)
    if options.json { return try outputJSON(report) }
    func rate(_ value: Double?) -> String { value.map { String(format: "%.2g", $0) } ?? "none" }
    outputText(lines.text())
    outputText("steepest descent at \(rate(report.steepest)); a tenth of the minimum: \(rate(report.minimumTenth))")
}
