import ArgumentParser
import ZooWorkflows

/// `zoo finetune`
struct FinetuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune", abstract: "Train a stored model further, on other data.",
        subcommands: [FinetuneTextCommand.self, FinetuneVisionCommand.self])
}

/// What every fine-tuning takes.
struct FinetuneOptions: ParsableArguments {
    @Argument(help: "Name of the model to start from; it is kept.") var model: String
    @Option(help: "Name of the data set.") var data: String
    @Option(
        help: """
            Name to save the result under. With --replace it may be the model's own, which stays as an older version (films@1).
            """)
    var save: String
    @OptionGroup var checkpoints: CheckpointOptions

    func validate() throws {
        try checkModelName(save)
    }

    /// Checks, before any work, that the model is of the kind that the command fine-tunes.
    ///
    /// - Throws: `WorkflowError.unsuitable` with the command for a model of another kind
    func check(_ kind: ModelKind, in workspace: Workspace) throws {
        let found = try workspace.kind(of: model)
        guard found.name != kind.name else {
            if save == model, let taken = try workspace.taken(save), taken.keptAs == nil {
                throw WorkflowError.unsuitable(
                    model: model,
                    reason:
                        "is not trained to the end and would not be kept as an older version: complete its training with "
                        + "--resume first, or save under another name")
            }
            return
        }
        throw WorkflowError.unsuitable(model: model, reason: found.training(model))
    }
}

/// Checks the epochs, the learning rate and the batch size of a fine-tuning, where they were given.
func checkFinetuning(epochs: Int?, lr: Double?, batchSize: Int?) throws {
    try checkRange(epochs, "--epochs", 1...100_000)
    try checkAbove0(lr, "--lr")
    try checkRange(batchSize, "--batch-size", 1...1 << 20)
}
