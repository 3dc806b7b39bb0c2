import Foundation
import ZooRecords

/// What a rating counts as for a recommender that ranks.
package enum RatingWeight: String, Sendable, Codable, CaseIterable {
    /// 1, whatever the rating: that the item was chosen is what counts.
    case binary
    /// 0.2 for the lowest rating of the scale, 1 for the highest, linear between them.
    case rating
    /// 0.2 for the smallest count, 1 for the largest, by the logarithm: what `rating` means of counts.
    case log

    /// The same, or `log` for a rating where the data holds counts.
    package func resolved(for feedback: Feedback) -> RatingWeight {
        self == .rating && feedback == .counts ? .log : self
    }

    /// The weight of a rating.
    package func weight(of rating: Float, on scale: ClosedRange<Float>) -> Float {
        let width = scale.upperBound - scale.lowerBound
        guard self != .binary, width > 0 else { return 1 }
        if self == .log { return 0.2 + 0.8 * log1p(max(0, rating - scale.lowerBound)) / log1p(width) }
        return 0.2 + 0.8 * (rating - scale.lowerBound) / width
    }

    /// The weight as a function of the rating; nil where every rating has 1.
    func values(on scale: ClosedRange<Float>) -> ((Float) -> Float)? {
        self == .binary ? nil : { weight(of: $0, on: scale) }
    }
}

/// What a user may say of a training; nil is the algorithm's default.
package struct CollabTrainingOptions: Sendable, Hashable, Codable {
    /// Length of the vectors.
    package var factors: Int?
    /// Passes over the ratings.
    package var epochs: Int?
    /// The largest learning rate.
    package var learningRate: Double?
    /// Decay of the vectors and weights.
    package var weightDecay: Double?
    /// Ratings a step.
    package var batchSize: Int?
    /// The L2 penalty of an algorithm that solves equations.
    package var regularization: Double?
    /// What a rating counts as.
    package var weight: RatingWeight?
    /// Probability of leaving out an item of a history.
    package var dropout: Double?
    /// Weight of a pair of user and item without a rating.
    package var unobservedWeight: Double?
    /// What a unit of a rating adds to its weight.
    package var alpha: Double?
    /// How strongly the penalty of a row grows with its ratings.
    package var frequencyExponent: Double?
    /// Neighbours of each item.
    package var neighbours: Int?
    /// Added to the denominators of similarities.
    package var shrinkage: Double?
    /// Weight of the likeness of two items by their attributes.
    package var attributeWeight: Double?
    /// How the rows of a factorisation are fitted.
    package var solver: IALSSolver?
    /// Decides every random choice.
    package var seed: UInt64 = 0

    /// The defaults.
    package init() {}

    /// What is not left to the default.
    package var given: [CollabOption] {
        let values: [(CollabOption, Bool)] = [
            (.factors, factors != nil), (.epochs, epochs != nil), (.learningRate, learningRate != nil),
            (.weightDecay, weightDecay != nil), (.batchSize, batchSize != nil),
            (.regularization, regularization != nil), (.weight, weight != nil), (.dropout, dropout != nil),
            (.unobservedWeight, unobservedWeight != nil), (.alpha, alpha != nil),
            (.frequencyExponent, frequencyExponent != nil), (.neighbours, neighbours != nil),
            (.shrinkage, shrinkage != nil), (.attributeWeight, attributeWeight != nil), (.solver, solver != nil),
        ]
        return values.filter(\.1).map(\.0)
    }
}

/// The name of one of the training options.
package enum CollabOption: Sendable, Hashable, CaseIterable {
    case factors, epochs, learningRate, weightDecay, batchSize, regularization, weight, dropout, unobservedWeight, alpha
    case frequencyExponent, neighbours, shrinkage, attributeWeight, solver
}
