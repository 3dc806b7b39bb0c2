import ZooNN

extension Learner {
    /// Tries rising learning rates, one a batch, and leaves the model, the optimiser and the generator as they were.
    ///
    /// It ends early when the smoothed loss is `divergence` times its least, or is not a number.
    /// - Parameter steps: how many rates are tried; the data is gone through again when it ends before
    /// - Throws: nothing in practice: what is restored was taken from this learner
    /// - Source: Smith 2017, section 3.3
    public func learningRateCurve(
        _ training: DataLoader<Batch>, from low: Double = 1e-7, to high: Double = 10, steps: Int = 100,
        smoothing: Double = 0.98, divergence: Double = 4
    ) throws -> LearningRateCurve {
        let before = checkpoint(TrainingProgress(generator: generator, data: training.state))
        let schedule = ExponentialRange(start: low, end: high)
        var rates: [Double] = []
        var losses: [Double] = []
        var smoother = LossSmoother(smoothing: smoothing)
        var least = Double.infinity
        var epoch = 0
        trying: while rates.count < steps, training.batchCount > 0 {
            for (batch, _) in training.batches(epoch: epoch) where rates.count < steps {
                let rate = schedule.value(at: rates.count, of: steps)
                let loss = step(batch, rate: rate, momentum: nil, clipping: nil)
                guard loss.isFinite else { break trying }
                rates.append(rate)
                losses.append(loss)
                let smoothed = smoother.add(loss)
                least = min(least, smoothed)
                if smoothed > divergence * least { break trying }
            }
            epoch += 1
        }
        try restore(before)
        return LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing)
    }
}
