import ArgumentParser
import ZooWorkflows

/// `zoo finetune text`
struct FinetuneTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Train a stored language model further, on another text.",
        discussion: """
            The vocabulary of the model is extended by the characters or words that only the new text has. Layers are \
            unfrozen one by one from the last, each stage with half the learning rate of the stage before.

            Ctrl-C ends the training and saves its checkpoint; the same command with --resume continues it.
            """)
    @OptionGroup var finetuning: FinetuneOptions
    @Option(help: "Epochs of the last stage, in which all layers are trained, 1 to 100000. (default: 3)") var epochs:
        Int?
    @Option(
        help:
            "Epochs per unfreezing stage before the last, 0 to 1000; each stage trains one layer more; 0 skips them. (default: 1)"
    )
    var stageEpochs: Int?
    @Option(help: "Maximum learning rate of the last layer in the first stage, above 0. (default: 0.004)")
    var lr: Double?
    @Option(
        help: "Batch size: rows of text that are read side by side, 1 to 1048576. (default: as the model was trained)")
    var batchSize: Int?
    @Option(help: "Back-propagation window in tokens, 1 to 1048576. (default: that of the model's own training)")
    var bptt: Int?
    @Option(help: "Fraction of the text held out for validation, from the end, 0 to 0.9. (default: 0.1)")
    var valid: Double?
    @OptionGroup var keeping: KeptEpochOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkFinetuning(epochs: epochs, lr: lr, batchSize: batchSize)
        try checkRange(stageEpochs, "--stage-epochs", 0...1000)
        try checkRange(bptt, "--bptt", 1...1 << 20)
        try checkRange(valid, "--valid", 0...0.9)
    }

    func run() throws {
        let workspace = try options.workspace()
        try finetuning.check(.text, in: workspace)
        var request = FinetuneTextRequest(
            model: finetuning.model, dataset: finetuning.data, saveAs: finetuning.save, command: commandLine())
        if finetuning.checkpoints.resume {
            request = try workspace.requestOfStoppedFinetuning(
                named: finetuning.save, model: finetuning.model, dataset: finetuning.data, command: request.command)
        }
        if let stageEpochs { request.unfreezing.epochsPerStage = stageEpochs }
        if let epochs { request.unfreezing.epochs = epochs }
        if let lr { request.unfreezing.learningRate = lr }
        if let batchSize { request.batchSize = batchSize }
        if let bptt { request.bptt = bptt }
        if let valid { request.validShare = valid }
        if keeping.keepLast { request.keepsLast = true }
        if let patience = keeping.stopping.patience { request.patience = patience }
        if let seed = options.givenSeed { request.seed = seed }
        try finetuning.checkpoints.apply(to: &request, in: workspace)
        let bar = TrainingBar(
            progress: options.progress, unit: "tokens", advice: "fewer --epochs or fewer --stage-epochs"
        ) { $0.languageModelLine }
        try bar.run(options) { try workspace.finetuneText(request, onProgress: $0, shouldStop: $1) }
    }
}

extension FinetuneTextReport: Printable {
    var text: String {
        var table = TextTable(
            ["epoch", "trained", "train nats", "valid nats", "seconds"], rightAligned: [0, 1, 2, 3, 4])
        for (epoch, layers) in zip(epochs.map(\.report), trainedLayers) {
            table.add([
                String(epoch.epoch), String(layers), epoch.trainingLoss.fixed(4),
                epoch.validationLoss?.fixed(4) ?? "",
                epoch.seconds.fixed(1),
            ])
        }
        let kept = KeptEpochText(
            kept: keptEpoch, best: bestEpoch, planned: plannedEpochs, epochs: epochs.map(\.report))
        var lines = [table.text]
        lines.append("\((vocabulary - knownTokens).counting("new token")) beside \(knownTokens) known ones")
        if let validNatsBefore, let validNats {
            lines.append(
                "validation on \(validTokens.counting("token")): \(validNats.fixed(4)) nats a token; '\(parent)' had \(validNatsBefore.fixed(4))"
                    + kept.ofBest
            )
        }
        lines += kept.lines { "\($0.validationLoss?.fixed(4) ?? "nan") nats" }
        if let baseline { lines.append(baseline.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo generate \(saved) --prompt …'") }
        return lines.joined(separator: "\n")
    }
}
