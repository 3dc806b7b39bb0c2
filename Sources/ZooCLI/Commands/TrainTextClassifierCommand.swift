import ArgumentParser
import Foundation
import ZooLearn
import ZooText
import ZooWorkflows

/// `zoo train text-classifier`
struct TrainTextClassifierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text-classifier", abstract: "Train a text classifier on top of a language model.",
        discussion: """
            The texts come from a data set that was imported with labels, from an imported \
            table with the columns text and label, or with --sql from any table of the \
            database (your own with --db): a SELECT whose columns are the text and its label. \
            Ctrl-C ends the training and saves its checkpoint; the same command with --resume continues it.
            """)
    @Option(help: "Name of the data set; else give --sql. (default: none)") var data: String?
    @Option(help: "SELECT with two columns, the text and its label; else give --data. (default: none)") var sql: String?
    @Option(help: "Name of the language model to build on.") var encoder: String
    @Option(help: "Fraction of the texts of each label held out for validation, 0 to 0.9. (default: 0.2)")
    var valid: Double?
    @Option(
        help: """
            Epochs of the last stage, in which all layers are trained, 1 to 100000. (default: \
            \(defaults.unfreezing.epochs))
            """)
    var epochs: Int?
    @Option(
        help: """
            Epochs per unfreezing stage before the last, 0 to 1000; each stage trains one layer more; 0 skips them. \
            (default: \(defaults.unfreezing.epochsPerStage))
            """)
    var stageEpochs: Int?
    @Option(help: "Maximum learning rate of the head, above 0. (default: \(defaults.unfreezing.learningRate))")
    var lr: Double?
    @Option(help: "Batch size in texts, 2 to 1048576. (default: \(defaults.batchSize))") var batchSize: Int?
    @Option(
        help:
            "Maximum number of tokens of a text, 1 to 1048576; its last ones are read. (default: \(defaults.maximumTokens))"
    )
    var maxTokens: Int?
    @Option(help: "Factor of the language model's own dropouts, 0 to 1. (default: \(defaults.dropoutMultiplier))")
    var dropout: Double?
    @OptionGroup var keeping: KeptEpochOptions
    @OptionGroup var saving: SavedTrainingOptions
    @OptionGroup var options: GlobalOptions

    private static let defaults = TextClassifierTrainingOptions()

    func validate() throws {
        guard saving.save != encoder else {
            throw ValidationError("--save must be another name than the encoder's, \(encoder)")
        }
        guard (data == nil) != (sql == nil) else { throw ValidationError("give either --data or --sql") }
        try checkRange(valid, "--valid", 0...0.9)
        try checkRange(epochs, "--epochs", 1...100_000)
        try checkRange(stageEpochs, "--stage-epochs", 0...1000)
        try checkRange(batchSize, "--batch-size", 2...1 << 20)
        try checkRange(maxTokens, "--max-tokens", 1...1 << 20)
        try checkAbove0(lr, "--lr")
        try checkRange(dropout, "--dropout", 0...1)
    }

    func run() throws {
        let source: TabularData = data.map { .dataset($0) } ?? .sql(sql ?? "")
        let workspace = try options.workspace()
        var request = TrainTextClassifierRequest(source: source, encoder: encoder, command: commandLine())
        if let name = saving.resumed {
            let resumed = try workspace.settingsOfStoppedClassifier(named: name)
            (request.options, request.validShare) = (resumed.options, resumed.validShare)
        }
        if let epochs { request.options.unfreezing.epochs = epochs }
        if let stageEpochs { request.options.unfreezing.epochsPerStage = stageEpochs }
        if let lr { request.options.unfreezing.learningRate = lr }
        if let batchSize { request.options.batchSize = batchSize }
        if let maxTokens { request.options.maximumTokens = maxTokens }
        if let dropout { request.options.dropoutMultiplier = Float(dropout) }
        if keeping.keepLast { request.options.keepsLast = true }
        if let patience = keeping.stopping.patience { request.options.patience = patience }
        if let seed = options.givenSeed { request.options.seed = seed }
        if let valid { request.validShare = valid }
        request.saveAs = saving.save
        try saving.checkpoints.apply(to: &request, in: workspace)
        let bar = TrainingBar(
            progress: options.progress, unit: "texts",
            advice: "fewer --epochs, a smaller --max-tokens or a smaller --encoder"
        ) { epoch in
            let valid = epoch.metric("accuracy").map { ", valid accuracy \($0.fixed(4))" } ?? ""
            return "train loss \(epoch.trainingLoss.fixed(4))\(valid), \(epoch.pace("texts"))"
        }
        try bar.run(options) { try workspace.trainTextClassifier(request, onProgress: $0, shouldStop: $1) }
    }
}

extension TrainTextClassifierReport: Printable {
    var text: String {
        var table = TextTable(
            ["epoch", "trained", "train loss", "valid loss", "accuracy", "seconds"], rightAligned: [0, 1, 2, 3, 4, 5])
        for output in epochs {
            let epoch = output.report
            table.add([
                String(epoch.epoch), output.text("trained_layers"), epoch.trainingLoss.fixed(4),
                epoch.validationLoss?.fixed(4) ?? "", epoch.metric("accuracy")?.fixed(4) ?? "", epoch.seconds.fixed(1),
            ])
        }
        var lines = [table.text]
        lines.append(
            "'\(encoder)' on \(trainTexts.counting("text")) with \(labels.count) labels in \(trainSeconds.fixed(1)) s")
        if let valid {
            let kept = KeptEpochText(
                kept: keptEpoch, best: bestEpoch, planned: plannedEpochs, epochs: epochs.map(\.report))
            let epoch = keptEpoch == bestEpoch ? keptEpoch.map { " (epoch \($0), the best)" } : nil
            lines.append("validation\(epoch ?? ""): \(valid.text)")
            lines += kept.lines { "loss \($0.validationLoss?.fixed(4) ?? "nan")" }
        }
        if let baseline { lines.append(baseline.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo predict \(saved) --text …'") }
        return lines.joined(separator: "\n")
    }
}

extension ClassReport {
    /// The accuracy, and a line for each label.
    var text: String {
        var table = TextTable(["label", "precision", "recall", "f1", "texts"], rightAligned: [1, 2, 3, 4])
        for entry in classes {
            table.add([
                entry.label, entry.precision.fixed(4), entry.recall.fixed(4), entry.f1.fixed(4), String(entry.support),
            ])
        }
        return "accuracy \(accuracy.fixed(4)) on \(texts.counting("text"))\n" + table.text
    }
}

extension EvaluateTextClassifierReport: Printable {
    var text: String {
        let left =
            unknownLabels > 0
            ? "\nleft out \(unknownLabels.counting("text")) with labels that the model does not know" : ""
        return "\(model) on \(on): " + test.text + "\n" + baseline.text + left
    }
}

extension EvaluateTextReport: Printable {
    var text: String {
        """
        \(model) on \(on): \(nats.fixed(4)) nats, \(bits.fixed(4)) bits a token, \
        perplexity \(perplexity.fixed(2)), \(bitsPerCharacter.fixed(4)) bits a character
        \(baseline.text)
        """
    }
}
