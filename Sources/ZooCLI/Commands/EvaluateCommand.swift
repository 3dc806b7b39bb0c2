import ArgumentParser
import ZooData
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
            of a split, such as u1, random:0.2 or time:0.2; of images also test. (default: valid, which is the test part of ratings; \
            all of other data)
            """)
    var split: String?
    @Option(
        help: """
            SELECT in place of --data: rows for a model of a table, text and label for a text classifier, or user, item and rating \
            for a recommender. (default: none)
            """)
    var sql: String?
    @OptionGroup var meaning: RatingMeaning
    @Option(
        help: """
            With --sql, the clock of times of ratings that say none: an offset such as +02:00, or a place such as Europe/Berlin. \
            (default: UTC)
            """, transform: { try TableFileOptions.zone($0) })
    var timeZone: TimeZoneRule?
    @Flag(help: "Use test-time augmentation: the mean over up to 6 views of each image.") var tta = false
    @OptionGroup var ranking: RankingOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard data == nil || sql == nil else { throw ValidationError("give either --data or --sql") }
        guard sql != nil || !meaning.isGiven && timeZone == nil else {
            throw ValidationError(
                "--feedback, --repeats, --timestamp-unit and --time-zone say how a recommender's --sql is read")
        }
        do { _ = try split.map { try DataSplits.any.parse($0) } } catch { throw ValidationError("\(error)") }
    }

    func run() throws {
        var request = EvaluateRequest(model: model)
        (request.dataset, request.sql, request.split) = (data, sql, split)
        request.ratings.rules = meaning.rules
        request.ratings.table.rules.timeZone = timeZone
        request.ratingOptions = meaning.given + (timeZone == nil ? [] : ["--time-zone"])
        (request.usesTestTimeAugmentation, request.ranking, request.seed) = (tta, ranking.evaluation, options.seed)
        request.onProgress = ImportBar(progress: options.progress).show(images:of:)
        let report: any Evaluation
        do { report = try options.workspace().evaluate(request) } catch let error as UnsuitableOption {
            throw ValidationError("\(error)")
        }
        options.progress.clear()
        if let note = report.note { options.progress.say("note: \(note)") }
        options.progress.warn(report.warnings)
        if let report = report as? any Printable { try output(report, as: options) } else { try outputJSON(report) }
    }
}

extension EvaluateReport: Printable {
    var text: String {
        let errors = test.ratings.map { ": rmse \($0.rmse.measureText), mae \($0.mae.measureText)" }
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
