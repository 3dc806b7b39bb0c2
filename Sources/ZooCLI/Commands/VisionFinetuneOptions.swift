import ArgumentParser
import ZooVision
import ZooWorkflows

/// A way through a fine-tuning by name.
enum FinetuneRecipe: String, ExpressibleByArgument, CaseIterable {
    /// Eight steps from the rate finder to cycles of doubling length.
    case worldClass = "world-class"
}

/// What fine-tuning a network for pictures takes besides.
struct VisionFinetuneOptions: ParsableArguments {
    @Option(
        help:
            "world-class: the eight steps, each of which says what it brought; the best is kept, in the end or at Ctrl-C."
    )
    var recipe: FinetuneRecipe?
    @Option(help: "How many layer groups, from the last, --epochs trains; else all 3.") var unfreeze: Int?
    @Option(
        help:
            "How many times slower each layer group learns than the one after it (discriminative learning rates); else 5."
    ) var rateRatio: Double?
    @Option(help: "Augmented copies of each picture whose activations the head is fitted to as well.") var copies = 0
    @Flag(help: "Let normalisations measure the new pictures; else they keep their statistics.")
    var trainStatistics = false
    @Option(help: "Side of the pictures; else the model's own.") var size: Int?
    @Flag(help: "Measure with several looks at each picture as well (test-time augmentation).") var tta = false
    @OptionGroup var settings: VisionRecipeOptions

    func validate() throws {
        guard recipe == nil || (unfreeze == nil && copies == 0) else {
            throw ValidationError("--recipe decides what is trained when: --unfreeze and --copies do not go with it")
        }
        guard recipe == nil || rateRatio ?? 3 >= 3 else {
            throw ValidationError(
                "--recipe trains earlier layers at least 3 times slower: --rate-ratio must be from 3 up")
        }
        guard (1...3).contains(unfreeze ?? 3) else { throw ValidationError("--unfreeze must be 1, 2 or 3") }
        guard size == nil || settings.sizes == nil else { throw ValidationError("give either --size or --sizes") }
        guard (0...100).contains(copies) else { throw ValidationError("--copies must be from 0 to 100, not \(copies)") }
        if let size, !(8...4096).contains(size) { throw ValidationError("--size must be from 8 to 4096, not \(size)") }
    }

    /// What only a training heeds, not the fit of the head.
    private static let trainingNames = [
        "unfreeze", "rate-ratio", "train-statistics", "schedule", "optimizer", "momentum", "weight-decay", "mixup",
        "label-smoothing", "clip", "swa", "swa-lr", "keep-best", "keep-last", "sizes",
    ]
    private static let augmentationNames = ["augment", "flip", "rotation", "zoom", "crop", "lighting", "cutout"]
    /// The options of pictures alone.
    static let names =
        trainingNames.filter { $0 != "keep-last" } + augmentationNames + ["recipe", "copies", "size", "tta"]

    /// Goes on with a network.
    func finetune(
        _ model: String, on data: String, as name: String, isReplacing: Bool, _ training: FinetuneOptions,
        in workspace: Workspace, _ options: GlobalOptions
    ) throws {
        if training.checkpoints.resume, training.epochs == nil || recipe != nil {
            throw ValidationError("--resume goes on with --epochs; a head alone and the eight steps begin anew")
        }
        try refuse(["stage-epochs", "bptt", "valid"], "is for language models")
        if training.keepLast, settings.keepBest { throw ValidationError("give either --keep-best or --keep-last") }
        if recipe != nil { try refuse(["lr", "schedule", "checkpoint-minutes"], "does not go with --recipe") }
        if training.epochs == nil, recipe == nil {
            try refuse(
                Self.trainingNames + ["lr", "batch-size", "checkpoint-minutes"],
                "changes nothing while the head alone is fitted: give --epochs")
            if copies == 0 {
                try refuse(
                    Self.augmentationNames,
                    "changes nothing while the head is fitted to the pictures as they are: "
                        + "give --epochs or --copies")
            }
        }
        var request = FinetuneVisionRequest(model: model, dataset: data, saveAs: name, command: commandLine())
        var base = VisionRecipe.finetuning
        // The eight steps compare their ends.
        base.keepsBest = recipe == nil
        request.recipe = settings.applied(to: base, keepsLast: training.keepLast)
        if let lr = training.lr { request.recipe.learningRate = lr }
        if let batchSize = training.batchSize { request.recipe.batchSize = batchSize }
        if let rateRatio { request.recipe.rateRatio = rateRatio }
        request.recipe.trainedGroups = unfreeze
        request.recipe.freezesStatistics = !trainStatistics
        request.recipe.seed = options.seed
        request.epochs = training.epochs ?? 0
        request.copies = copies
        request.isWorldClass = recipe == .worldClass
        request.size = size
        request.looksTwice = tta
        request.isReplacing = isReplacing
        request.resumes = training.checkpoints.resume
        request.checkpointInterval = training.checkpoints.interval
        Interruption.listen()
        let bar = VisionBar(
            progress: options.progress, advice: "fewer --epochs, a smaller --size or a head alone (no --epochs)")
        let report = try workspace.finetuneVision(request, onProgress: bar.show) { Interruption.isAsked }
        bar.clear()
        options.progress.warn(report.warnings)
        try output(report, as: options)
    }
}

extension FinetuneVisionReport: Printable {
    var text: String {
        var lines = steps.map(\.text)
        if !epochs.isEmpty { lines.insert(epochs.table, at: 0) }
        lines.append(
            "'\(parent)' on '\(data)': \(trainPictures) pictures of \(classes.count) classes in \(seconds.fixed(1)) s")
        if let keptStep {
            lines.append(
                "the weights are those of step \(keptStep): no later step sorted the validation pictures as well")
        }
        if let valid { lines.append("validation: " + valid.text) }
        if let baseline { lines.append(baseline.text) }
        if let validTta { lines.append("validation with several looks: " + validTta.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        lines.append("saved as '\(saved)': try 'zoo predict \(saved) FILE…'")
        return lines.joined(separator: "\n")
    }
}
