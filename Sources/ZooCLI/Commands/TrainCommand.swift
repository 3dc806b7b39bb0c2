import ArgumentParser
import Foundation
import ZooCollab
import ZooLearn
import ZooRecords
import ZooWorkflows

/// `zoo train`
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on a data set.",
        subcommands: [
            TrainCollabCommand.self, TrainTabularCommand.self, TrainTextCommand.self, TrainTextClassifierCommand.self,
            TrainVisionCommand.self,
        ])
}

/// `zoo train collab`
struct TrainCollabCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collab", abstract: "Train a recommender on ratings.",
        discussion: """
            The defaults were chosen on a validation part of MovieLens 100K and suit ratings of any scale.

            All ratings of the training part train, and the model is that of the last epoch, unless --valid holds some of them \
            out. Then the best epoch on those is kept, by their rmse, or by the ndcg of lists of ten with a recommender that only \
            ranks, and training stops early (--patience).
            """)
    @OptionGroup var collab: CollabOptions
    @OptionGroup var schedule: CollabScheduleOptions
    @OptionGroup var query: RatingsQueryOptions
    @Option(
        help: """
            Split to test on: a name, such as u1; random:0.2, a random share; fold:1/5; time:0.2, the latest share of all \
            ratings; time:2024-01-01, those from that moment in UTC on; last:1, the latest ratings of each person; \
            users:0.1, people whom training does not see, of whom four fifths of the ratings are given when lists are \
            made. (default: none, all ratings are for training)
            """,
        transform: { try DataSplits.ratings.parse($0) })
    var split: DataSplit?
    @Option(
        help: """
            Fraction of the training part held out for validation, drawn at random, above 0 to 0.9; for \
            \(CollabAlgorithm.validated.joined(separator: ", ")). (default: none, the last epoch is kept)
            """)
    var valid: Double?
    @OptionGroup var keeping: KeptEpochOptions
    @Flag(
        help: """
            Leave what the users rated, and what is known of them, out of the model's file, so that it can be given away: where \
            the data set is not, a user's list then rests on vectors alone. (default: they are kept)
            """)
    var omitHistories = false
    @OptionGroup var saving: SavedTrainingOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try schedule.check(collab)
        let algorithm = collab.model?.algorithm ?? .usual
        guard !omitHistories || algorithm.model is any KeepsHistories.Type else {
            let able = CollabAlgorithm.names { $0 is any KeepsHistories.Type }
            throw ValidationError("--omit-histories is not an option of \(algorithm.name): it is for \(able)")
        }
        guard (collab.data == nil) != (query.sql == nil) else { throw ValidationError("give either --data or --sql") }
        if let valid, !(valid > 0 && valid <= 0.9) {
            throw ValidationError("--valid must be above 0 and at most 0.9, not \(valid)")
        }
        if !saving.checkpoints.resume { try checkKeeping(valid) }
    }

    /// Refuses what changes nothing where no ratings validate.
    ///
    /// - Parameter valid: the share that does, of a training that is resumed as well
    private func checkKeeping(_ valid: Double?) throws {
        guard valid == nil else { return }
        if keeping.stopping.patience ?? 0 > 0 {
            throw ValidationError("--patience waits for a better epoch, which only --valid measures: give --valid 0.1")
        }
        if keeping.keepLast {
            throw ValidationError(
                "--keep-last is for trainings with --valid, others keep the last epoch: leave it out or give --valid 0.1"
            )
        }
    }

    func run() throws {
        let workspace = try options.workspace()
        let resumed = try saving.resumed.map { try workspace.settingsOfStoppedCollab(named: $0) }
        let (algorithm, given) = try collab.training(
            seed: resumed == nil ? options.seed : options.givenSeed, resuming: resumed)
        let training = schedule.applied(to: given)
        var request = TrainCollabRequest(
            dataset: collab.data ?? query.sql ?? "", recipe: algorithm.recipe(training), command: commandLine())
        request.options = training
        request.query = query.value(resuming: resumed?.query)
        if let split = try split ?? resumed.map({ try DataSplits.ratings.parse($0.split) }) { request.split = split }
        request.valid = valid ?? resumed?.valid
        try checkKeeping(request.valid)
        request.keepsLast = keeping.keepLast || resumed?.keepsLast == true
        request.patience = keeping.stopping.patience ?? resumed?.patience
        request.saveAs = saving.save
        request.omitsHistories = omitHistories
        try saving.checkpoints.apply(to: &request, in: workspace)
        let bar = TrainingBar(
            progress: options.progress, unit: "ratings", advice: "fewer --epochs or fewer --factors"
        ) { epoch in
            let loss = algorithm.loss(of: epoch)
            let valid = epoch.metrics.first.map { ", valid \($0.name) \($0.value.measureText)" } ?? ""
            return "\(loss.name) \(loss.value.measureText)\(valid), \(epoch.pace("ratings"))"
        }
        try bar.run(options) { try workspace.trainCollab(request, onProgress: $0, shouldStop: $1) }
    }
}

extension TrainCollabReport: Printable {
    var text: String {
        var lines: [String] = []
        let algorithm = CollabAlgorithm.named(model) ?? .usual
        let name = algorithm.lossIsSquaredError ? "train rmse" : "train loss"
        let reports = epochs.map(\.report)
        let valid = reports.first?.metrics.first?.name
        let header = ["epoch", name] + (valid.map { ["valid \($0)"] } ?? []) + ["seconds"]
        var table = TextTable(header, rightAligned: Set(header.indices))
        for epoch in reports {
            table.add(
                [String(epoch.epoch), algorithm.loss(of: epoch).value.measureText]
                    + (valid.map { [epoch.metric($0)?.measureText ?? ""] } ?? []) + [epoch.seconds.fixed(3)])
        }
        if epochs.isEmpty {
            lines.append(
                "\(model) on \(data.quotedData): \(trainRatings.counting("rating")) in \(trainSeconds.fixed(3)) s")
        } else {
            lines.append(table.text)
            lines.append(
                "\(model) on \(data.quotedData): \(trainRatings.counting("rating")) x \(epochs.count.counting("epoch")) in \(trainSeconds.fixed(3)) s, "
                    + "\((ratingsPerSecond / 1e6).fixed(1)) million a second")
        }
        let kept = KeptEpochText(kept: keptEpoch, best: bestEpoch, planned: plannedEpochs, epochs: reports)
        func figures(_ epoch: EpochReport) -> String {
            epoch.metrics.map { "\($0.name) \($0.value.measureText)" }.joined(separator: ", ")
        }
        if let keptEpoch, let report = reports.first(where: { $0.epoch == keptEpoch }), bestEpoch != nil {
            lines.append("validation on \(validRatings.counting("rating")): \(figures(report))\(kept.ofBest)")
        }
        lines += kept.lines(figures)
        if let test { lines.append("test on \(testRatings.counting("rating")) of \(split): \(test.line)") }
        if let table = rankingTable(10, [(model, test?.ranking), ("popularity", popularity)]) { lines.append(table) }
        if let baseline { lines.append(baseline.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo recommend \(saved) --user …'") }
        return lines.joined(separator: "\n")
    }
}
