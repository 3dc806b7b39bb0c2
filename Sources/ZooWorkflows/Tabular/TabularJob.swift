import Foundation
import ZooData
import ZooLearn
import ZooRecords
import ZooTabular

/// The training of a network on a table that was read.
final class TabularJob: RequestedTraining {
    private let request: TrainTabularRequest
    private let rows: StoredRows
    private let table: PreparedTable
    private let split: DataSplit
    private let configuration: TabularRecipe
    private let trainer: TabularTrainer
    private let baseline: TabularBaseline
    private let start: Checkpoint?
    /// How many targets lie outside `--range`; nil where none does.
    private let outside: String?
    /// What was trained, once it was.
    private var fitted: TabularFit?
    /// That with its calibration.
    private var model: TabularModel?

    init(_ request: TrainTabularRequest, in workspace: Workspace) throws {
        self.request = request
        rows = try workspace.tabularRows(request.data, timeZone: request.features.timeZone)
        split = try request.split(of: rows, saying: workspace.onNote)
        table = try PreparedTable(rows, request.features, split: split, seed: request.configuration.seed)
        try table.features.check(widths: request.configuration.embeddingWidths)
        configuration = request.configuration.completed(for: table.training.count)
        trainer = TabularTrainer(configuration, threads: request.threads)
        var baseline = try TabularBaseline(table.training, target: table.features.target)
        if table.features.target.classes == nil {
            baseline.lastValue = LastValueBaseline(request.features, split: split)
        }
        self.baseline = baseline
        if let range = configuration.range {
            outside = try table.training.remark(outside: range, table.features.target)
        } else {
            outside = nil
        }
        start = try request.start(rows, split, count: table.training.count, in: workspace)
    }

    var examplesPerEpoch: Int { table.training.count }

    var epochs: Int { max(1, configuration.epochs ?? 1) }

    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        let fit = try trainer.fit(
            table.training, validation: table.validation, folds: split.folds, features: table.features,
            keeping: request.keeping, from: start, observers: observers, shouldStop: shouldStop)
        fitted = fit
        return fit.report
    }

    /// Calibrates and measures what was trained to the end.
    func report(_ report: FitReport, seconds: Double) throws -> TrainTabularReport {
        guard let fit = fitted else {
            throw WorkflowError.invalid(what: "the training", reason: "it ended without a model")
        }
        let calibration = try fit.heldOut.calibration(threads: request.threads)
        let model = fit.model.calibrated(calibration)
        let heldOut = fit.heldOut.map { $0.calibrated(calibration) }
        let metrics = try heldOut.metrics(threads: request.threads)
        let target = table.features.target
        let baselines =
            metrics.isEmpty
            ? TabularBaselines()
            : try TabularBaselines(
                baseline, on: split.folds == nil ? table.validation : table.training, source: rows, target: target,
                model: metrics)
        let epochs = report.epochs
        let trainSeconds = epochs.reduce(0) { $0 + $1.trainingSeconds }
        self.model = model
        return TrainTabularReport(
            model: StoredTabular.architecture, data: request.data.name, target: request.features.target,
            classes: target.classes?.labels, split: split.nameOfTables, trainRows: table.training.count,
            validRows: heldOut.rowCount, rowsWithoutTarget: table.notes.rowsWithoutTarget,
            categorical: Dictionary(
                zip(table.features.categories.map(\.name), model.architecture.tables.map(\.width)),
                uniquingKeysWith: { first, _ in first }),
            continuous: table.features.continuous.map(\.inputName), dropped: table.notes.dropped,
            notes: inputNotes + mixedTarget + table.notes.remarks
                + [outside].compactMap { $0 } + model.calibration.notes(target),
            valid: Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            calibration: TabularCalibrationReport(model.calibration), baseline: baselines.constant,
            lastValue: baselines.lastValue, warnings: table.notes.warnings + baselines.warnings,
            metric: target.lossMetric, bestEpoch: fit.bestEpoch, keptEpoch: fit.keptEpoch,
            plannedEpochs: self.epochs, trainSeconds: trainSeconds,
            trainRowsPerSecond: Double(epochs.reduce(0) { $0 + $1.exampleCount }) / max(trainSeconds, 1e-9),
            epochs: epochs.map { EpochOutput(tabular: $0, of: report) }, saved: request.saveAs)
    }

    /// What was decided of how the rows are read, without what is said of the target.
    private var inputNotes: [String] {
        let left = request.features.ignore + (mixedTarget.isEmpty ? [] : [request.features.target])
        return rows.inputNotes { !left.contains($0) }
    }

    /// What is to be said of classes that are numbers but for some texts.
    private var mixedTarget: [String] {
        guard let classes = table.features.target.classes,
            let column = rows.source.columns.first(where: { $0.name == request.features.target }),
            column.isMixed == true, let mixed = column.notes.first(where: { $0.hasPrefix("mixed") })
        else { return [] }
        let again = request.data.dataset == nil ? "" : "; 'zoo data import csv' takes --missing"
        return ["the target is taken for \(classes.labels.count) classes: \(column.name) is \(mixed)\(again)"]
    }

    func save(
        _ fit: FitReport, _ report: TrainTabularReport?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome {
        var checkpoint: TabularCheckpoint?
        var model = model
        if status != .finished {
            let architecture = trainer.architecture(table.features, rows: table.training.count)
            guard let members = [TabularWeights](architecture, fit.checkpoint.weights) else {
                throw CheckpointError.otherState
            }
            model = TabularModel(features: table.features, architecture: architecture, members: members)
            checkpoint = TabularCheckpoint(
                fit.checkpoint, dataFingerprint: rows.source.fingerprint, settings: request.settings(split))
        }
        guard let model else { throw CheckpointError.otherState }
        let stored = StoredTabular(
            model: model, training: configuration, sql: request.data.sql, split: split, baseline: baseline)
        return try workspace.save(
            try stored.contents(), as: name, at: checkpoint,
            provenance: try provenance(fit, report, status, started: started))
    }

    /// - Parameter report: of a complete training
    private func provenance(
        _ fit: FitReport, _ report: TrainTabularReport?, _ status: RunStatus, started: Date
    ) throws -> ModelProvenance {
        var provenance = ModelProvenance(
            request.command, seed: request.configuration.seed, started: started, status: status,
            data: (request.data.dataset, rows.source.fingerprint))
        provenance.metrics = try JSONText.encode(
            TabularModelMetrics(
                split: split.nameOfTables, valid: report?.valid ?? fit.epochs.last?.values ?? [:],
                baseline: report?.baseline?.metrics, keptEpoch: report?.keptEpoch))
        provenance.epochs = try fit.epochs.map { TrainingRun.Epoch($0, metrics: try JSONText.encode($0.values)) }
        return provenance
    }
}

extension EpochReport {
    /// The metrics by name.
    fileprivate var values: [String: Double] {
        Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

extension EpochOutput {
    /// An epoch of a network over a table, numbered within its network.
    init(tabular report: EpochReport, of fit: FitReport) {
        let before = fit.epochs.count { $0.stage < report.stage }
        self.init(
            report,
            [
                "member": .integer(Int64(report.stage + 1)), "epoch": .integer(Int64(report.epoch - before)),
                "train_loss": .number(report.trainingLoss),
                "valid": .object(report.values.mapValues { .number($0) }),
                "seconds": .number(report.trainingSeconds),
            ])
    }
}
