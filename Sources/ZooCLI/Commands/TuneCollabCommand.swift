import ArgumentParser
import Foundation
import ZooCollab
import ZooRecords
import ZooWorkflows

/// `zoo tune collab`
struct TuneCollabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collab", abstract: "Search the settings of a recommender.",
        discussion: """
            Random search with successive halving: eight settings at a time are measured on a random fifth of the ratings, \
            the better half of them on another fifth, and the better half of those on two more. The first trial is the \
            defaults, which are measured on all four. The test part of --split is not used.

            Every measurement is kept in the table zoo_runs. After Ctrl-C, or with more --minutes, the same command \
            continues from there, with the same result as without a pause.
            """)
    @Option(help: "Name of the data set of ratings.") var data: String
    @OptionGroup var search: TuneOptions
    @Option(help: "Algorithm: \(CollabAlgorithmArgument.summary) (default: \(CollabAlgorithm.usual.name))")
    var model: CollabAlgorithmArgument?
    @Option(
        help: """
            Metric to optimise: rmse of predicted ratings, or ndcg of lists of ten. (default: rmse of an \
            algorithm that predicts ratings, else ndcg)
            """)
    var metric: TuneMetric?
    @Option(
        help: "Split whose training part is searched, such as u1 or time:0.2. (default: all ratings)",
        transform: { try DataSplits.ratings.parse($0) })
    var split: DataSplit?
    @OptionGroup var options: GlobalOptions

    func run() throws {
        var request = TuneCollabRequest(
            dataset: data, algorithm: model?.algorithm ?? .usual, limits: search.limits(seed: options.seed))
        request.metric = metric
        if let split { request.split = split }
        try search.run(as: options) { try $0.tuneCollab(request, onMeasured: $1, shouldStop: $2) }
    }
}

extension TuneMetric: ExpressibleByArgument {}

extension CollabTrainingOptions: CommandSettings {
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
            (.attributeWeight, number(attributeWeight)), (.solver, solver?.rawValue),
        ]
        return values.compactMap { option, value in value.map { "\(option.flag) \($0)" } }.joined(separator: " ")
    }
}
