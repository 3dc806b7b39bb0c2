import ArgumentParser
import Foundation
import ZooWorkflows

/// `zoo lr-find tabular`
struct RangeTestTabularCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tabular", abstract: "Try rising learning rates on a fresh network over a table.")
    @OptionGroup var tabular: TabularOptions
    @Option(help: "Number of learning rates to try, 2 to 100000.") var steps = 200
    @Option(
        help: "File for the plot: SVG, or PNG if the name ends in .png. (default: none)", completion: .file())
    var plot: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (2...100_000).contains(steps) else { throw ValidationError("--steps must be from 2 to 100000") }
    }

    func run() throws {
        try checkPlot(plot)
        guard let source = tabular.rows.source else { return }
        var request = TrainTabularRequest(data: source, features: tabular.features(), command: "")
        request.split = tabular.split()
        request.configuration = tabular.configuration(seed: options.seed)
        let (report, lines) = try options.workspace().tabularRateCurve(request, steps: steps)
        try output(report, lines, plot: plot, as: options)
    }
}
