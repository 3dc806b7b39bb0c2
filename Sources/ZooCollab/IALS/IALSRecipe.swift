import Foundation
import ZooRecords

/// How a factorisation of implicit feedback is trained.
///
/// The defaults were chosen on a validation part of MovieLens 100K's u1.base.
public struct IALSRecipe: Sendable, Hashable, Codable {
    /// Length of the vectors.
    public var factors = 64
    /// Passes over users and items.
    public var epochs = 10
    /// lambda: the penalty of a row is `lambda (n + w0 m)^nu` for n ratings and m rows on the other side.
    public var regularization: Float = 0.01
    /// nu: 0 is the same penalty for every row, 1 in proportion to the row's part of the loss.
    public var frequencyExponent: Float = 1
    /// w0, the weight of the prediction 0 for every pair of user and item; nil is 0.5, and in catalogues of more than 1,682 items
    /// as much less as there are more, so that a person's items without a rating do not outweigh those with one.
    public var unobservedWeight: Float?
    /// What one unit of a rating adds to its weight.
    public var alpha: Float = 0
    /// What a rating counts as, to which `alpha` times the rating is added.
    package var weight = RatingWeight.rating
    /// How the rows of a side are fitted; nil decides by the numbers of factors and of ratings.
    package var solver: IALSSolver?
    /// Decides the factors at the start.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}

    /// What all items weigh together as unobserved ones, at most: 0.5 times the 1,682 items of MovieLens 100K.
    static let mostUnobserved: Float = 841

    /// The same settings with a number for the unobserved weight, and the weight of counts where the data holds counts.
    func resolved(items: Int, feedback: Feedback) -> IALSRecipe {
        var result = self
        result.weight = weight.resolved(for: feedback)
        result.unobservedWeight = unobservedWeight ?? min(0.5, Self.mostUnobserved / Float(max(1, items)))
        return result
    }

    /// w0 of resolved settings.
    var w0: Float { unobservedWeight ?? 0 }

    /// Whether every row is solved.
    func isExact(ratings: Int) -> Bool {
        let most = IALSSolver.most
        return solver.map { $0 == .exact } ?? (factors <= most.factors && ratings <= most.ratings)
    }

    /// The penalty of a row with so many ratings.
    ///
    /// - Parameter others: rows on the other side
    func penalty(count: Int, others: Int) -> Float {
        regularization * pow(Float(count) + w0 * Float(others), frequencyExponent)
    }

    /// The confidence of a rating; nil where every rating has 1.
    func confidences(on scale: ClosedRange<Float>) -> ((Float) -> Float)? {
        guard alpha > 0 || weight != .binary else { return nil }
        let (alpha, weight) = (alpha, weight)
        return { weight.weight(of: $0, on: scale) + alpha * max(0, $0) }
    }

    /// Whether the numbers make sense.
    var isValid: Bool {
        factors > 0 && regularization > 0 && regularization.isFinite && w0 >= 0 && w0.isFinite && alpha >= 0
            && alpha.isFinite && frequencyExponent.isFinite
    }
}
