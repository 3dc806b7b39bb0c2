import ArgumentParser
import ZooText
import ZooWorkflows

/// `zoo lr-find text`
struct LRFindTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Try rising learning rates on a fresh language model.")
    @OptionGroup var text: TextTrainOptions
    @OptionGroup var search: RateSearchOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        try search.replacing.check(search.plot)
        let steps = search.steps ?? 100
        let bar = TrainingBar(progress: options.progress)
        let (report, lines) = try options.workspace().findTextLearningRate(
            dataset: text.data, recipe: try text.applied(to: TextRecipe(), seed: options.seed), steps: steps
        ) { bar.show("rates", $0, of: steps, unit: "steps") }
        bar.clear()
        try output(report, lines, search, as: options)
    }
}
