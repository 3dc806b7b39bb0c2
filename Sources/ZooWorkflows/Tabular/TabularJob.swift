import Foundation
import ZooData
import ZooLearn
import ZooRecords
import ZooTabular

/// The training of a network on a table that was read.
struct TabularJob {
    private let request: TrainTabularRequest
    private let rows: StoredRows
    private let table: PreparedTable
    private let split: DataSplit
    private let configuration: TabularRecipe
    private let trainer: TabularTrainer
    private let baseline: TabularBaseline

    init(_ request: TrainTabularRequest, _ rows: StoredRows, _ table: PreparedTable, _ split: DataSplit) throws {
        (self.request, self.rows, self.table, self.split) = (request, rows, table, split)
        configuration = request.configuration.completed(for: table.training.count)
        trainer = TabularTrainer(configuration, threads: request.threads)
        var baseline = try TabularBaseline(table.training, target: table.features.target)
        if table.features.target.classes == nil {
            baseline.lastValue = LastValueBaseline(request.features, split: split)
        }
        self.baseline = baseline
    }

    /// Epochs.
    var epochs: Int { max(1, configuration.epochs ?? 1) }

    func fit(
        from start: Checkpoint?, observers: [any Observer], shouldStop: @escaping () -> Bool
    ) throws -> TabularFit {
        try trainer.fit(
            table.training, validation: table.validation, folds: split.folds, features: table.features,
            keeping: request.keeping,
            from: start, observers: observers, shouldStop: shouldStop)
    }

    /// Calibrates and measures what was trained to the end.
    func report(_ fit: TabularFit) throws -> (TrainTabularReport, StoredTabular) {
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
        let epochs = fit.report.epochs
        let seconds = epochs.reduce(0) { $0 + $1.trainingSeconds }
        let report = TrainTabularReport(
            model: StoredTabular.architecture, data: request.data.name, target: request.features.target,
            classes: target.classes?.labels, split: split.nameOfTables, trainRows: table.training.count,
            validRows: heldOut.rowCount, rowsWithoutTarget: table.notes.rowsWithoutTarget,
            categorical: Dictionary(
                zip(table.features.categories.map(\.name), model.architecture.tables.map(\.width)),
                uniquingKeysWith: { first, _ in first }),
            continuous: table.features.continuous.map(\.inputName), dropped: table.notes.dropped,
            notes: rows.inputNotes(without: Set(request.features.ignore)) + table.notes.remarks
                + model.calibration.notes(target),
            valid: Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            calibration: TabularCalibrationReport(model.calibration), baseline: baselines.constant,
            lastValue: baselines.lastValue, warnings: table.notes.warnings + baselines.warnings,
            metric: target.lossMetric, bestEpoch: fit.bestEpoch, keptEpoch: fit.keptEpoch,
            plannedEpochs: max(1, configuration.epochs ?? 1), trainSeconds: seconds,
            trainRowsPerSecond: Double(epochs.reduce(0) { $0 + $1.exampleCount }) / max(seconds, 1e-9),
            epochs: epochs.map { EpochOutput(tabular: $0, of: fit.report) }, saved: request.saveAs)
        let stored = StoredTabular(
            model: model, training: configuration, sql: request.data.sql, split: split, baseline: baseline)
        return (report, stored)
    }

    /// Saves a training that is not complete, with all that is needed to resume it.
    func saveCheckpoint(
        _ fit: FitReport, as name: String, _ status: RunStatus, in workspace: Workspace, started: Date
    ) throws -> SaveOutcome {
        let architecture = trainer.architecture(table.features, rows: table.training.count)
        guard let members = [TabularWeights](architecture, fit.checkpoint.weights) else {
            throw CheckpointError.otherState
        }
        let stored = StoredTabular(
            model: TabularModel(features: table.features, architecture: architecture, members: members),
            training: configuration, sql: request.data.sql, split: split, baseline: baseline)
        let checkpoint = TabularCheckpoint(
            fit.checkpoint, dataFingerprint: rows.source.fingerprint, finetuning: request.settings(split))
        return try workspace.save(
            try stored.contents(), as: name, at: checkpoint,
            provenance: try provenance(fit, nil, status, started: started))
    }

    /// - Parameter report: of a complete training
    func provenance(
        _ fit: FitReport, _ report: TrainTabularReport?, _ status: RunStatus, started: Date
    ) throws -> ModelProvenance {
        var provenance = ModelProvenance(
            request.command, seed: request.configuration.seed, started: started, status: status)
        if case .dataset(let dataset) = request.data { provenance.dataset = dataset }
        provenance.datasetFingerprint = rows.source.fingerprint
        let last = fit.epochs.last?.metrics ?? []
        provenance.metrics = try JSONText.encode(
            TabularModelMetrics(
                split: split.nameOfTables,
                valid: report?.valid
                    ?? Dictionary(last.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
                baseline: report?.baseline?.metrics, keptEpoch: report?.keptEpoch))
        provenance.epochs = try fit.epochs.map {
            TrainingRun.Epoch(
                $0,
                metrics: try JSONText.encode(
                    Dictionary($0.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })))
        }
        return provenance
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
                "valid": .object(
                    Dictionary(
                        report.metrics.map { ($0.name, .number($0.value)) }, uniquingKeysWith: { first, _ in first })),
                "seconds": .number(report.trainingSeconds),
            ])
    }
}
