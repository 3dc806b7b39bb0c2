import Foundation
import ZooData
import ZooKernels
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

/// What to train, on what, and under which name to keep it.
public struct TrainTabularRequest: Sendable {
    /// Where the rows come from.
    public var data: TabularData
    /// How columns become inputs.
    public var features: FeatureSettings
    /// Which rows validate.
    public var split: TabularSplit = .random(0.2)
    /// How to train.
    public var configuration = TabularConfiguration()
    /// Which epoch's weights to keep.
    public var keeping: KeptEpoch = .best
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
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
}

/// What came of a training.
public struct TrainTabularReport: Sendable, Encodable {
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
    @StableKey public var calibration: TabularCalibrationReport?
    /// What the answer that is the same for all rows reaches on the validation rows.
    @StableKey public var baseline: TabularBaselineReport?
    /// What the last value of the series reaches on them; nil where they are not the last ones of series.
    @StableKey public var lastValue: TabularBaselineReport?
    /// What makes the figures say less than they seem to, and where the model is not better than a baseline.
    public let warnings: [String]
    /// The metric that decides which epoch is the best.
    public let metric: String
    /// The epoch of the first network with the best validation rows, from 1; nil without any.
    @StableKey public var bestEpoch: Int?
    /// The epoch of the first network whose weights the model has, from 1.
    public let keptEpoch: Int
    /// The same of every network.
    public let keptEpochs: [Int]
    /// How many epochs each network was to be trained for; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// Wall time of the training itself, without reading and validating.
    public let trainSeconds: Double
    /// Training rows times epochs over that time.
    public let trainRowsPerSecond: Double
    /// Every pass over the training rows.
    public let epochs: [Epoch]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil

    /// One pass.
    public struct Epoch: Sendable, Encodable {
        /// Which network of several, from 1.
        public let member: Int
        /// 1, 2, ...
        public let epoch: Int
        /// The mean loss of the batches.
        public let trainLoss: Double
        /// Metrics of the validation rows.
        public let valid: [String: Double]
        /// Wall time.
        public let seconds: Double

        init(_ epoch: TabularEpoch) {
            member = epoch.member
            self.epoch = epoch.epoch
            trainLoss = epoch.trainingLoss
            valid = Dictionary(epoch.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            seconds = epoch.seconds
        }
    }
}

extension Workspace {
    /// Trains a network on a table, measures it on the rows kept apart, and saves it if a name is given.
    ///
    /// - Throws: `DataError` for a missing data set or a SELECT that fails, `TabularError`, `WeightError` when it cannot
    ///   be saved
    public func trainTabular(
        _ request: TrainTabularRequest, onEpoch: (TabularEpoch) -> Void = { _ in }
    ) throws -> TrainTabularReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing)
        let started = Date()
        let rows = try tabularRows(request.data)
        let seed = request.configuration.seed
        let table = try PreparedTable(rows, request.features, split: request.split, seed: seed)
        let configuration = request.configuration.completed(for: table.training.count)
        var epochs: [TrainTabularReport.Epoch] = []
        var rates: [Double] = []
        let fit = try TabularTrainer(configuration, threads: request.threads).fit(
            table.training, validation: table.validation, features: table.features, keeping: request.keeping,
            onEpoch: { epoch in
                epochs.append(TrainTabularReport.Epoch(epoch))
                rates.append(epoch.learningRate)
                onEpoch(epoch)
            }, onProgress: onProgress)
        let model = try fit.model.calibrated(on: table.validation, threads: request.threads)
        let seconds = epochs.reduce(0) { $0 + $1.seconds }
        let metrics =
            table.validation.count > 0 ? try model.metrics(of: table.validation, threads: request.threads) : []
        var baseline = try TabularBaseline(table.training, target: table.features.target)
        if table.features.target.classes == nil {
            baseline.lastValue = LastValueBaseline(request.features, split: request.split)
        }
        let baselines =
            metrics.isEmpty
            ? TabularBaselines()
            : try TabularBaselines(
                baseline, on: table.validation, source: rows, target: table.features.target, model: metrics)
        var report = TrainTabularReport(
            model: StoredTabular.architecture, data: request.data.name, target: request.features.target,
            classes: table.features.target.classes?.labels, split: request.split.name,
            trainRows: table.training.count, validRows: table.validation.count,
            rowsWithoutTarget: table.notes.rowsWithoutTarget,
            categorical: Dictionary(
                zip(table.features.categories.map(\.name), model.architecture.tables.map(\.width)),
                uniquingKeysWith: { first, _ in first }),
            continuous: table.features.continuous.map(\.inputName), dropped: table.notes.dropped,
            notes: table.notes.remarks + model.calibration.notes(table.features.target),
            valid: Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            calibration: TabularCalibrationReport(model.calibration),
            baseline: baselines.constant, lastValue: baselines.lastValue,
            warnings: table.notes.warnings + baselines.warnings,
            metric: table.features.target.lossMetric, bestEpoch: fit.bestEpochs.first, keptEpoch: fit.keptEpochs[0],
            keptEpochs: fit.keptEpochs, plannedEpochs: max(1, configuration.epochs ?? 1), trainSeconds: seconds,
            trainRowsPerSecond: Double(table.training.count * epochs.count) / max(seconds, 1e-9), epochs: epochs,
            saved: request.saveAs)
        if let name = request.saveAs {
            let stored = StoredTabular(
                model: model, training: configuration, sql: request.data.sql, split: request.split, baseline: baseline)
            report.replaced = try save(stored, as: name, request, rows, report, rates, started: started)
        }
        return report
    }

    private func save(
        _ stored: StoredTabular, as name: String, _ request: TrainTabularRequest, _ rows: StoredRows,
        _ report: TrainTabularReport, _ rates: [Double], started: Date
    ) throws -> ReplacedModel? {
        var provenance = ModelProvenance(started: started)
        if case .dataset(let dataset) = request.data { provenance.dataset = dataset }
        provenance.datasetFingerprint = rows.source.fingerprint
        provenance.command = request.command
        provenance.seed = request.configuration.seed
        provenance.metrics = try JSONText.encode(
            TabularModelMetrics(
                split: report.split, valid: report.valid, baseline: report.baseline?.metrics,
                keptEpoch: report.keptEpoch))
        provenance.epochs = try zip(report.epochs, rates).enumerated().map { index, epoch in
            TrainingRun.Epoch(
                epoch: index + 1, trainLoss: epoch.0.trainLoss, learningRate: epoch.1, seconds: epoch.0.seconds,
                metrics: try JSONText.encode(epoch.0.valid))
        }
        let file = try stored.file(created: Date().formatted(.iso8601))
        return try save(file, as: name, embeddings: stored.embeddingRows, provenance: provenance).replaced
    }

    /// The rows of a data set or of a SELECT.
    ///
    /// - Parameter features: of the model that is asked about them; nil in training
    func tabularRows(_ data: TabularData, like features: FittedFeatures? = nil) throws -> StoredRows {
        switch data {
        case .dataset(let name): try rows(dataset: name)
        case .sql(let sql): try rows(sql: sql, like: features.map(\.knownColumns) ?? [])
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
    /// The SELECT; nil for a data set.
    var sql: String? { if case .sql(let sql) = self { sql } else { nil } }
}
