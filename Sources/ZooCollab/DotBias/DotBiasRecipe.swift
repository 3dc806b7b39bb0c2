import Foundation
import ZooKernels

/// How a dot-bias model is trained.
///
/// The defaults were chosen on a validation part of MovieLens 100K's u1.base, never on a test part:
/// see Benchmarks/RESULTS.md.
public struct DotBiasRecipe: Sendable, Hashable, Codable {
    /// Length of the vectors.
    public var factors = 50
    /// Passes over the ratings.
    public var epochs = 10
    /// The largest learning rate: reached after `warmUp`, then annealed to zero along a half cosine.
    public var learningRate: Float = 0.022
    /// Decay of the vectors; a row's share of it falls with its count, see `decayPower`.
    public var weightDecay: Float = 0.26
    /// Decay of the biases.
    public var biasDecay: Float = 0.15
    /// Decides every random choice.
    public var seed: UInt64 = 0
    /// Standard deviation of the vectors at the start.
    public var initialScale: Float = 0.0375
    /// Share of the training during which the learning rate rises from 4 % of its largest value.
    public var warmUp = 0.4
    /// A row's rate is multiplied by (mean count / its count)^ratePower.
    public var ratePower = 0.17
    /// A row's decay is multiplied by (mean count / its count)^decayPower.
    public var decayPower = 0.5
    /// Decay of the running mean squares of the gradients.
    public var beta: Float = 0.9
    /// Added to their roots.
    public var epsilon: Float = 1e-4
    /// How far the sigmoid's range reaches below the rating scale, as a share of the scale's width (1 star of 1 to 5).
    public var lowerMargin: Float = 0.25
    /// How far it reaches above: half a star of 1 to 5, as fast.ai has it.
    public var upperMargin: Float = 0.125

    /// The defaults.
    public init() {}

    /// Models in the committee: about six factors each, eight at the most.
    var models: Int { max(1, min(DotBiasCommittee.Settings.largestCommittee, factors / 6)) }

    /// The sigmoid's range for a rating scale.
    func range(for scale: ClosedRange<Float>) -> SigmoidRange {
        let width = RatingUnit.width(of: scale)
        return SigmoidRange(
            lower: scale.lowerBound - lowerMargin * width, upper: scale.upperBound + upperMargin * width)
    }

    /// The learning rate when a share (0 ... 1) of the training is done.
    func rate(at share: Double) -> Double {
        let largest = Double(learningRate)
        if share < warmUp { return largest * (0.04 + 0.96 * share / warmUp) }
        return largest * 0.5 * (1 + cos(.pi * (share - warmUp) / max(1 - warmUp, .ulpOfOne)))
    }

    func committee(range: SigmoidRange) -> DotBiasCommittee.Settings {
        DotBiasCommittee.Settings(
            factors: factors, models: models, globalBias: 0, lower: range.lower, upper: range.upper,
            factorDecay: weightDecay, biasDecay: biasDecay, beta: beta, epsilon: epsilon)
    }

    /// What each row of a side with these counts is given.
    func rows(counts: [Int]) -> [DotBiasCommittee.Row] {
        let mean = Double(counts.reduce(0, +)) / Double(max(1, counts.count))
        return counts.map { count in
            let ratio = mean / Double(count)
            return DotBiasCommittee.Row(rate: Float(pow(ratio, ratePower)), decay: Float(pow(ratio, decayPower)))
        }
    }
}
