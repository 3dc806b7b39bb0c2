import ArgumentParser
import Foundation
import ZooWorkflows

/// `zoo lr-find tabular`
struct LRFindTabularCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tabular", abstract: "Try rising learning rates on a fresh network over a table.")
    @OptionGroup var tabular: TabularOptions
    @OptionGroup var search: RateSearchOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        try search.replacing.check(search.plot)
        guard let source = tabular.source else { return }
        var request = TrainTabularRequest(data: source, features: tabular.features(), command: "")
        request.split = tabular.split()
        request.configuration = tabular.configuration(seed: options.seed)
        let (report, lines) = try options.workspace().findTabularLearningRate(request, steps: search.steps ?? 200)
        try output(report, lines, search, as: options)
    }
}
