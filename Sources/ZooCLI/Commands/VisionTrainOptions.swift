import ArgumentParser
import ZooVision
import ZooWorkflows

extension AugmentationPreset: ExpressibleByArgument {}
extension VisionRule: ExpressibleByArgument {}

/// Reads a schedule as it is written on the command line.
func visionSchedule(_ text: String) throws -> VisionSchedule {
    guard let schedule = VisionSchedule(text) else {
        throw ValidationError(
            "--schedule is one-cycle, constant, cosine or cosine-restarts:LEN:MULT, not '\(text)'")
    }
    return schedule
}

/// Reads `64,128,224`.
func pictureSizes(_ text: String) throws -> [Int] {
    let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard !sizes.isEmpty, sizes.allSatisfy({ (8...4096).contains($0) }) else {
        throw ValidationError("--sizes are pixels from 8 to 4096 as in 64,128,224, not '\(text)'")
    }
    return sizes
}

/// What is done to pictures otherwise than `--augment` does it.
struct AugmentationOptions: ParsableArguments {
    @Option(help: "How likely a picture is mirrored, in place of what --augment says; likewise the next five.")
    var flip: Double?
    @Option(help: "Turn pictures by up to so many degrees either way.") var rotation: Double?
    @Option(help: "Make pictures up to so many times larger.") var zoom: Double?
    @Option(help: "Take a part of random size and place, of at least this share of the picture, in place of --zoom.")
    var crop: Double?
    @Option(help: "Change brightness by up to this share of white, and contrast by up to twice as much.")
    var lighting: Double?
    @Option(help: "Cover a square at a random place, its side this share of the picture's.") var cutout: Double?

    /// nil where nothing was given.
    var changes: AugmentationChanges? {
        var changes = AugmentationChanges()
        (changes.flip, changes.rotation, changes.zoom) = (flip, rotation, zoom)
        (changes.crop, changes.lighting, changes.cutout) = (crop, lighting, cutout)
        return changes == AugmentationChanges() ? nil : changes
    }
}

/// What training a network for pictures takes, from scratch or not; what is not given stays as it is in the recipe that it
/// is applied to.
struct VisionRecipeOptions: ParsableArguments {
    @Option(
        help:
            "one-cycle, constant, cosine, or cosine-restarts:LEN:MULT with the first cycle's epochs and what each is multiplied by; else one-cycle.",
        transform: visionSchedule)
    var schedule: VisionSchedule?
    @Option(help: "sgd, with Nesterov's momentum, or adamw; else sgd from scratch, adamw in fine-tuning.")
    var optimizer: VisionRule?
    @Option(help: "How much of SGD's velocity stays; one-cycle moves it between 0.95 and 0.85.") var momentum: Double?
    @Option(help: "Decay of the weights; biases and normalisations do not decay.") var weightDecay: Double?
    @Option(
        help:
            "How pictures are changed: none, side-on, top-down or cifar; else none from scratch, side-on in fine-tuning."
    ) var augment: AugmentationPreset?
    @OptionGroup var changes: AugmentationOptions
    @Option(help: "Mix pictures by pairs, with shares from Beta(A, A); 0 for not.") var mixup: Double?
    @Option(help: "The part of a target that goes to all classes alike.") var labelSmoothing: Double?
    @Option(help: "Bound on the gradient's norm; 0 for none.") var clip: Double?
    @Option(help: "Average the weights over the ends of so many last epochs (stochastic weight averaging).") var swa:
        Int?
    @Option(help: "The constant rate of those epochs, the schedule being over before them.") var swaLr: Double?
    @Option(help: "Sides of the pictures from the first epochs to the last, as 64,128,224.", transform: pictureSizes)
    var sizes: [Int]?
    @Flag(
        help:
            "Keep the epoch with the best validation accuracy; it is what is done without --swa, --recipe and --keep-last."
    ) var keepBest = false

    /// The recipe with what was given.
    ///
    /// - Parameter keepsLast: whether the last epoch is to be kept
    func applied(to base: VisionRecipe, keepsLast: Bool) -> VisionRecipe {
        var recipe = base
        if let optimizer, optimizer != base.rule {
            recipe.rule = optimizer
            let (usual, before) = (optimizer.defaults, base.rule.defaults)
            // Fine-tuning takes a part of the usual rate, whatever the rule.
            recipe.learningRate = usual.learningRate * base.learningRate / before.learningRate
            (recipe.weightDecay, recipe.momentum) = (usual.weightDecay, usual.momentum)
        }
        if let schedule { recipe.schedule = schedule }
        if let momentum { recipe.momentum = momentum }
        if let weightDecay { recipe.weightDecay = weightDecay }
        if let augment { recipe.augmentation = augment }
        if let changes = changes.changes { recipe.augmentationChanges = changes }
        if let mixup { recipe.mixup = mixup }
        if let labelSmoothing { recipe.labelSmoothing = labelSmoothing }
        if let clip { recipe.clipping = clip == 0 ? nil : clip }
        if let swa { recipe.averagedEpochs = swa }
        if let swaLr { recipe.averagingRate = swaLr }
        if let sizes { recipe.sizes = sizes }
        if keepBest { recipe.keepsBest = true } else if keepsLast || swa ?? 0 > 0 { recipe.keepsBest = false }
        return recipe
    }
}

/// What training a network for pictures from scratch takes.
struct VisionTrainOptions: ParsableArguments {
    @Option(help: "Name of the data set.") var data: String
    @Option(help: ArgumentHelp("The network.", discussion: "One of \(VisionTrainOptions.architectures)."))
    var arch: ImageArchitecture
    @Option(help: "Side of the pictures; else what the network is made for.") var size: Int?
    @Option(help: "Passes over the pictures; else 10.") var epochs: Int?
    @Option(help: "Largest learning rate; 0.1 for sgd, 0.002 for adamw.") var lr: Double?
    @Option(help: "Pictures a step; else 64.") var batchSize: Int?
    @Flag(help: "Keep the last epoch's weights, not those of the epoch with the best validation accuracy.")
    var keepLast = false
    @OptionGroup var recipe: VisionRecipeOptions

    private static var architectures: String {
        ImageArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
    }

    func validate() throws {
        if let size, !(8...4096).contains(size) { throw ValidationError("--size must be from 8 to 4096, not \(size)") }
        if keepLast, recipe.keepBest { throw ValidationError("give either --keep-best or --keep-last") }
        if size != nil, recipe.sizes != nil { throw ValidationError("give either --size or --sizes") }
    }

    /// Checks the recipe of a training that begins.
    func validateRecipe() throws {
        do { try applied(to: .fromScratch, seed: 0).validate() } catch { throw ValidationError("\(error)") }
    }

    /// The recipe with what was given.
    private func applied(to base: VisionRecipe, seed: UInt64?) -> VisionRecipe {
        var base = recipe.applied(to: base, keepsLast: keepLast)
        if let epochs { base.epochs = epochs }
        if let lr { base.learningRate = lr }
        if let batchSize { base.batchSize = batchSize }
        if let seed { base.seed = seed }
        return base
    }

    /// The request.
    ///
    /// - Parameter base: the recipe that what was given is applied to
    /// - Parameter seed: nil for the recipe's own
    func request(from base: VisionRecipe = .fromScratch, seed: UInt64?) -> TrainVisionRequest {
        var request = TrainVisionRequest(
            dataset: data, architecture: arch, recipe: applied(to: base, seed: seed), command: commandLine())
        request.size = size
        return request
    }
}

extension VisionRecipe {
    /// What trains a network from scratch where nothing else is said.
    static let fromScratch: VisionRecipe = {
        var recipe = VisionRecipe()
        recipe.keepsBest = true
        return recipe
    }()
}
