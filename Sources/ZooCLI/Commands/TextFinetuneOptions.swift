import ArgumentParser
import ZooWorkflows

/// What fine-tuning a language model takes besides.
struct TextFinetuneOptions: ParsableArguments {
    @Option(help: "Passes in each stage before that, in which one layer more is trained; 0 for no such stages.")
    var stageEpochs = 1
    @Option(help: "Steps through which gradients go back; else the model's own.") var bptt: Int?
    @Option(help: "The last part of the text, kept for validation.") var valid = 0.1

    func validate() throws {
        guard (0...1000).contains(stageEpochs) else { throw ValidationError("--stage-epochs must be from 0 to 1000") }
        if let bptt, !(1...1 << 20).contains(bptt) { throw ValidationError("--bptt must be from 1 to \(1 << 20)") }
        guard valid >= 0, valid <= 0.9 else { throw ValidationError("--valid must be from 0 to 0.9, not \(valid)") }
    }

    /// Goes on with a language model.
    func finetune(
        _ model: String, on data: String, as name: String, isReplacing: Bool, _ training: FinetuneOptions,
        in workspace: Workspace, _ options: GlobalOptions
    ) throws {
        try refuse(VisionFinetuneOptions.names, "is for models of pictures")
        var request = FinetuneTextRequest(model: model, dataset: data, saveAs: name, command: commandLine())
        request.unfreezing.epochsPerStage = stageEpochs
        if let epochs = training.epochs { request.unfreezing.epochs = epochs }
        if let lr = training.lr { (request.unfreezing.learningRate, request.changesRate) = (lr, true) }
        request.batchSize = training.batchSize
        request.bptt = bptt
        request.validShare = valid
        request.keepsLast = training.keepLast
        request.seed = options.seed
        request.isReplacing = isReplacing
        request.resumes = training.checkpoints.resume
        request.checkpointInterval = training.checkpoints.interval
        Interruption.listen()
        let bar = TrainingBar(
            progress: options.progress, unit: "tokens", advice: "fewer --epochs or fewer --stage-epochs"
        ) { $0.languageModelLine }
        let report = try workspace.finetuneText(request, onProgress: bar.show) { Interruption.isAsked }
        bar.clear()
        options.progress.warn(report.warnings)
        try output(report, as: options)
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
        var lines = [table.text]
        lines.append("\((vocabulary - knownTokens).counting("new token")) beside \(knownTokens) known ones")
        if let validNatsBefore, let validNats {
            lines.append(
                "validation on \(validTokens.counting("token")): \(validNats.fixed(4)) nats a token; '\(parent)' had \(validNatsBefore.fixed(4))"
                    + keptEpoch.ofEpoch
            )
        }
        if let baseline { lines.append(baseline.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        lines.append("saved as '\(saved)': try 'zoo generate \(saved) --prompt …'")
        return lines.joined(separator: "\n")
    }
}
