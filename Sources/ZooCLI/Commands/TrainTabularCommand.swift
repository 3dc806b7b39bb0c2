import ArgumentParser
import Foundation
import ZooLearn
import ZooTabular
import ZooWorkflows

/// `zoo train tabular`
struct TrainTabularCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tabular", abstract: "Train a network with entity embeddings on a table.",
        discussion: """
            Columns of text, true/false and whole numbers of few distinct values become categories with an embedding \
            each, other numbers are standardised, and dates become their parts. Whole numbers that become categories are \
            standardised inputs as well, unless they are parts of a date. All of that is fitted to the training rows alone.

            Predictions are the mean of several networks that are trained side by side: see --members. A table of fewer \
            than 5000 rows is cross-validated in 6 folds unless validation rows are asked for or columns follow \
            time: every network leaves one fold out, and is measured on it.

            The weights of the epoch with the lowest validation loss are saved. Training stops early when as many \
            epochs as --patience says brought no lower loss. Without validation \
            rows the last epoch is saved.

            With at least 50 validation rows, the probabilities of classes are then calibrated by a temperature. With \
            --log-target the ratio of the mean to the median of the target is estimated: 'zoo predict' gives means, or \
            medians with --median. The rmse and r2 are of means; mae, rmspe and rmsle, which decides on the best epoch, \
            of medians. The errors of the validation rows are kept for 'zoo predict --interval'.

            The metrics of a baseline are printed below those of the model. It predicts every row alike: numbers \
            with the mean of the training rows (mae: their median; rmsle and rmspe: the mean of log(1 + x)), classes \
            with their frequencies. With --valid-last also with the last value of the series, as far back as \
            --lag reaches.
            """)
    @OptionGroup var tabular: TabularOptions
    @OptionGroup var schedule: TabularScheduleOptions
    @Flag(help: "Save the weights of the last epoch, not of the best, and do not stop early.") var keepLast = false
    @OptionGroup var stopping: PatienceOption
    @OptionGroup var saving: SavedTrainingOptions
    @Option(
        help: """
            Number of training rows stored in the model's file, 0 to 100000, from which 'zoo predict --set' fills columns \
            that are not set where the training data is absent. (default: 256)
            """)
    var sampleRows: Int?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try stopping.check(besides: keepLast ? "--keep-last" : nil)
        try checkRange(sampleRows, "--sample-rows", 0...100_000)
    }

    func run() throws {
        guard let source = tabular.source else { return }
        let workspace = try options.workspace()
        let resumed = try saving.resumed.map { try workspace.settingsOfStoppedTabular(named: $0) }
        var request = TrainTabularRequest(
            data: source, features: tabular.features(resuming: resumed), command: commandLine())
        if let sampleRows { request.features.sampleRows = sampleRows }
        request.split = tabular.split(resuming: resumed)
        request.configuration = schedule.applied(
            to: tabular.configuration(
                seed: resumed == nil ? options.seed : options.givenSeed, resuming: resumed))
        if let patience = stopping.patience { request.configuration.patience = patience }
        request.saveAs = saving.save
        request.keeping = keepLast ? .last : resumed?.keeping ?? .best
        try saving.checkpoints.apply(to: &request, in: workspace)
        let isEnsemble = (request.configuration.members ?? 2) > 1
        let bar = TrainingBar(
            progress: options.progress, unit: "rows",
            advice: (isEnsemble ? "fewer --members, " : "")
                + "fewer --epochs, a larger --batch-size or smaller --layers"
        ) { epoch in
            (["loss \(epoch.trainingLoss.fixed(4))"] + epoch.metrics.map { "\($0.name) \($0.value.fixed(4))" }
                + ["\(Int(epoch.examplesPerSecond)) rows/s"]).joined(separator: ", ")
        }
        try bar.run(options) { try workspace.trainTabular(request, onProgress: $0, shouldStop: $1) }
    }
}

extension TrainTabularReport: Printable {
    var text: String {
        var lines: [String] = []
        let metrics = epochs.first?.report.metrics.map { ($0.name, $0.value) } ?? []
        let names = MetricOrder.sorted(Dictionary(metrics, uniquingKeysWith: { first, _ in first })).map(\.name)
        let header = ["epoch", "train loss"] + names + ["seconds"]
        var table = TextTable(header, rightAligned: Set(header.indices))
        for output in epochs {
            let (epoch, number) = (output.report, output.text("epoch"))
            table.add(
                [number, epoch.trainingLoss.fixed(4)]
                    + names.map { epoch.metric($0)?.fixed(4) ?? "" } + [epoch.trainingSeconds.fixed(3)])
        }
        lines.append(table.text)
        let kinds = "\(categorical.count) categories, \(continuous.count) continuous columns"
        lines.append(
            "\(target) from \(kinds) of \(data.quotedData): \(trainRows.counting("row")), \(Int(trainRowsPerSecond)) a second"
        )
        for (column, reason) in dropped.sorted(by: { $0.key < $1.key }) {
            lines.append("left out '\(column)': \(reason)")
        }
        if rowsWithoutTarget > 0 { lines.append("left out \(rowsWithoutTarget.counting("row")) without '\(target)'") }
        if !valid.isEmpty {
            lines.append(keptText)
            lines.append("valid on \(validRows.counting("row")) (\(split)): \(MetricOrder.text(valid))")
        }
        if let calibration { lines.append(calibration.text) }
        for found in [baseline, lastValue].compactMap({ $0 }) { lines.append(found.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo predict \(saved) --set …'") }
        return lines.joined(separator: "\n")
    }

    /// Which epoch was kept, and why.
    private var keptText: String {
        let done = epochs.last?.report.epoch ?? 0
        let early = done < plannedEpochs ? " (stopped after \(done))" : ""
        let kept = "kept epoch \(keptEpoch) of \(plannedEpochs)\(early)"
        guard let bestEpoch, let best = value(ofEpoch: bestEpoch) else { return kept }
        if keptEpoch != bestEpoch {
            return "\(kept), the last: epoch \(bestEpoch) was the best, \(metric) \(best.fixed(4))"
        }
        let last = done == bestEpoch ? "" : ", the last has \(value(ofEpoch: done)?.fixed(4) ?? "nan")"
        return "\(kept), the best: \(metric) \(best.fixed(4))\(last)"
    }

    private func value(ofEpoch epoch: Int) -> Double? {
        epochs.first { $0.report.epoch == epoch }?.report.metric(metric)
    }
}

extension TabularCalibrationReport {
    /// What was fitted, in one line.
    var text: String {
        if let temperature {
            return "calibrated on \(rows.counting("validation row")), temperature \(temperature.fixed(2))"
        }
        return
            "predictions are means, factor \((meanFactor ?? 1).fixed(4)) over medians from \(rows.counting("validation row")): "
            + "rmse and r2 are of means, mae, rmspe and rmsle of medians"
    }
}

extension TabularBaselineReport {
    /// One line below the model's.
    var text: String {
        // The constant with the least mae is another than the mean.
        "baseline (\(name)): \(MetricOrder.text(metrics, behind: name == "mean" ? ["mae": " of the median"] : [:]))"
    }
}

/// Metrics in the order in which people read them.
enum MetricOrder {
    private static let names = ["rmse", "mae", "rmspe", "rmsle", "r2", "accuracy", "auc", "log_loss"]

    static func sorted(_ metrics: [String: Double]) -> [(name: String, value: Double)] {
        names.compactMap { name in metrics[name].map { (name, $0) } }
    }

    /// - Parameter words: what is said behind the value of a metric
    static func text(_ metrics: [String: Double], behind words: [String: String] = [:]) -> String {
        sorted(metrics).map { "\($0.name) \($0.value.fixed(4))\(words[$0.name] ?? "")" }.joined(separator: ", ")
    }
}
