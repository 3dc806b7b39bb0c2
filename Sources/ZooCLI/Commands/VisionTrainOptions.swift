import ArgumentParser
import ZooLearn
import ZooVision
import ZooWorkflows

extension AugmentationPreset: ExpressibleByArgument {}
extension VisionRule: ExpressibleByArgument {}

/// Reads `64,128,224`.
func imageSizes(_ text: String) throws -> [Int] {
    let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard !sizes.isEmpty, sizes.allSatisfy({ (8...4096).contains($0) }) else {
        throw ValidationError("--sizes are pixels from 8 to 4096 as in 64,128,224, not '\(text)'")
    }
    return sizes
}

/// Changes of what `--augment` does to training images.
struct AugmentationOptions: ParsableArguments {
    @Option(help: "Probability of a horizontal flip, 0 to 1; overrides --augment. (default: by --augment)") var flip:
        Double?
    @Option(help: "Maximum rotation in degrees, 0 to 180; overrides --augment. (default: by --augment)") var rotation:
        Double?
    @Option(help: "Maximum enlargement, 1 to 10 times; overrides --augment. (default: by --augment)") var zoom: Double?
    @Option(
        help: """
            Minimum fraction of the area in a crop of random size and place, 0.01 to 1; replaces --zoom. (default: by \
            --augment)
            """)
    var crop: Double?
    @Option(
        help: """
            Maximum change of brightness as a fraction of white, 0 to 0.5; contrast changes by up to twice as much; \
            overrides --augment. (default: by --augment)
            """)
    var lighting: Double?
    @Option(help: "Side of a random square that is covered, as a fraction of the image's, 0 to 1. (default: none)")
    var cutout: Double?

    func validate() throws {
        try checkRange(flip, "--flip", 0...1)
        try checkRange(rotation, "--rotation", 0...180)
        try checkRange(zoom, "--zoom", 1...10)
        try checkRange(crop, "--crop", 0.01...1)
        try checkRange(lighting, "--lighting", 0...0.5)
        try checkRange(cutout, "--cutout", 0...1)
        if zoom != nil, crop != nil { throw ValidationError("give either --zoom or --crop, which replaces it") }
    }

    /// nil where nothing was given.
    var changes: AugmentationChanges? {
        var changes = AugmentationChanges()
        (changes.flip, changes.rotation, changes.zoom) = (flip, rotation, zoom)
        (changes.crop, changes.lighting, changes.cutout) = (crop, lighting, cutout)
        return changes == AugmentationChanges() ? nil : changes
    }
}

/// Options of training a network for images, from scratch or not; what is not given stays as in the recipe that they are
/// applied to.
struct VisionRecipeOptions: ParsableArguments {
    @Option(help: "Optimizer; sgd has Nesterov momentum. (default: sgd from scratch, adamw in fine-tuning)")
    var optimizer: VisionRule?
    @Option(
        help:
            "Momentum of sgd, beta 1 of adamw, 0 to below 1; not with the schedule one-cycle, which moves it between 0.95 and 0.85. (default: 0.9)"
    )
    var momentum: Double?
    @Option(
        help: """
            Weight decay, 0 or more; biases and normalisations do not decay. (default: \
            \(VisionRule.sgd.defaults.weightDecay) with sgd, \(VisionRule.adamw.defaults.weightDecay) with adamw)
            """)
    var weightDecay: Double?
    @Option(
        help: """
            Augmentation of training images: side-on (flip, rotation, zoom, lighting), top-down (the same in all 8 \
            orientations) or cifar (flip, shift). (default: none from scratch, side-on in fine-tuning)
            """)
    var augment: AugmentationPreset?
    @OptionGroup var changes: AugmentationOptions
    @Option(help: "Mixup of pairs of images with weights from Beta(A, A), A from 0 to 100; 0 is no mixup. (default: 0)")
    var mixup: Double?
    @Option(help: "Label smoothing, 0 to below 1. (default: 0)") var labelSmoothing: Double?
    @Option(help: "Maximum norm of the gradient, 0 or more; 0 does not clip. (default: 0)") var clip: Double?
    @Option(
        help: """
            Sides of the images in pixels from the first epochs to the last, 8 to 4096, such as 64,128,224. (default: \
            --size)
            """,
        transform: imageSizes)
    var sizes: [Int]?
    func validate() throws {
        try checkRange(momentum, "--momentum", 0..<1)
        try checkRange(weightDecay, "--weight-decay", 0...)
        try checkRange(mixup, "--mixup", 0...100)
        try checkRange(labelSmoothing, "--label-smoothing", 0..<1)
        try checkRange(clip, "--clip", 0...)
    }

    /// Refuses a momentum that the schedule replaces; without any, sgd stays so.
    func checkMomentum(in recipe: VisionTrainingOptions) throws {
        guard let momentum, recipe.schedule == .oneCycle, momentum > 0 || recipe.rule != .sgd else { return }
        throw ValidationError(
            "--momentum changes nothing with --schedule one-cycle, which moves it between 0.95 and 0.85: give another schedule"
        )
    }

    /// The recipe with what was given.
    func applied(to base: VisionTrainingOptions) -> VisionTrainingOptions {
        var recipe = base
        if let optimizer, optimizer != base.rule {
            recipe.rule = optimizer
            let (usual, before) = (optimizer.defaults, base.rule.defaults)
            // Fine-tuning takes a part of the usual rate, whatever the rule.
            recipe.learningRate = usual.learningRate * base.learningRate / before.learningRate
            (recipe.weightDecay, recipe.momentum) = (usual.weightDecay, usual.momentum)
        }
        if let momentum { recipe.momentum = momentum }
        if let weightDecay { recipe.weightDecay = weightDecay }
        if let augment { recipe.augmentation = augment }
        if let changes = changes.changes { recipe.augmentationChanges = changes }
        if let mixup { recipe.mixup = mixup }
        if let labelSmoothing { recipe.labelSmoothing = labelSmoothing }
        if let clip { recipe.clipping = clip == 0 ? nil : clip }
        if let sizes { recipe.sizes = sizes }
        return recipe
    }
}

/// Options of training a network for images from scratch.
struct VisionTrainOptions: ParsableArguments {
    @Option(help: "Name of the data set.") var data: String
    @Option(help: "Architecture of the network.") var arch: ImageArchitecture
    @Option(help: "Side of the images in pixels, 8 to 4096. (default: that of the architecture, 32 to 300)") var size:
        Int?
    @Option(help: "Batch size in images, 2 to 65536. (default: \(VisionTrainingOptions.fromScratch.batchSize))")
    var batchSize: Int?
    @OptionGroup var recipe: VisionRecipeOptions

    func validate() throws {
        try checkRange(size, "--size", 8...4096)
        try checkRange(batchSize, "--batch-size", 2...65_536)
        if size != nil, recipe.sizes != nil { throw ValidationError("give either --size or --sizes") }
    }

    /// The recipe with what was given.
    ///
    /// - Parameter seed: nil for the recipe's own
    func applied(to base: VisionTrainingOptions, seed: UInt64?) -> VisionTrainingOptions {
        var base = recipe.applied(to: base)
        if let batchSize { base.batchSize = batchSize }
        if let seed { base.seed = seed }
        return base
    }

    /// The request.
    func request(_ recipe: VisionTrainingOptions) -> TrainVisionRequest {
        var request = TrainVisionRequest(
            dataset: data, architecture: arch, recipe: recipe, command: commandLine())
        request.size = size
        return request
    }
}

extension VisionTrainingOptions {
    /// What trains a network from scratch where nothing else is said.
    static let fromScratch: VisionTrainingOptions = {
        var recipe = VisionTrainingOptions()
        recipe.keepsBest = true
        return recipe
    }()
}
