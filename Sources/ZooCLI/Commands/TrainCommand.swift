import ArgumentParser
import Foundation
import ZooCollab
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

            No ratings are held out for validation: the model is always that of the last epoch, and --split measures it at \
            the end. There is no --keep-last and no --patience.
            """)
    @OptionGroup var collab: CollabOptions
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
    @OptionGroup var saving: SavedTrainingOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (collab.data == nil) != (query.sql == nil) else { throw ValidationError("give either --data or --sql") }
    }

    func run() throws {
        let workspace = try options.workspace()
        let resumed = try saving.resumed.map { try workspace.settingsOfStoppedCollab(named: $0) }
        let (algorithm, training) = try collab.training(
            seed: resumed == nil ? options.seed : options.givenSeed, resuming: resumed)
        var request = TrainCollabRequest(
            dataset: collab.data ?? query.sql ?? "", recipe: algorithm.recipe(training), command: commandLine())
        request.options = training
        request.query = query.value
        if let split = try split ?? resumed.map({ try DataSplits.ratings.parse($0.split) }) { request.split = split }
        request.saveAs = saving.save
        request.isReplacing = try saving.isReplacing(in: workspace)
        request.resumes = saving.checkpoints.resume
        request.checkpointInterval = saving.checkpoints.interval
        let bar = TrainingBar(
            progress: options.progress, unit: "ratings", advice: "fewer --epochs or fewer --factors"
        ) { epoch in
            let loss = algorithm.loss(of: epoch)
            return "\(loss.name) \(loss.value.measureText), \(epoch.pace("ratings"))"
        }
        let report = try workspace.trainCollab(request, onProgress: bar.show) { Interruption.isAskedOfTraining }
        bar.clear()
        for note in report.notes { options.progress.say("note: \(note)") }
        options.progress.warn(report.warnings)
        try output(report, as: options)
    }
}

extension TrainCollabReport: Printable {
    var text: String {
        var lines: [String] = []
        let algorithm = CollabAlgorithm.named(model) ?? .usual
        let name = algorithm.lossIsSquaredError ? "train rmse" : "train loss"
        var table = TextTable(["epoch", name, "seconds"], rightAligned: [0, 1, 2])
        for epoch in epochs.map(\.report) {
            table.add([String(epoch.epoch), algorithm.loss(of: epoch).value.measureText, epoch.seconds.fixed(3)])
        }
        if epochs.isEmpty {
            lines.append("\(model) on '\(data)': \(trainRatings.counting("rating")) in \(trainSeconds.fixed(3)) s")
        } else {
            lines.append(table.text)
            lines.append(
                "\(model) on '\(data)': \(trainRatings.counting("rating")) x \(epochs.count.counting("epoch")) in \(trainSeconds.fixed(3)) s, "
                    + "\((ratingsPerSecond / 1e6).fixed(1)) million a second")
        }
        if let test { lines.append("test on \(testRatings.counting("rating")) of \(split): \(test.line)") }
        if let table = rankingTable(10, [(model, test?.ranking), ("popularity", popularity)]) { lines.append(table) }
        if let baseline { lines.append(baseline.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo recommend \(saved) --user …'") }
        return lines.joined(separator: "\n")
    }
}
