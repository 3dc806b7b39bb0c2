import ZooLearn

extension VisionTrainingOptions {
    /// The plan of a training.
    ///
    /// With an averaging rate the schedule ends before the averaged epochs.
    func plan(stepsPerEpoch: Int) -> TrainingPlan {
        let annealed = averagingRate == nil ? epochs : epochs - averagedEpochs
        let steps = annealed * stepsPerEpoch
        var rate = schedule.rate(learningRate, epochs: annealed, steps: steps)
        var scheduledMomentum = rule == .sgd && momentum == 0 ? nil : schedule.momentum
        if let averagingRate {
            rate = ConstantTail(after: rate, steps: steps, value: averagingRate)
            scheduledMomentum = scheduledMomentum.map { ConstantTail(after: $0, steps: steps, value: momentum) }
        }
        return TrainingPlan(
            epochs: epochs, rate: rate, momentum: scheduledMomentum,
            keeping: bestEpoch.map {
                .best($0, patience: patience, epochs: epochs, lastPeak: schedule.lastPeak(epochs: annealed))
            } ?? .last)
    }

    /// What chooses the epoch whose weights are kept; nil where the last is.
    var bestEpoch: BestImageEpoch? { keepsBest ? BestImageEpoch(size: sizes.last) : nil }

    /// The number of the epoch that has the best validation images, whichever is kept; nil without any.
    package func bestEpoch(in epochs: [EpochReport]) -> Int? {
        BestImageEpoch(size: sizes.last).bestIndex(in: epochs).map { epochs[$0].epoch }
    }

    /// The side of the images in an epoch (from 0): each of `sizes` takes an equal part of the epochs.
    func size(inEpoch epoch: Int, otherwise size: Int) -> Int {
        sizes.isEmpty ? size : sizes[min(epoch * sizes.count / max(epochs, 1), sizes.count - 1)]
    }

    /// How many epochs' weights the average is of after so many epochs.
    package func averagedEpochs(after finished: Int) -> Int {
        averagedEpochs > 0 ? max(0, finished - (epochs - averagedEpochs)) : 0
    }

    /// Decides an epoch's order of images, their augmentation, and what the training draws.
    func seed(ofEpoch epoch: Int) -> UInt64 { seed &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03 }
}

/// A schedule over the first steps, and a constant value after them.
struct ConstantTail: Schedule {
    private let schedule: any Schedule
    private let steps: Int
    private let value: Double

    /// - Parameter steps: steps of `schedule`
    init(after schedule: any Schedule, steps: Int, value: Double) {
        (self.schedule, self.steps, self.value) = (schedule, steps, value)
    }

    func value(at step: Int, of total: Int) -> Double { step < steps ? schedule.value(at: step, of: steps) : value }
}

/// Chooses the epoch of the best accuracy, among equals that of the least loss, among equals the first.
struct BestImageEpoch: EpochSelection {
    /// The size of the images in the epochs that count; nil for any.
    let size: Int?

    func bestIndex(in history: [EpochReport]) -> Int? {
        var best: (index: Int, valid: VisionMetrics)?
        for (index, epoch) in history.enumerated() where epoch.imageSize == size ?? epoch.imageSize {
            guard let valid = epoch.imageMetrics else { continue }
            if let best, (valid.accuracy, -valid.loss) <= (best.valid.accuracy, -best.valid.loss) { continue }
            best = (index, valid)
        }
        return best?.index
    }
}
