import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// Trains a network for images on labelled pictures.
///
/// It is owned by one task. The seed of the recipe decides everything that is random; the same seed and thread count make
/// the same bits.
public struct VisionTrainer {
    /// The network.
    public let network: any ImageNetwork
    /// How it is trained.
    public let recipe: VisionRecipe
    /// How pictures become tensors; the recipe's sizes come before its size.
    public let preprocessing: Preprocessing
    /// Threads that prepare pictures ahead of training.
    public let threads: Int

    /// Creates a trainer.
    ///
    /// - Throws: `VisionTrainingError.setting` as `recipe.validate()`
    public init(
        _ network: any ImageNetwork, recipe: VisionRecipe, preprocessing: Preprocessing, threads: Int = 1
    ) throws(VisionTrainingError) {
        try recipe.validate()
        self.network = network
        self.recipe = recipe
        self.preprocessing = preprocessing
        self.threads = threads
    }

    /// Trains. Afterwards every layer is trainable.
    ///
    /// A picture that cannot be read ends the run with what was learned until then, as a question to end does.
    /// - Parameter checkpoint: where to go on from, with the pictures and the recipe that it was made with; the run then
    ///   makes the same bits as one that never stopped
    /// - Parameter observers: hear of every step and every epoch (see `VisionEpoch`), and may end the run
    /// - Parameter shouldStop: asked before every step; true ends the run with what was learned until then
    /// - Throws: `VisionTrainingError` where there is nothing to learn; `CheckpointError`, `ModuleStateError` or
    ///   `OptimizerStateError` where the checkpoint does not fit; what an observer throws
    public func fit(
        _ training: LabelledPictures, validation: LabelledPictures? = nil, from checkpoint: Checkpoint? = nil,
        observers: [any Observer] = [], shouldStop: @escaping () -> Bool = { false }
    ) throws -> VisionFit {
        try training.checkIsTrainable()
        defer { network.thaw() }
        var run = try VisionRun(
            self, training, validation, from: checkpoint, observers: observers, shouldStop: shouldStop)
        return try run.run()
    }

    /// The preprocessing for a size.
    func preprocessing(size: Int) -> Preprocessing {
        var result = preprocessing
        result.size = size
        return result
    }

    /// The batches of an epoch, in its order and with its changes; a last batch that is not full is left out.
    ///
    /// - Parameter first: the batch to begin with: those before it are passed over, the others are the same
    func batches(_ pictures: LabelledPictures, epoch: Int, size: Int, from first: Int = 0) -> PictureBatches {
        let seed = recipe.seed(ofEpoch: epoch)
        var generator = RandomGenerator(seed: seed)
        let order = (0..<pictures.count).shuffled(using: &generator)
        let whole = stepsPerEpoch(pictures) * recipe.batchSize
        return PictureBatches(
            source: pictures.source, order: Array(order.prefix(whole).dropFirst(first * recipe.batchSize)),
            batchSize: recipe.batchSize, preprocessing: preprocessing(size: size),
            augmentation: recipe.pictureChanges, seed: seed, threads: threads, ahead: 3)
    }

    /// Steps of an epoch: at least one.
    func stepsPerEpoch(_ pictures: LabelledPictures) -> Int { max(1, pictures.count / recipe.batchSize) }
}

extension VisionRecipe {
    /// Decides an epoch's order of pictures, what is done to them, and what training draws.
    func seed(ofEpoch epoch: Int) -> UInt64 { seed &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03 }
}

extension AugmentationPreset {
    /// What is done to pictures; nil for nothing.
    public var augmentation: Augmentation? {
        switch self {
        case .none: nil
        case .sideOn: .sideOn
        case .topDown: .topDown
        case .cifar: .cifar
        }
    }
}
