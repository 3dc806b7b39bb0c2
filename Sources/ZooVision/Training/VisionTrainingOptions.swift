import ZooLearn

/// How a network for images is trained: kept with the model, and enough to train it again.
public struct VisionTrainingOptions: Sendable, Hashable, Codable {
    /// Passes over the images.
    public var epochs = 10
    /// The highest learning rate of the last layers.
    public var learningRate = 0.1
    /// How the rate moves.
    public var schedule = LearningRateSchedule.oneCycle
    /// What moves the weights.
    public var rule = VisionRule.sgd
    /// How much of the velocity stays at each step of SGD; one-cycle moves it (beta 1 in AdamW) between 0.95 and 0.85.
    public var momentum = 0.9
    /// The weight decay: an L2 penalty in SGD, decoupled in AdamW.
    public var weightDecay = 5e-4
    /// Whether biases and normalisations decay too.
    package var decaysEverything = false
    /// Images a step.
    public var batchSize = 64
    /// How images are changed before they are learned from.
    public var augmentation = AugmentationPreset.none
    /// What is done otherwise than the preset does it; nil for nothing.
    public var augmentationChanges: AugmentationChanges?
    /// The parameter of mixup's beta distribution; 0 for no mixup.
    public var mixup = 0.0
    /// The part of a target that goes to all classes alike.
    public var labelSmoothing = 0.0
    /// The bound on the norm of all gradients together; nil for none.
    public var clipping: Double?
    /// Over the ends of how many of the last epochs the weights are averaged; 0 for no average.
    public var averagedEpochs = 0
    /// The constant rate of those epochs, with the schedule over before them; nil continues the schedule.
    public var averagingRate: Double?
    /// The sides of the images from the first part of the epochs to the last; empty for the size of the preprocessing.
    public var sizes: [Int] = []
    /// Whether the weights of the best epoch at the last size are kept, rather than the last.
    public var keepsBest = false
    /// Epochs without a better one after which training ends, where the best is kept; 0 for never; nil for half of the epochs,
    /// at least 5.
    public var patience: Int?
    /// How many layer groups, from the last, are trained; nil for all of them.
    package var trainedGroups: Int?
    /// The rate of each layer group over that of the group before it.
    package var rateRatio = 1.0
    /// Whether the normalisations of trained layers, too, keep their statistics.
    public var freezesStatistics = false
    /// Decides the order of images, what is done to them, and what training draws.
    public var seed: UInt64 = 0

    /// Creates the usual recipe for training from scratch.
    public init() {}

    /// Checks what a user wrote.
    ///
    /// - Throws: `VisionTrainingError.setting` that names the first value that cannot be
    package func validate() throws(VisionTrainingError) {
        try Self.check("epochs", epochs, 1...100_000)
        try Self.check("batch size", batchSize, 2...1 << 16)
        if !(0...epochs).contains(averagedEpochs) {
            throw .setting(
                name: "--swa", value: "\(averagedEpochs)", expected: "from 0 to the number of --epochs, \(epochs)")
        }
        if let trainedGroups { try Self.check("trained groups", trainedGroups, 1...1000) }
        if let patience { try Self.check("patience", patience, 0...100_000) }
        for size in sizes { try Self.check("size", size, 8...4096) }
        if sizes.count > epochs {
            throw .setting(name: "--sizes", value: "\(sizes)", expected: "at most as many as --epochs, \(epochs)")
        }
        try Self.check("learning rate", learningRate, isIn: learningRate > 0, "above 0")
        try Self.check("--swa-lr", averagingRate ?? 1, isIn: (averagingRate ?? 1) > 0, "above 0")
        try Self.check("weight decay", weightDecay, isIn: weightDecay >= 0, "not negative")
        try Self.check("momentum", momentum, isIn: momentum >= 0 && momentum < 1, "at least 0 and below 1")
        try Self.check("mixup", mixup, isIn: mixup >= 0 && mixup <= 100, "from 0 to 100")
        let (smoothing, ratio) = (labelSmoothing, rateRatio)
        try Self.check("label smoothing", smoothing, isIn: smoothing >= 0 && smoothing < 1, "at least 0 and below 1")
        try Self.check("rate ratio", ratio, isIn: ratio >= 1 && ratio <= 1e6, "at least 1")
        try Self.check("clipping", clipping ?? 1, isIn: (clipping ?? 1) > 0, "above 0")
        if let (name, value, expected) = augmentationChanges?.problem {
            throw .setting(name: name, value: "\(value)", expected: expected)
        }
        if augmentation == .topDown, let flip = augmentationChanges?.flip {
            throw .setting(
                name: "flip", value: "\(flip)", expected: "none beside top-down, which mirrors half of the images")
        }
        if let averagingRate, averagedEpochs == 0 {
            throw .setting(
                name: "--swa-lr", value: "\(averagingRate)",
                expected: "left out without --swa, the number of last epochs that it is the rate of")
        }
        if keepsBest, averagedEpochs > 0 {
            throw .setting(
                name: "--swa", value: "\(averagedEpochs)", expected: "0 with --keep-best, which saves a single epoch")
        }
        if !schedule.isValid {
            throw .setting(
                name: "schedule", value: schedule.description, expected: "a length and a multiplier of at least 1")
        }
    }

    private static func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(VisionTrainingError) {
        if !range.contains(value) {
            throw .setting(name: name, value: "\(value)", expected: "from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private static func check(
        _ name: String, _ value: Double, isIn: Bool, _ expected: String
    ) throws(VisionTrainingError) {
        if !isIn || !value.isFinite { throw .setting(name: name, value: "\(value)", expected: expected) }
    }
}

/// What moves the weights of a network for images.
public enum VisionRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// Stochastic gradient descent with Nesterov's momentum.
    case sgd
    /// Adam with decoupled weight decay.
    case adamw

    /// The learning rate, the weight decay and the momentum that go with it where nothing else is said.
    public var defaults: (learningRate: Double, weightDecay: Double, momentum: Double) {
        switch self {
        case .sgd: (0.1, 5e-4, 0.9)
        case .adamw: (2e-3, 0.05, 0.9)
        }
    }
}

/// How images are changed before they are learned from, by name.
public enum AugmentationPreset: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// For things seen from the side: mirrored, turned a little, cropped, lit otherwise.
    case sideOn = "side-on"
    /// For things seen from above: any of the eight ways to lay an image down, too.
    case topDown = "top-down"
    /// For images of 32 pixels: moved by up to 4 of them, and mirrored.
    case cifar
}

extension AugmentationPreset {
    /// What is done to images; nil for nothing.
    package var augmentation: Augmentation? {
        switch self {
        case .none: nil
        case .sideOn: .sideOn
        case .topDown: .topDown
        case .cifar: .cifar
        }
    }
}
