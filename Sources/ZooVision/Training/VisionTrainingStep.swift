import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// A step of training: the loss of a batch, its gradients, and the move of the weights.
struct VisionTrainingStep {
    private let network: any ImageNetwork
    private let optimizer: Optimizer
    private let paths: [(path: String, parameter: Parameter)]
    private let mixup: Mixup?
    private let clipping: GradientClipping?
    private let isMultiLabel: Bool
    private let pass: ImagePass

    /// Freezes what the recipe freezes.
    init(_ network: any ImageNetwork, _ recipe: VisionRecipe, isMultiLabel: Bool) {
        self.network = network
        self.isMultiLabel = isMultiLabel
        let rule: any UpdateRule =
            switch recipe.rule {
            case .sgd: SGD(momentum: recipe.momentum, isNesterov: recipe.momentum > 0)
            case .adamw: AdamW(beta1: recipe.momentum)
            }
        optimizer = Optimizer(network.parameterGroups(recipe), rule: rule)
        paths = network.namedParameters()
        mixup = recipe.mixup > 0 ? Mixup(alpha: recipe.mixup) : nil
        clipping = recipe.clipping.map { .globalNorm($0) }
        // What is frozen stays as it is for the whole run, so that it is folded once.
        pass = .training(above: InferencePlan())
    }

    /// Takes a step; nothing moves where the loss is not a number.
    ///
    /// - Shapes: images [count, height, width, 3], targets [count, classes]
    /// - Returns: the loss before the step
    func callAsFunction(
        _ images: Tensor, _ targets: Tensor, rate: Double, momentum: Double?, using generator: inout RandomGenerator
    ) -> Double {
        let parameters = optimizer.trainableParameters
        // The record of the forward pass is gone before the step, so that parameters change in place.
        let (loss, gradients) = lossAndGradients(images, targets, parameters, &generator)
        guard loss.isFinite else { return loss }
        optimizer.step(clipping?.clipped(gradients) ?? gradients, rate: rate, momentum: momentum)
        return loss
    }

    private func lossAndGradients(
        _ images: Tensor, _ targets: Tensor, _ parameters: [Parameter], _ generator: inout RandomGenerator
    ) -> (Double, [Gradient?]) {
        let (images, targets) = mixup.map { $0(images, targets, using: &generator) } ?? (images, targets)
        let logits = network.logits(images, pass, using: &generator)
        let loss = imageLoss(logits, targets, isMultiLabel: isMultiLabel)
        guard loss.item.isFinite else { return (loss.item, []) }
        return (loss.item, gradients(of: loss, withRespectTo: parameters.map(\.storedValue)))
    }

    /// Everything as it stands.
    func checkpoint(_ progress: TrainingProgress, _ carried: CarriedWeights) -> Checkpoint {
        Checkpoint(
            weights: network.state(), optimizer: optimizer.state(named: paths), progress: progress,
            carried: carried.tensors(of: network))
    }

    /// Takes up weights and the optimiser's state.
    ///
    /// - Throws: `ModuleStateError` or `OptimizerStateError` where they do not fit; everything is then as it was
    func restore(_ checkpoint: Checkpoint) throws {
        let before = network.state()
        try network.load(state: checkpoint.weights)
        do { try optimizer.load(state: checkpoint.optimizer, named: paths) } catch {
            try network.load(state: before)
            throw error
        }
    }

    /// Whether no weight is infinite or not a number.
    var weightsAreFinite: Bool {
        optimizer.trainableParameters.allSatisfy { parameter in
            parameter.storedValue.withUnsafeFloats { values in
                // The sum of zeros is 0 unless one of the factors is not finite.
                values.reduce(into: Float(0)) { $0 += $1 * 0 } == 0
            }
        }
    }
}

/// The loss of logits: cross-entropy with a distribution over the classes, or binary cross-entropy for each class.
///
/// - Shapes: logits and targets [count, classes] -> []
func imageLoss(_ logits: Tensor, _ targets: Tensor, isMultiLabel: Bool) -> Tensor {
    isMultiLabel ? binaryCrossEntropyWithLogits(logits, targets) : softCrossEntropy(logits, targets)
}
