import ArgumentParser
import ZooLearn
import ZooWorkflows

/// `zoo lr-find vision`
struct LRFindVisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vision", abstract: "Try rising learning rates on a fresh network for images.")
    @OptionGroup var vision: VisionTrainOptions
    @OptionGroup var search: RateSearchOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try check(vision.applied(to: .fromScratch, seed: 0))
    }

    func run() throws {
        try search.replacing.check(search.plot)
        let steps = search.steps ?? 100
        let bar = TrainingBar(progress: options.progress)
        let (report, lines) = try options.workspace().findVisionLearningRate(
            vision.request(vision.applied(to: .fromScratch, seed: options.seed)), steps: steps,
            onStep: { bar.show("rates", $0, of: steps, unit: "steps") })
        bar.clear()
        try output(report, lines, search, as: options)
    }
}
