import ZooLearn
import ZooRecords
import ZooTabular

/// A search of the settings of a training on a table.
package struct TuneTabularRequest: Sendable {
    /// What is trained. The rows that validate in it are not used.
    package var training: TrainTabularRequest
    /// The names of options that stay as they were given, such as `weight_decay`.
    package var fixed: Set<String> = []
    /// The time, and what else every search is told.
    package var limits: TuneLimits

    /// Asks for a search around the settings of a training.
    package init(_ training: TrainTabularRequest, limits: TuneLimits) {
        (self.training, self.limits) = (training, limits)
    }
}

extension Workspace {
    /// Searches the settings of a network over a table by random search with successive halving.
    ///
    /// - Throws: as `trainTabular`; `TrainingStopped` when it was stopped
    package func tuneTabular(
        _ request: TuneTabularRequest,
        onMeasured: (_ trial: Int, _ fold: Int, _ value: Double) -> Void = { _, _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TuneReport<TrialSettings> {
        let training = request.training
        let rows = try tabularRows(training.data, timeZone: training.features.timeZone)
        let split = try training.split(of: rows, saying: onNote)
        let folds = TableFolds(rows, training.features, split, seed: training.configuration.seed)
        let first = try folds.table(0)
        try first.features.check(widths: training.configuration.embeddingWidths)
        let metric = first.features.target.lossMetric
        let space = try TrialSpace(
            training.configuration, Self.settings(training.configuration.completed(for: first.training.count)),
            fixed: request.fixed, seed: request.limits.seed)
        var dataset: String?
        if case .dataset(let name) = training.data { dataset = name }
        let search = SettingsSearch(
            kind: "tabular", model: StoredTabular.architecture, data: training.data.name, dataset: dataset,
            split: split.nameOfTables, metric: metric, isLowerBetter: true,
            identity: [
                rows.source.fingerprint, split.nameOfTables, try JSONText.encode(training.features),
                try JSONText.encode(training.configuration), request.fixed.sorted().joined(separator: ","),
                String(request.limits.seed),
            ], options: { space.trial($0).settings })
        return try search.run(request.limits, in: self, onMeasured: onMeasured, shouldStop: shouldStop) {
            trial, fold, shouldStop in
            let table = try folds.table(fold)
            let fit = try TabularTrainer(space.trial(trial).recipe, threads: request.limits.threads).fit(
                table.training, validation: table.validation, features: table.features, shouldStop: shouldStop)
            if let reason = fit.report.stopReason { throw TrainingStopped(description: "\(reason)") }
            let calibration = try fit.heldOut.calibration(threads: request.limits.threads)
            let metrics = try fit.heldOut.map { $0.calibrated(calibration) }.metrics(threads: request.limits.threads)
            return metrics.first { $0.name == metric }?.value ?? .nan
        }
    }

    /// What is varied around the settings of a training; more networks than there are by default are always better and take longer,
    /// so that their number is not.
    ///
    /// - Parameter usual: with what suits the number of rows
    private static func settings(_ usual: TabularRecipe) -> [TrialSpace<TabularRecipe>.Setting] {
        let (rate, decay) = (usual.learningRate ?? 3e-3, usual.weightDecay ?? 0.01)
        let (epochs, size) = (Double(usual.epochs ?? 5), usual.batchSize ?? 64)
        return [
            .init("lr") { share, recipe in
                recipe.learningRate = share.between(rate / 5, rate * 3)
                return JSONValue(recipe.learningRate)
            },
            .init("weight_decay") { share, recipe in
                recipe.weightDecay = share.between(decay / 10, decay * 10)
                return JSONValue(recipe.weightDecay)
            },
            .init("dropout") { share, recipe in
                let dropout = share < 0.2 ? 0 : share.between(0.02, 0.5)
                recipe.dropout = Float(dropout)
                return .number(dropout)
            },
            .init("embedding_dropout") { share, recipe in
                let dropout = share < 0.3 ? 0 : share.between(0.01, 0.3)
                recipe.embeddingDropout = Float(dropout)
                return .number(dropout)
            },
            .init("layers") { share, recipe in
                let sizes = share.choice([
                    [64, 32], [128, 64], [200, 100], [400, 200], [256, 256], [256, 128, 64],
                ])
                recipe.hidden = sizes
                return .text(sizes.map(String.init).joined(separator: ","))
            },
            .init("epochs") { share, recipe in
                let count = Int(share.between(max(2, epochs / 2), epochs * 2 + 1).rounded())
                recipe.epochs = count
                return .integer(Int64(count))
            },
            .init("batch_size") { share, recipe in
                let count = share.choice([max(2, size / 2), size, size * 2, size * 4])
                recipe.batchSize = count
                return .integer(Int64(count))
            },
        ]
    }
}

/// The parts of a table that settings are measured on, one after the other.
private final class TableFolds {
    private let rows: StoredRows
    private let features: FeatureSettings
    private let split: DataSplit
    private let seed: UInt64
    private var last: (fold: Int, table: PreparedTable)?

    init(_ rows: StoredRows, _ features: FeatureSettings, _ split: DataSplit, seed: UInt64) {
        (self.rows, self.features, self.split, self.seed) = (rows, features, split, seed)
    }

    /// What a fold, from 0, trains and validates on: a random fifth of the rows that the split leaves; of a split by time the last
    /// period of what is left when as many are cut off.
    ///
    /// - Throws: as `PreparedTable`; `WorkflowError.invalid` where there are too few rows
    func table(_ fold: Int) throws -> PreparedTable {
        if let last, last.fold == fold { return last.table }
        let tooFew = WorkflowError.invalid(
            what: "the search",
            reason: "there are too few rows to train and validate on: it needs five parts, with --valid-last "
                + "that period five times and rows before: hold out less (--valid-last, --valid 0)")
        var features = features
        let table: PreparedTable
        if case .last(let seconds, let column) = split {
            let before = DataSplit.last(seconds: seconds * Double(fold + 1), column: column)
            let kept = try KeptRows(rows, without: before, seed: seed)
            do { table = try PreparedTable(kept, features, split: split, seed: seed) } catch let error as TabularError {
                // Without rows there is no target to be learned, nor a part to be held out.
                var count = 0
                try kept.forEachBlock { count += $0.rowCount }
                throw count > 1 ? error : tooFew
            }
        } else {
            if case .column(let mark) = split { features.ignore.append(mark) }
            table = try PreparedTable(
                KeptRows(rows, without: split, seed: seed), features,
                split: .fold(fold + 1, of: SuccessiveHalving.parts),
                seed: seed)
        }
        guard table.training.count > 1, table.validation.count > 0 else {
            throw tooFew
        }
        last = (fold, table)
        return table
    }
}
