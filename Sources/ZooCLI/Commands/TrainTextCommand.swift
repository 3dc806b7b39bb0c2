import ArgumentParser
import Foundation
import ZooLearn
import ZooRecords
import ZooText
import ZooWorkflows

/// With how many bits weights are kept.
enum WeightPrecision: String, ExpressibleByArgument, CaseIterable {
    case float32
    case float16
}

/// `zoo train text`
struct TrainTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Train a language model on texts.",
        discussion: """
            The model learns to predict the next token: a character, a word, or a piece of byte-pair encoding.

            Ctrl-C ends the training and saves a checkpoint under the name in --save, or beside a finished model of that name, \
            which answers until the training is complete; the same command with --resume continues it. Checkpoints are \
            also saved every few minutes, for a power cut or crash.
            """)
    @OptionGroup var text: TextTrainOptions
    @OptionGroup var schedule: TextScheduleOptions
    @OptionGroup var keeping: KeptEpochOptions
    @OptionGroup var saving: SavedTrainingOptions
    @Option(help: "Precision of the saved weights; float16 halves the size. (default: float32)")
    var precision: WeightPrecision?
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        let base = try saving.resumed.map { try workspace.recipeOfStoppedTraining(named: $0) } ?? TextRecipe()
        let seed = saving.resumed == nil ? options.seed : options.givenSeed
        var recipe = schedule.applied(to: try text.applied(to: base, seed: seed))
        if keeping.keepLast { recipe.training.keepsLast = true }
        if let patience = keeping.stopping.patience { recipe.training.patience = patience }
        var request = TrainTextRequest(dataset: text.data, recipe: recipe, command: commandLine())
        request.saveAs = saving.save
        try saving.checkpoints.apply(to: &request, in: workspace)
        request.storesFloat16 = precision.map { $0 == .float16 }
        let bar = TrainingBar(
            progress: options.progress, unit: "tokens",
            advice: "fewer --epochs, a smaller --hidden or fewer --layers"
        ) { $0.languageModelLine }
        try bar.run(options) { try workspace.trainText(request, onProgress: $0, shouldStop: $1) }
    }
}

extension EpochReport {
    /// An epoch of a language model, in a line.
    var languageModelLine: String {
        let valid = validationLoss.map { ", valid \($0.fixed(4))" } ?? ""
        return "train \(trainingLoss.fixed(4))\(valid) nats, \(pace("tokens"))"
    }
}

extension TrainTextReport: Printable {
    var text: String {
        let kept = KeptEpochText(
            kept: keptEpoch, best: bestEpoch, planned: plannedEpochs, epochs: epochs.map(\.report))
        var lines = [TrainTextReport.table(of: epochs)]
        lines.append(
            "\(model) of \(parameters) parameters on '\(data)': \(trainTokens) \(tokens) tokens of \(vocabulary) kinds "
                + "x \(epochs.count.counting("epoch")) in \(trainSeconds.fixed(1)) s, \(Int(tokensPerSecond)) a second")
        if let validNats {
            lines.append(
                "validation on \(validTokens.counting("token")): \(validNats.fixed(4)) nats a token, perplexity \(exp(validNats).fixed(2))"
                    + kept.ofBest
            )
        }
        lines += kept.lines { "\($0.validationLoss?.fixed(4) ?? "nan") nats" }
        if let baseline { lines.append(baseline.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo generate \(saved) --prompt …'") }
        return lines.joined(separator: "\n")
    }

    static func table(of epochs: [EpochOutput]) -> String {
        var table = TextTable(["epoch", "train nats", "valid nats", "seconds"], rightAligned: [0, 1, 2, 3])
        for epoch in epochs.map(\.report) {
            table.add([
                String(epoch.epoch), epoch.trainingLoss.fixed(4), epoch.validationLoss?.fixed(4) ?? "",
                epoch.seconds.fixed(1),
            ])
        }
        return table.text
    }
}
