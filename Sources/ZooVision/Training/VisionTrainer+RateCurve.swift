import ZooKernels
import ZooLearn
import ZooTensor

extension VisionTrainer {
    /// Tries rising learning rates, one a step, and leaves the network as it was, whatever happens.
    ///
    /// It ends early when the smoothed loss is four times its least, or is not a number.
    /// - Parameter steps: how many rates are tried; the pictures are gone through again when they end before
    /// - Throws: `VisionTrainingError` where there is nothing to learn; what the pictures' source throws
    /// - Source: Smith 2017, section 3.3
    public func rateCurve(
        _ training: LabelledPictures, from low: Double = 1e-5, to high: Double = 10, steps: Int = 100,
        smoothing: Double = 0.9, onStep: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        try training.checkIsTrainable()
        let before = network.state()
        defer { network.thaw() }
        let step = VisionTrainingStep(network, recipe, isMultiLabel: training.isMultiLabel)
        let schedule = ExponentialRange(start: low, end: high)
        var generator = RandomGenerator(seed: ~recipe.seed)
        var (rates, losses): ([Double], [Double]) = ([], [])
        var epoch = 0
        do {
            trying: while rates.count < steps {
                let batches = batches(
                    training, epoch: epoch, size: recipe.size(inEpoch: recipe.epochs - 1, otherwise: preprocessing.size)
                )
                while rates.count < steps, let batch = try batches.next() {
                    let rate = schedule.value(at: rates.count, of: steps)
                    let targets = training.targets(batch.indices, smoothing: recipe.labelSmoothing)
                    let loss = step(batch.images, targets, rate: rate, momentum: nil, using: &generator)
                    guard loss.isFinite, !shouldStop() else { break trying }
                    rates.append(rate)
                    losses.append(loss)
                    onStep(rates.count)
                    let smoothed = LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing).smoothedLosses
                    if let last = smoothed.last, let least = smoothed.min(), last > 4 * least { break trying }
                }
                epoch += 1
            }
        } catch {
            try network.load(state: before)
            throw error
        }
        try network.load(state: before)
        return LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing)
    }
}
