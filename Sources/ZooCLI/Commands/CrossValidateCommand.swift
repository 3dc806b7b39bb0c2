import ArgumentParser
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
    @Option(
        help: "Names of splits, such as u1,u2,u3,u4,u5; else give --folds. (default: none)",
        transform: { try SplitList($0) })
    var splits: SplitList?
    @Option(help: "Number of random folds of the same size, 2 to 1000; else give --splits. (default: none)")
    var folds: Int?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (splits == nil) != (folds == nil) else { throw ValidationError("give either --splits or --folds") }
        guard (2...1000).contains(folds ?? 2) else { throw ValidationError("--folds must be from 2 to 1000") }
    }

    func run() throws {
        let progress = options.progress
        let folds = folds.map { count in (1...count).map { RatingSplit.fold($0, of: count) } }
        let report = try options.workspace().crossValidateCollab(
            dataset: collab.data, splits: splits?.splits ?? folds ?? [], recipe: collab.recipe(seed: options.seed)
        ) { progress.say("\($0.split): rmse \($0.rmse.fixed(4)), mae \($0.mae.fixed(4))") }
        progress.warn(report.warnings)
        try output(report, as: options)
    }
}

/// Splits with commas between them.
struct SplitList {
    let splits: [RatingSplit]

    init(_ text: String) throws {
        splits = try text.split(separator: ",").map { try RatingSplit(String($0)) }
        guard !splits.isEmpty else { throw ValidationError("it names no split") }
        guard Set(splits).count == splits.count else {
            throw ValidationError("it names a split twice, which would be the same fold twice")
        }
    }
}

extension CrossValidationReport: Printable {
    var text: String {
        var table = TextTable(["split", "rmse", "mae"], rightAligned: [1, 2])
        for fold in folds { table.add([fold.split, fold.rmse.fixed(4), fold.mae.fixed(4)]) }
        table.add(["mean", mean.rmse.fixed(4), mean.mae.fixed(4)])
        if let deviation { table.add(["deviation", deviation.rmse.fixed(4), deviation.mae.fixed(4)]) }
        return table.text
            + "\n\(baseline.text)\ntrained in \(trainSeconds.fixed(3)) s, \((ratingsPerSecond / 1e6).fixed(1)) million ratings a second"
    }
}
