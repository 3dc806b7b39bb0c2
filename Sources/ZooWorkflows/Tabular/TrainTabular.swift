import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooRecords
import ZooTabular

/// Where rows come from.
public enum TabularData: Sendable, Hashable {
    /// A data set of the kind table.
    case dataset(String)
    /// Any SELECT.
    case sql(String)

    /// As reports name it.
    public var name: String {
        switch self {
        case .dataset(let name): name
        case .sql: "SELECT"
        }
    }
}

extension String {
    /// The name of data in a sentence: of a data set in quotes, else `the SELECT`.
    package var quotedData: String { self == "SELECT" ? "the SELECT" : "'\(self)'" }
}

extension DataSplit {
    /// How reports on tables call it.
    var nameOfTables: String { self == .all ? "none" : name }
}

/// What to train, on what, and under which name to keep it.
public struct TrainTabularRequest: TrainingRequest, Sendable {
    /// Where the rows come from.
    public var data: TabularData
    /// How columns become inputs.
    public var features: FeatureSettings
    /// Which rows validate; nil for six folds of few rows, else a fifth of the rows.
    public var split: DataSplit?
    /// How to train.
    public var configuration = TabularRecipe()
    /// Which epoch's weights to keep.
    public var keeping: KeptEpoch = .best
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether to resume from the checkpoint that `saveAs` names.
    public var resumes = false
    /// The time between two checkpoints; nil for none.
    package var checkpointInterval: Duration? = .seconds(300)
    /// The command line, kept with the model.
    public var command: String
    /// How many threads may be used.
    public var threads: ThreadCount = .all

    /// Asks for a model of a target.
    public init(data: TabularData, features: FeatureSettings, command: String) {
        self.data = data
        self.features = features
        self.command = command
    }

    package var savedName: String? { saveAs }

    /// Which of some rows validate.
    ///
    /// - Parameter note: is told which column of dates was found
    /// - Throws: `WorkflowError.invalid` where no column of dates is named and there is not exactly one
    func split(of rows: StoredRows, saying note: (String) -> Void) throws -> DataSplit {
        guard case .last(let seconds, DataSplit.onlyDates) = split else {
            return split
                ?? .usual(
                    rows: rows.source.rowCount, members: configuration.members, isOrdered: !features.ordered.isEmpty)
        }
        let dates = rows.columns.filter { $0.kind == .date }.map(\.name)
        guard let column = dates.first else {
            throw WorkflowError.invalid(
                what: "--valid-last",
                reason: "no column holds dates; --valid-column COLUMN, with 1 in the rows to validate on, needs none")
        }
        guard dates.count == 1 else {
            let names = dates.map { "'\($0)'" }.joined(separator: ", ")
            throw WorkflowError.invalid(
                what: "--valid-last", reason: "several columns hold dates, \(names): name one with --time-column")
        }
        note("--valid-last counts back from the last '\(column)', the only column of dates (--time-column)")
        return .last(seconds: seconds, column: column)
    }
}

/// The result of a training on a table.
public struct TrainTabularReport: TrainingReport, Sendable, Encodable {
    /// The architecture.
    public let model: String
    /// Name of the data set, or `SELECT`.
    public let data: String
    /// The column that is predicted.
    public let target: String
    /// The classes; null for a number.
    @StableKey public var classes: [String]?
    /// The split as it is written on the command line.
    public let split: String
    /// Rows that trained and validated.
    public let trainRows: Int
    /// See `trainRows`.
    public let validRows: Int
    /// Rows whose target is missing, left out.
    public let rowsWithoutTarget: Int
    /// The categories with the lengths of their vectors.
    public let categorical: [String: Int]
    /// The continuous columns.
    public let continuous: [String]
    /// Columns that are no inputs, with the reason.
    public let dropped: [String: String]
    /// What else was noticed.
    public let notes: [String]
    /// Metrics of the validation rows with the weights that were kept; empty without any.
    public let valid: [String: Double]
    /// What was fitted on the validation rows with these weights; null for numbers without logarithm, and where they are too few.
    @StableKey package var calibration: TabularCalibrationReport?
    /// What the answer that is the same for all rows reaches on the validation rows.
    @StableKey package var baseline: TabularBaselineReport?
    /// What the last value of the series reaches on them; nil where they are not the last ones of series.
    @StableKey package var lastValue: TabularBaselineReport?
    /// What makes the figures say less than they seem to, and where the model is not better than a baseline.
    public let warnings: [String]
    /// The metric that decides which epoch is the best.
    public let metric: String
    /// The epoch with the best validation rows, from 1; nil without any.
    @StableKey public var bestEpoch: Int?
    /// The epoch whose weights the model has, from 1.
    public let keptEpoch: Int
    /// How many epochs were planned; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// Wall time of the training itself, without reading and validating.
    public let trainSeconds: Double
    /// Training rows times epochs over that time.
    public let trainRowsPerSecond: Double
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Trains a network on a table, measures it on the validation rows, and saves it if a name is given.
    ///
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: `DataError` for a missing data set or a SELECT that fails, `TabularError`; `TrainingStopped` when it was
    ///   stopped or its loss became NaN; `TakenName` for a name that may not be replaced; `WeightError` when it cannot be
    ///   saved
    public func trainTabular(
        _ request: TrainTabularRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainTabularReport {
        try checkSave(request)
        let started = Date()
        let training = try TabularJob(request, in: self)
        return try train(training, request, began: started, onProgress: onProgress, shouldStop: shouldStop)
    }

    /// The rows of a data set or of a SELECT.
    ///
    /// - Parameters:
    ///   - features: of the model that is asked about them; nil in training
    ///   - timeZone: the clock of a SELECT's times in training; nil for that with which they were written
    func tabularRows(
        _ data: TabularData, like features: FittedFeatures? = nil, timeZone: String? = nil
    ) throws -> StoredRows {
        let known = features.map(\.knownColumns) ?? []
        return switch data {
        case .dataset(let name): try rows(dataset: name, like: known)
        case .sql(let sql): try rows(sql: sql, like: known, timeZone: timeZone)
        }
    }
}

/// What is known of a model's quality.
struct TabularModelMetrics: Codable {
    /// The split whose other part was measured.
    var split: String
    var valid: [String: Double]
    /// What the answer that is the same for all rows reaches on them; missing in earlier versions.
    var baseline: [String: Double]?
    /// The epoch of the first network that was kept; missing in earlier versions.
    var keptEpoch: Int?
}

extension TabularData {
    /// The data set; nil for a SELECT.
    var dataset: String? { if case .dataset(let name) = self { name } else { nil } }

    /// The SELECT; nil for a data set.
    var sql: String? { if case .sql(let sql) = self { sql } else { nil } }
}
