import ArgumentParser
import ZooLearn
import ZooWorkflows

/// `zoo lr-find vision`
struct RangeTestVisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vision", abstract: "Try rising learning rates on a fresh network for images.")
    @OptionGroup var vision: VisionTrainOptions
    @Option(help: "Number of learning rates to try, one a step, 2 to 100000.") var steps = 100
    @Option(
        help: "File for the plot: SVG, or PNG if the name ends in .png. (default: none)", completion: .file())
    var plot: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (2...100_000).contains(steps) else { throw ValidationError("--steps must be from 2 to 100000") }
        try vision.validateRecipe()
    }

    func run() throws {
        try checkPlot(plot)
        let bar = TrainingBar(progress: options.progress)
        let (report, lines) = try options.workspace().visionRateCurve(
            vision.request(seed: options.seed), steps: steps,
            onStep: { bar.show("rates", $0, of: steps, unit: "steps") })
        bar.clear()
        try output(report, lines, plot: plot, as: options)
    }
}
