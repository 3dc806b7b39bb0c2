import ArgumentParser
import ZooRecords
import ZooWorkflows

/// `zoo evaluate`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a stored model on a data set.")
    @Argument(help: "Name of the model.") var model: String
    @Option(help: "Name of the data set. (default: the one that the model was trained on)") var data: String?
    @Option(
        help: """
            Part to measure on: train, valid or all, as the model's training split its data. Of ratings also the test part \
            of a split, such as u1 or random:0.2; of images also test. (default: valid, which is the test part of ratings; \
            all of other data)
            """)
    var split: String?
    @Option(
        help: """
            SELECT in place of --data: rows for a model of a table, or text and label for a text classifier. (default: \
            none)
            """)
    var sql: String?
    @Flag(help: "Use test-time augmentation: the mean over up to 6 views of each image.") var tta = false
    @OptionGroup var ranking: RankingOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard data == nil || sql == nil else { throw ValidationError("give either --data or --sql") }
        _ = try part(.any)
    }

    func run() throws {
        let workspace = try options.workspace()
        let kind = try workspace.kind(of: model)
        guard sql == nil || kind == .tabular || kind == .textClassifier else {
            throw ValidationError("--sql is for models of tables and for text classifiers")
        }
        guard !tta || kind == .vision else { throw ValidationError("--tta is for models of images") }
        guard ranking.top == nil || kind == .collab else { throw ValidationError("--top is for recommenders") }
        switch kind {
        case .collab:
            let report = try workspace.evaluate(
                model: model, dataset: data, split: try part(.measuredRatings), seed: options.seed,
                ranking: ranking.evaluation)
            try output(report, report.warnings)
        case .tabular:
            let source: TabularData? = data.map { .dataset($0) } ?? sql.map { .sql($0) }
            let report = try workspace.evaluateTabular(model: model, data: source, split: try part(.measuredRows))
            try output(report, report.warnings)
        case .text:
            let report = try workspace.evaluateText(model: model, dataset: data, split: try part(.measuredTexts))
            if let note = report.note { options.progress.say("note: \(note)") }
            try output(report, report.warnings)
        case .textClassifier:
            let report = try workspace.evaluateTextClassifier(
                model: model, source: data.map { .dataset($0) } ?? sql.map { .sql($0) }, split: try part(.measuredTexts)
            )
            try output(report, report.warnings)
        case .vision:
            let bar = ImportBar(progress: options.progress)
            let report = try workspace.evaluateVision(
                model: model, dataset: data, split: try part(.measuredImages), usesTestTimeAugmentation: tta,
                progress: bar.show(images:of:))
            options.progress.clear()
            try output(report, report.warnings)
        }
    }

    private func output(_ report: some Printable, _ warnings: [String]) throws {
        options.progress.warn(warnings)
        try ZooCLI.output(report, as: options)
    }

    /// The part of the data to measure on.
    private func part(_ splits: DataSplits) throws -> DataSplit? {
        do { return try split.map { try splits.parse($0) } } catch { throw ValidationError("\(error)") }
    }
}

extension EvaluateReport: Printable {
    var text: String {
        let errors = test.ratings.map { ": rmse \($0.rmse.fixed(4)), mae \($0.mae.fixed(4))" }
        let table = rankingTable(top, [(model, test.ranking), ("popularity", popularity)])
        return ["\(model) on \(on)\(errors ?? "")", baseline?.text, table].compactMap { $0 }.joined(separator: "\n")
    }
}

extension EvaluateTabularReport: Printable {
    var text: String {
        let without = rowsWithoutTarget > 0 ? " (\(rowsWithoutTarget) without a known target left out)" : ""
        let result = "\(model) on \(on)\(without): \(MetricOrder.text(test))"
        return ([result] + [baseline, lastValue].compactMap { $0?.text }).joined(separator: "\n")
    }
}

extension EvaluateVisionReport: Printable {
    var text: String {
        var table = TextTable(["class", "images", "recall", "precision"], rightAligned: [1, 2, 3])
        for score in classes {
            table.add([
                score.class, String(score.pictures), score.recall?.fixed(4) ?? "", score.precision?.fixed(4) ?? "",
            ])
        }
        let without = unknownLabels > 0 ? " (\(unknownLabels) with labels the model does not know left out)" : ""
        let more = (top5.map { ", top 5 \($0.fixed(4))" } ?? "") + (valid.f1.map { ", f1 \($0.fixed(4))" } ?? "")
        return
            "\(model) on \(on)\(tta ? ", test-time augmentation" : "")\(without): "
            + "accuracy \(valid.accuracy.fixed(4))\(more), loss \(valid.loss.fixed(4))\n\(baseline.text)\n" + table.text
    }
}
