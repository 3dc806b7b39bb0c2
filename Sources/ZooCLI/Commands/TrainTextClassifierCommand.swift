import ArgumentParser
import Foundation
import ZooLearn
import ZooWorkflows

/// `zoo train text-classifier`
struct TrainTextClassifierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text-classifier", abstract: "Teach a language model to sort texts.",
        discussion: """
            The texts come from a data set that was imported with labels, from an imported \
            table with the columns text and label, or with --sql from any table of the \
            database (your own with --db): a SELECT whose columns are the text and its label. \
            Ctrl-C ends the training and keeps it; the same command with --resume goes on.
            """)
    @Option(help: "Name of the data set.") var data: String?
    @Option(help: "A SELECT with two columns, the text and its label.") var sql: String?
    @Option(help: "The language model to build on.") var encoder: String
    @Option(help: "The part of each label's texts that is kept for validation.") var valid = 0.2
    @Option(help: "Passes over the texts with everything trained.") var epochs: Int?
    @Option(help: "Passes in each stage before that, in which one layer more is trained; 0 for no such stages.")
    var stageEpochs: Int?
    @Option(help: "Largest learning rate of the top.") var lr: Double?
    @Option(help: "Texts a step.") var batchSize: Int?
    @Option(help: "The most tokens of a text that are read: its last ones.") var maxTokens: Int?
    @Option(help: "Multiplies the language model's own dropouts.") var dropout: Double?
    @Flag(help: "Keep the last epoch's weights, not those of the epoch with the least validation loss.")
    var keepLast = false
    @Option(help: "Name to save the classifier under.") var save: String?
    @OptionGroup var replacing: ReplaceOption
    @OptionGroup var checkpoints: CheckpointOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if checkpoints.resume, save == nil {
            throw ValidationError("--resume needs the name that the training was saved under (--save)")
        }
        guard save != encoder else {
            throw ValidationError("--save must be another name than the encoder's, \(encoder)")
        }
        guard (data == nil) != (sql == nil) else { throw ValidationError("give either --data or --sql") }
        guard valid >= 0, valid <= 0.9 else { throw ValidationError("--valid must be from 0 to 0.9, not \(valid)") }
        func check(_ value: Int?, _ name: String, _ range: ClosedRange<Int>) throws {
            if let value, !range.contains(value) {
                throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
            }
        }
        try check(epochs, "--epochs", 1...100_000)
        try check(stageEpochs, "--stage-epochs", 0...1000)
        try check(batchSize, "--batch-size", 2...1 << 20)
        try check(maxTokens, "--max-tokens", 1...1 << 20)
        if let lr, !(lr > 0 && lr.isFinite) { throw ValidationError("--lr must be above 0, not \(lr)") }
        if let dropout, !(dropout >= 0 && dropout <= 1) {
            throw ValidationError("--dropout must be from 0 to 1, not \(dropout)")
        }
    }

    func run() throws {
        let source: LabelledTextSource = data.map { .dataset($0) } ?? .sql(sql ?? "")
        var request = TrainTextClassifierRequest(source: source, encoder: encoder, command: commandLine())
        if let epochs { request.options.unfreezing.epochs = epochs }
        if let stageEpochs { request.options.unfreezing.epochsPerStage = stageEpochs }
        if let lr { (request.options.unfreezing.learningRate, request.changesRate) = (lr, true) }
        if let batchSize { request.options.batchSize = batchSize }
        if let maxTokens { request.options.maximumTokens = maxTokens }
        if let dropout { request.options.dropoutMultiplier = Float(dropout) }
        if keepLast { request.options.keepsLast = true }
        request.options.seed = options.seed
        request.validShare = valid
        let workspace = try options.workspace()
        request.saveAs = save
        request.isReplacing = try replacing.isAgreed(for: save, in: workspace, resumes: checkpoints.resume)
        request.resumes = checkpoints.resume
        request.checkpointInterval = checkpoints.interval
        Interruption.listen()
        let bar = TrainingBar(
            progress: options.progress, unit: "texts",
            advice: "fewer --epochs, a smaller --max-tokens or a smaller --encoder"
        ) { epoch in
            let valid = epoch.metric("accuracy").map { ", valid accuracy \($0.fixed(4))" } ?? ""
            return "train loss \(epoch.trainingLoss.fixed(4))\(valid), \(epoch.seconds.fixed(1)) s"
        }
        let report = try workspace.trainTextClassifier(request, onProgress: bar.show) { Interruption.isAsked }
        bar.clear()
        options.progress.warn(report.warnings)
        try output(report, as: options)
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
            lines.append("validation" + (keptEpoch.map { " (epoch \($0), the best)" } ?? "") + ": " + valid.text)
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
