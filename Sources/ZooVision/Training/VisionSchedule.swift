import ZooLearn

/// How the learning rate moves over a training.
public enum VisionSchedule: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The same rate throughout.
    case constant
    /// Up to the rate and down to almost nothing, the momentum the other way.
    case oneCycle
    /// Half a cosine from the rate to nothing.
    case cosine
    /// Half a cosine, begun again after `length` epochs, then after `multiplier` times as many.
    case cosineRestarts(length: Int, multiplier: Int)

    /// Reads `constant`, `one-cycle`, `cosine`, `cosine-restarts:LEN` or `cosine-restarts:LEN:MULT`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("constant", 1): self = .constant
        case ("one-cycle", 1): self = .oneCycle
        case ("cosine", 1): self = .cosine
        case ("cosine-restarts", 2...3):
            let numbers = parts.dropFirst().map { Int($0) ?? 0 }
            guard numbers.allSatisfy({ (1...1000).contains($0) }) else { return nil }
            self = .cosineRestarts(length: numbers[0], multiplier: numbers.count > 1 ? numbers[1] : 1)
        default: return nil
        }
    }

    /// As `init(_:)` reads it.
    public var description: String {
        switch self {
        case .constant: "constant"
        case .oneCycle: "one-cycle"
        case .cosine: "cosine"
        case .cosineRestarts(let length, let multiplier): "cosine-restarts:\(length):\(multiplier)"
        }
    }

    /// The epochs of `cycles` whole cycles; nil for schedules without restarts.
    public func epochs(ofCycles cycles: Int) -> Int? {
        guard case .cosineRestarts(let length, let multiplier) = self else { return nil }
        var (total, cycle) = (0, length)
        for _ in 0..<cycles {
            total += cycle
            cycle *= multiplier
        }
        return total
    }
}

extension VisionRecipe {
    /// The rate and the momentum at a step.
    ///
    /// - Parameter stepsPerEpoch: at least 1
    func motion(at step: Int, stepsPerEpoch: Int) -> (rate: Double, momentum: Double?) {
        let annealed = averagingRate == nil ? epochs : epochs - averagedEpochs
        let total = annealed * stepsPerEpoch
        if step >= total, let averagingRate { return (averagingRate, nil) }
        switch schedule {
        case .constant: return (learningRate, nil)
        case .cosine: return (CosineDecay(start: learningRate).value(at: step, of: total), nil)
        case .cosineRestarts(let length, let multiplier):
            let restarts = CosineWarmRestarts(
                start: learningRate, cycleLength: length * stepsPerEpoch, multiplier: multiplier)
            return (restarts.value(at: step, of: total), nil)
        case .oneCycle:
            let momentum = rule == .sgd && momentum == 0 ? nil : OneCycle.momentum().value(at: step, of: total)
            return (OneCycle(maximumRate: learningRate).value(at: step, of: total), momentum)
        }
    }

    /// The side of the pictures in an epoch (from 0): each of `sizes` takes an equal part of the epochs.
    func size(inEpoch epoch: Int, otherwise size: Int) -> Int {
        sizes.isEmpty ? size : sizes[min(epoch * sizes.count / max(epochs, 1), sizes.count - 1)]
    }
}
