import ArgumentParser
import ZooWorkflows

/// `zoo lr-find text`
struct RangeTestTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Try rising learning rates on a fresh language model.")
    @OptionGroup var text: TextTrainOptions
    @Option(help: "Number of learning rates to try, 2 to 100000.") var steps = 100
    @Option(
        help: "File for the plot: SVG, or PNG if the name ends in .png. (default: none)", completion: .file())
    var plot: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (2...100_000).contains(steps) else { throw ValidationError("--steps must be from 2 to 100000") }
    }

    func run() throws {
        try checkPlot(plot)
        let bar = TrainingBar(progress: options.progress)
        let (report, lines) = try options.workspace().textRateCurve(
            dataset: text.data, recipe: try text.applied(to: TextRecipe(), seed: options.seed), steps: steps
        ) { bar.show("rates", $0, of: steps, unit: "steps") }
        bar.clear()
        try output(report, lines, plot: plot, as: options)
    }
}
