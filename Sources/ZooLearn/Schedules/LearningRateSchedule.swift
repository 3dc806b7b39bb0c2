/// How the learning rate of a training moves: the schedules that can be named.
public enum LearningRateSchedule: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The same rate throughout.
    case constant
    /// Up to the rate and down to almost nothing, the momentum the other way (Smith & Topin 2019).
    case oneCycle
    /// Half a cosine from the rate to nothing.
    case cosine
    /// Half a cosine from the rate to nothing, restarted after `length` epochs, then after `multiplier` times as many
    /// (Loshchilov & Hutter 2017).
    case cosineRestarts(length: Int, multiplier: Int)

    /// Reads `constant`, `one-cycle`, `cosine`, `cosine-restarts:LENGTH` or `cosine-restarts:LENGTH:MULTIPLIER`, both from
    /// 1 to 1000; nil for anything else.
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

    /// Whether restarts have a length and a multiplier of at least 1.
    package var isValid: Bool {
        if case .cosineRestarts(let length, let multiplier) = self { length >= 1 && multiplier >= 1 } else { true }
    }

    /// The epochs of `cycles` whole cycles; nil for schedules without restarts.
    package func epochs(ofCycles cycles: Int) -> Int? {
        guard case .cosineRestarts(let length, let multiplier) = self else { return nil }
        var (total, cycle) = (0, length)
        for _ in 0..<cycles {
            total += cycle
            cycle *= multiplier
        }
        return total
    }

    /// How many of so many epochs pass until the rate is at its height for the last time: an epoch after that which is no
    /// better is not worse because the rate rose.
    package func lastPeak(epochs: Int) -> Int {
        switch self {
        case .constant, .cosine: return 0
        case .oneCycle: return OneCycle(maximumRate: 1).lastPeak(epochs: epochs)
        case .cosineRestarts(let length, let multiplier):
            var (start, cycle) = (0, length)
            while start + cycle < epochs { (start, cycle) = (start + cycle, cycle * multiplier) }
            return start
        }
    }

    /// The rate over a stage.
    ///
    /// - Parameter maximum: the highest rate
    /// - Parameter steps: steps of all `epochs`
    public func rate(_ maximum: Double, epochs: Int, steps: Int) -> any Schedule {
        switch self {
        case .constant: return ConstantSchedule(maximum)
        case .oneCycle: return OneCycle(maximumRate: maximum)
        case .cosine: return CosineDecay(start: maximum)
        case .cosineRestarts(let length, let multiplier):
            let cycle = max(1, (steps * length + epochs / 2) / max(epochs, 1))
            return CosineWarmRestarts(start: maximum, cycleLength: cycle, multiplier: multiplier)
        }
    }

    /// The momentum over a stage: one-cycle moves it between 0.95 and 0.85; nil leaves the optimizer's own.
    public var momentum: (any Schedule)? { self == .oneCycle ? OneCycle.momentum() : nil }
}
