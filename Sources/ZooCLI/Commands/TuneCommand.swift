import ArgumentParser
import Foundation
import ZooCollab
import ZooPlots
import ZooRecords
import ZooWorkflows

/// `zoo tune`
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Search the settings of a training within a given time.",
        subcommands: [TuneCollabCommand.self])
}

/// `zoo tune collab`
struct TuneCollabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collab", abstract: "Search the settings of a recommender.",
        discussion: """
            Random search with successive halving: eight settings at a time are measured on a random fifth of the ratings, \
            the better half of them on another fifth, and the better half of those on two more. The first trial is the \
            defaults, which are measured on all four. The test part of --split is never looked at.

            Every measurement is kept in the table zoo_runs. After Ctrl-C, or with more --minutes, the same command \
            continues from there, with the same result as without a pause.
            """)
    @Option(help: "Name of the data set of ratings.") var data: String
    @Option(help: "Time for the search in minutes, that of earlier runs of the same search included, above 0.")
    var minutes: Double
    @Option(help: "Algorithm: \(CollabAlgorithmArgument.summary) (default: \(CollabAlgorithm.usual.name))")
    var model: CollabAlgorithmArgument?
    @Option(
        help: """
            What is made as good as it can be: rmse, of predicted ratings, or ndcg, of lists of ten. (default: rmse of an \
            algorithm that predicts ratings, else ndcg)
            """)
    var metric: TuneMetric?
    @Option(
        help: "Split whose training part is searched, such as u1 or time:0.2. (default: all ratings)",
        transform: { try DataSplits.ratings.parse($0) })
    var split: DataSplit?
    @Option(help: "The most settings to try, 1 or more. (default: as many as there is time for)") var trials: Int?
    @Option(help: "SVG or PNG file for a plot of the settings tried. (default: none)", completion: .file())
    var plot: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard minutes > 0, minutes.isFinite else { throw ValidationError("--minutes must be above 0, not \(minutes)") }
        if let trials, trials < 1 { throw ValidationError("--trials must be 1 or more, not \(trials)") }
    }

    func run() throws {
        try checkPlot(plot)
        var request = TuneCollabRequest(
            dataset: data, algorithm: model?.algorithm ?? .usual, seconds: 60 * minutes, command: commandLine())
        (request.metric, request.trials, request.seed) = (metric, trials, options.seed)
        if let split { request.split = split }
        let progress = options.progress
        let report = try options.workspace().tuneCollab(request) { trial, fold, value in
            progress.say("trial \(trial)\(trial == 0 ? " (defaults)" : ""), fold \(fold + 1): \(value.measureText)")
        } shouldStop: {
            Interruption.isAskedOfTraining
        }
        if let plot {
            try report.plot.write(to: plot)
            progress.say("wrote \(plot)")
        }
        try output(report, as: options)
    }
}

extension TuneMetric: ExpressibleByArgument {}

extension TuneCollabReport: Printable {
    var text: String {
        let shown = trials.filter { $0.measures.count == folds || $0.number == 0 }.sorted { a, b in
            a.measures.count != b.measures.count
                ? a.measures.count > b.measures.count : metric == .rmse ? a.mean < b.mean : a.mean > b.mean
        }
        var table = TextTable(["trial", metric.rawValue, "folds", "options"], rightAligned: [0, 1, 2])
        for trial in shown.prefix(10) {
            table.add([
                String(trial.number), trial.mean.measureText, String(trial.measures.count),
                trial.number == 0 ? "(defaults)" : trial.options.flags,
            ])
        }
        let earlier = resumed > 0 ? ", \(resumed) of them by an earlier run" : ""
        let count = trials.reduce(0) { $0 + $1.measures.count }
        let result =
            best.number == 0
            ? "nothing better than the defaults was found"
            : "\(metric.rawValue) \(best.mean.measureText), that of the defaults \(usual.mean.measureText)"
        let flags = best.number == 0 ? "" : " " + best.options.flags
        return table.text
            + "\n\(trials.count.counting("trial")), \(count.counting("measurement"))\(earlier), in \(seconds.fixed(0)) s: \(result)"
            + "\ntrain it: zoo train collab --data \(data) --model \(model)\(flags)"
    }
}

extension CollabTrainingOptions {
    /// What is not left to the default, as it is written on the command line.
    var flags: String {
        func number(_ value: Double?) -> String? { value.map { String(format: "%.4g", $0) } }
        let values: [(CollabOption, String?)] = [
            (.factors, factors.map { "\($0)" }), (.epochs, epochs.map { "\($0)" }),
            (.learningRate, number(learningRate)), (.weightDecay, number(weightDecay)),
            (.batchSize, batchSize.map { "\($0)" }), (.regularization, number(regularization)),
            (.weight, weight?.rawValue), (.dropout, number(dropout)), (.unobservedWeight, number(unobservedWeight)),
            (.alpha, number(alpha)), (.frequencyExponent, number(frequencyExponent)),
            (.neighbours, neighbours.map { "\($0)" }), (.shrinkage, number(shrinkage)),
            (.attributeWeight, number(attributeWeight)),
        ]
        return values.compactMap { option, value in value.map { "\(option.flag) \($0)" } }.joined(separator: " ")
    }
}
