import ArgumentParser
import ZooWorkflows

/// `zoo finetune`
struct FinetuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune", abstract: "Go on with a stored model on other data.")
    @Argument(help: "The model to start from; it stays as it is.") var model: String
    @Option(help: "Name of the data set.") var data: String
    @Option(help: "Name to save the result under.") var save: String
    @OptionGroup var replacing: ReplaceOption
    @OptionGroup(title: "Training") var training: FinetuneOptions
    @OptionGroup(title: "Text") var text: TextFinetuneOptions
    @OptionGroup(title: "Pictures") var vision: VisionFinetuneOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard save != model else { throw ValidationError("--save must be another name than the model's, \(model)") }
    }

    func run() throws {
        let workspace = try options.workspace()
        let resumes = training.checkpoints.resume
        func isReplacing() throws -> Bool { try replacing.isAgreed(for: save, in: workspace, resumes: resumes) }
        switch try workspace.kind(of: model) {
        case .text:
            try text.finetune(
                model, on: data, as: save, isReplacing: isReplacing(), training, in: workspace, options)
        case .textClassifier:
            throw WorkflowError.unsuitable(
                model: model, reason: "is a classifier: train another with 'zoo train text-classifier --encoder …'")
        case .vision:
            try vision.finetune(
                model, on: data, as: save, isReplacing: isReplacing(), training, in: workspace, options)
        case .tabular:
            throw WorkflowError.unsuitable(
                model: model, reason: "is a model of a table: train it anew on all rows with 'zoo train tabular'")
        case .collab:
            throw WorkflowError.unsuitable(
                model: model, reason: "is a recommender: train it anew on all ratings with 'zoo train collab'")
        }
    }
}

/// What fine-tuning takes, whatever the model is; what is not given is the kind's own default.
struct FinetuneOptions: ParsableArguments {
    @Option(
        help:
            "Passes over the data with everything trained; without it only the head of a network for pictures is fitted."
    ) var epochs: Int?
    @Option(help: "Largest learning rate of the top; of pictures else 0.0005, with sgd 0.025.") var lr: Double?
    @Option(help: "Examples a step, of pictures else 32; of texts, rows side by side.") var batchSize: Int?
    @Flag(
        help:
            "Keep the last epoch's weights, not those of the best epoch: of texts the least validation loss, of images the best validation accuracy."
    ) var keepLast = false
    @OptionGroup var checkpoints: CheckpointOptions

    func validate() throws {
        if let epochs, !(1...100_000).contains(epochs) { throw ValidationError("--epochs must be from 1 to 100000") }
        if let lr, !(lr > 0 && lr.isFinite) { throw ValidationError("--lr must be above 0, not \(lr)") }
        if let batchSize, !(1...1 << 20).contains(batchSize) {
            throw ValidationError("--batch-size must be from 1 to \(1 << 20), not \(batchSize)")
        }
    }
}
