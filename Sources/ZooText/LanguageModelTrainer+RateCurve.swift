import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

extension LanguageModelTrainer {
    /// Tries rising learning rates, one a window; afterwards the model is of no more use.
    ///
    /// It ends early when the smoothed loss is four times its least, or is not a number.
    /// - Parameters:
    ///   - steps: how many rates are tried; the text is gone through again when it ends before
    ///   - onStep: told how many have been tried
    /// - Throws: `TextError` where the text is too short or has an unknown token
    /// - Source: Smith 2017, section 3.3
    public func rateCurve(
        _ training: [Int32], from low: Double = 1e-5, to high: Double = 1, steps: Int = 100, smoothing: Double = 0.9,
        onStep: (Int) -> Void = { _ in }
    ) throws -> LearningRateCurve {
        try model.check(training)
        let stream = try TextStream(training, batchSize: options.batchSize)
        let schedule = ExponentialRange(start: low, end: high)
        let clipping = options.clipping.map { GradientClipping.globalNorm($0) }
        var generator = RandomGenerator(seed: options.seed)
        var (rates, losses): ([Double], [Double]) = ([], [])
        while rates.count < steps {
            var state: LanguageModelState?
            for window in stream.windows(length: options.bptt) where rates.count < steps {
                let rate = schedule.value(at: rates.count, of: steps)
                guard let loss = step(stream.window(window), &state, rate, clipping, &generator) else {
                    return LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing)
                }
                rates.append(rate)
                losses.append(loss)
                onStep(rates.count)
                let smoothed = LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing).smoothedLosses
                if let last = smoothed.last, let least = smoothed.min(), last > 4 * least {
                    return LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing)
                }
            }
        }
        return LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing)
    }

    private func step(
        _ window: (inputs: Tensor, targets: Tensor), _ state: inout LanguageModelState?, _ rate: Double,
        _ clipping: GradientClipping?, _ generator: inout RandomGenerator
    ) -> Double? {
        let parameters = optimizer.trainableParameters
        let output = model(window.inputs, state: state, mode: .training, using: &generator)
        let (entropy, total) = model.loss(output, targets: window.targets)
        guard entropy.item.isFinite, total.item.isFinite else { return nil }
        let found = gradients(of: total, withRespectTo: parameters.map(\.storedValue))
        guard GradientClipping.norm(of: found).isFinite else { return nil }
        optimizer.step(clipping?.clipped(found) ?? found, rate: rate)
        state = output.state
        return entropy.item
    }
}
