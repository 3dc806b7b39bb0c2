import ArgumentParser
import ZooVision
import ZooWorkflows

/// A fine-tuning in several steps, by name.
enum FinetuneRecipe: String, ExpressibleByArgument, CaseIterable {
    /// Eight steps from the rate finder to cycles of doubling length.
    case worldClass = "world-class"
}

/// `zoo finetune vision`
struct FinetuneVisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vision", abstract: "Train a stored network further, on other images.",
        discussion: """
            The network gets a new head for the classes of the data set. Without --epochs only the head is fitted, to \
            activations that are computed once, which takes seconds. With --epochs the layers below are trained as well, \
            earlier ones with lower rates; the epoch with the best validation accuracy is saved.

            Ctrl-C ends a training with --epochs or --recipe and saves its checkpoint; the same command with --resume \
            continues it.
            """)
    @OptionGroup var finetuning: FinetuneOptions
    @Option(
        help: "Epochs with layers unfrozen, after the head was fitted, 1 to 100000. (default: none, the head alone)")
    var epochs: Int?
    @Option(help: "Maximum learning rate of the last layer group, above 0. (default: 0.0005; with sgd 0.025)")
    var lr: Double?
    @Option(help: "Batch size in images, 2 to 65536. (default: 32)") var batchSize: Int?
    @Flag(help: "Save the weights of the last epoch (default: of the epoch with the best validation accuracy).")
    var keepLast = false
    @OptionGroup var stopping: PatienceOption
    @Option(
        help: """
            world-class: train in eight steps, from the rate finder to cycles of doubling length, report each, and save \
            the step with the best validation accuracy, also at Ctrl-C. (default: none)
            """)
    var recipe: FinetuneRecipe?
    @Option(help: "Number of layer groups, counted from the last, that --epochs trains: 1, 2 or 3. (default: 3)")
    var unfreeze: Int?
    @Option(
        help: """
            Learning rate of each layer group divided by that of the group before it, 1 or more (discriminative learning \
            rates). (default: 5)
            """)
    var rateRatio: Double?
    @Option(help: "Augmented copies of each image that the head is fitted to as well, 0 to 100. (default: 0)")
    var copies: Int?
    @Flag(
        help: "Update the running statistics of batch normalisation (default: they stay those of the model).")
    var trainStatistics = false
    @Option(help: "Side of the images in pixels, 8 to 4096. (default: that of the model)") var size: Int?
    @Flag(help: "Validate with test-time augmentation as well: the mean over up to 6 views of each image.")
    var tta = false
    @OptionGroup(title: "Training with --epochs") var settings: VisionRecipeOptions
    @OptionGroup(title: "Training with --epochs") var schedule: VisionScheduleOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkFinetuning(epochs: epochs, lr: lr, batchSize: nil)
        try checkRange(batchSize, "--batch-size", 2...65_536)
        try checkRange(rateRatio, "--rate-ratio", 1...1_000_000)
        guard (1...3).contains(unfreeze ?? 3) else { throw ValidationError("--unfreeze must be 1, 2 or 3") }
        guard size == nil || settings.sizes == nil else { throw ValidationError("give either --size or --sizes") }
        try checkRange(copies, "--copies", 0...100)
        try checkRange(size, "--size", 8...4096)
        try schedule.check(
            keepsLast: keepLast, stopping, besides: recipe == nil ? nil : "--recipe without --keep-best")
        if recipe != nil { try validateWithRecipe() } else if !finetuning.checkpoints.resume { try validateHeadAlone() }
        guard !finetuning.checkpoints.resume else { return }
        var training = trainingRecipe(from: base)
        // The epochs of --recipe and of the head alone are not given here.
        training.epochs = epochs ?? 100_000
        try check(training)
    }

    private func validateWithRecipe() throws {
        guard unfreeze == nil, copies ?? 0 == 0 else {
            throw ValidationError("--recipe decides what is trained when: --unfreeze and --copies do not go with it")
        }
        guard rateRatio ?? 3 >= 3 else {
            throw ValidationError(
                "--recipe trains earlier layers at least 3 times slower: --rate-ratio must be from 3 up")
        }
        guard lr == nil, schedule.schedule == nil else {
            throw ValidationError("--lr and --schedule do not go with --recipe")
        }
    }

    /// Refuses what changes nothing while only the head is fitted.
    private func validateHeadAlone() throws {
        guard epochs == nil else { return }
        var unchanged = trainingRecipe(from: base)
        (unchanged.augmentation, unchanged.augmentationChanges) = (base.augmentation, base.augmentationChanges)
        guard unchanged == base, !finetuning.checkpoints.isGiven else {
            throw ValidationError(
                "without --epochs only the head is fitted, and the options of training change nothing: give --epochs")
        }
        guard copies ?? 0 > 0 || settings.augment == nil && settings.changes.changes == nil else {
            throw ValidationError(
                "without --epochs and --copies the head is fitted to the images as they are, and --augment and its "
                    + "changes do nothing: give --epochs or --copies")
        }
    }

    /// The recipe without what was given.
    private var base: VisionTrainingOptions {
        var base = VisionTrainingOptions.finetuning
        // The eight steps compare their ends.
        base.keepsBest = recipe == nil
        base.seed = options.seed
        return base
    }

    /// How the unfrozen layers are trained.
    private func trainingRecipe(from base: VisionTrainingOptions) -> VisionTrainingOptions {
        var recipe = schedule.applied(
            to: settings.applied(to: base), keepsLast: keepLast, patience: stopping.patience)
        if let lr { recipe.learningRate = lr }
        if let batchSize { recipe.batchSize = batchSize }
        if let rateRatio { recipe.rateRatio = rateRatio }
        if let unfreeze { recipe.trainedGroups = unfreeze }
        if trainStatistics { recipe.freezesStatistics = false }
        if let seed = options.givenSeed { recipe.seed = seed }
        return recipe
    }

    func run() throws {
        let workspace = try options.workspace()
        try finetuning.check(.vision, in: workspace)
        var request = FinetuneVisionRequest(
            model: finetuning.model, dataset: finetuning.data, saveAs: finetuning.save, command: commandLine())
        if finetuning.checkpoints.resume {
            request = try workspace.requestOfStoppedImageFinetuning(
                named: finetuning.save, model: finetuning.model, dataset: finetuning.data, command: request.command)
        }
        request.recipe = trainingRecipe(from: request.resumes ? request.recipe : base)
        if let epochs { request.epochs = epochs }
        if let copies { request.copies = copies }
        if recipe == .worldClass { request.isWorldClass = true }
        if let size { request.size = size }
        if tta { request.usesTestTimeAugmentation = true }
        try finetuning.checkpoints.apply(to: &request, in: workspace)
        let bar = TrainingBar(
            progress: options.progress, unit: "images",
            advice: "fewer --epochs, a smaller --size or a head alone (no --epochs)"
        ) { $0.imageLine }
        try bar.run(options) { try workspace.finetuneVision(request, onProgress: $0, shouldStop: $1) }
    }
}

extension FinetuneVisionReport: Printable {
    var text: String {
        var lines = steps.map(\.text)
        if !epochs.isEmpty { lines.insert(epochs.imageTable, at: 0) }
        lines.append(
            "'\(parent)' on '\(data)': \(trainPictures.counting("image")) of \(classes.count.counting("class", "classes")) in \(seconds.fixed(1)) s"
        )
        if let keptStep {
            lines.append(
                "the weights are those of step \(keptStep): no later step had a better validation accuracy")
        } else if let keptEpoch, keptEpoch == bestEpoch {
            lines.append("the weights are those of epoch \(keptEpoch), the best")
        }
        lines += KeptEpochText(
            kept: keptEpoch, best: bestEpoch, planned: plannedEpochs, epochs: epochs.map(\.report)
        ).lines(\.imageFigures)
        if let valid { lines.append("validation: " + valid.text) }
        if let baseline { lines.append(baseline.text) }
        if let validTta { lines.append("validation with test-time augmentation: " + validTta.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo predict \(saved) FILE…'") }
        return lines.joined(separator: "\n")
    }
}
