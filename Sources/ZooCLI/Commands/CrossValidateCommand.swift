import ArgumentParser
import ZooCollab
import ZooRecords
import ZooWorkflows

/// `zoo cross-validate`
struct CrossValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cross-validate", abstract: "Train and test on several splits of a data set.",
        subcommands: [CrossValidateCollabCommand.self])
}

/// `zoo cross-validate collab`
struct CrossValidateCollabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collab", abstract: "Train and test a recommender on several splits.")
    @OptionGroup var collab: CollabOptions
    @OptionGroup var schedule: CollabScheduleOptions
    @Option(
        help: "Splits, such as u1,u2,u3,u4,u5 or last:1,time:0.2; else give --folds. (default: none)",
        transform: { try SplitList($0) })
    var splits: SplitList?
    @Option(help: "Number of random folds of the same size, 2 to 1000; else give --splits. (default: none)")
    var folds: Int?
    @OptionGroup var ranking: RankingOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        _ = try collab.dataset()
        try schedule.check(collab)
        guard (splits == nil) != (folds == nil) else { throw ValidationError("give either --splits or --folds") }
        guard (2...1000).contains(folds ?? 2) else { throw ValidationError("--folds must be from 2 to 1000") }
    }

    func run() throws {
        let progress = options.progress
        let folds = folds.map { count in (1...count).map { DataSplit.fold($0, of: count) } }
        let (algorithm, training) = try collab.training(seed: options.seed, resuming: nil)
        let report = try options.workspace().crossValidateCollab(
            dataset: try collab.dataset(), splits: splits?.splits ?? folds ?? [],
            recipe: algorithm.recipe(schedule.applied(to: training)),
            ranking: ranking.evaluation
        ) { progress.say("\($0.split): \($0.test.line)") }
        progress.warn(report.warnings)
        try output(report, as: options)
    }
}

/// Splits with commas between them.
struct SplitList {
    let splits: [DataSplit]

    init(_ text: String) throws {
        splits = try text.split(separator: ",").map { try DataSplits.ratings.parse(String($0)) }
        guard !splits.isEmpty else { throw ValidationError("it names no split") }
        guard Set(splits).count == splits.count else {
            throw ValidationError("it names a split twice, which would be the same fold twice")
        }
    }
}

extension CrossValidationReport: Printable {
    var text: String {
        let means = [("mean", mean as CollabMetrics?), ("deviation", deviation)]
        let rows = folds.map { ($0.split, $0.test as CollabMetrics?) } + means
        var errors: String?
        if mean.ratings != nil {
            var table = TextTable(["split", "rmse", "mae"], rightAligned: [1, 2])
            for (name, metrics) in rows {
                if let ratings = metrics?.ratings {
                    table.add([name, ratings.rmse.measureText, ratings.mae.measureText])
                }
            }
            errors = table.text
        }
        let lists = rankingTable(top, rows.map { ($0.0, $0.1?.ranking) } + [("popularity", popularity)])
        let speed = ratingsPerSecond > 0 ? ", \((ratingsPerSecond / 1e6).fixed(1)) million ratings a second" : ""
        return [errors, baseline?.text, lists, "trained in \(trainSeconds.fixed(3)) s\(speed)"].compactMap { $0 }
            .joined(separator: "\n")
    }
}
