import Foundation
import ZooKernels

/// From logits to the rating scale: `lower + (upper - lower) sigmoid(z)`, or z itself, kept within the limits.
package struct SigmoidRange: Sendable, Hashable, Codable {
    /// The rating that z = -infinity stands for.
    package let lower: Float
    /// The rating that z = +infinity stands for.
    package let upper: Float
    /// Whether the logit itself is the rating, as in models of other programs; nil for a sigmoid.
    package private(set) var isLinear: Bool?

    /// Creates a range.
    ///
    /// - Precondition: `lower < upper`
    package init(lower: Float, upper: Float) {
        precondition(lower < upper, "sigmoid range: \(lower) is not below \(upper)")
        self.lower = lower
        self.upper = upper
    }

    /// No sigmoid: logits are ratings.
    package static let linear: SigmoidRange = {
        let most = Float.greatestFiniteMagnitude
        var range = SigmoidRange(lower: -most, upper: most)
        range.isLinear = true
        return range
    }()

    /// Stars for a logit.
    package func rating(_ logit: Double) -> Double {
        if isLinear == true { return min(max(logit, Double(lower)), Double(upper)) }
        return Double(lower) + Double(upper - lower) / (1 + exp(-logit))
    }

    /// Change of the rating with the logit, at that logit.
    package func slope(_ logit: Double) -> Double {
        if isLinear == true { return 1 }
        let share = 1 / (1 + exp(-logit))
        return Double(upper - lower) * share * (1 - share)
    }
}

/// Matrix factorisation with biases: `rating = range(mu + b_u + b_i + p_u . q_i)`.
///
/// - Shapes: userVectors [users, factors], itemVectors [items, factors], userBiases [users], itemBiases [items]
/// - Source: Koren, Bell & Volinsky 2009, equation 5; the sigmoid to the rating range is fast.ai's.
public struct DotBiasModel: PredictsRatings {
    /// Users and items that training saw.
    public let vocabulary: CollabVocabulary
    /// Length of every vector.
    public let factors: Int
    /// p, row-major.
    public let userVectors: [Float]
    /// q, row-major.
    public let itemVectors: [Float]
    /// b_u
    public let userBiases: [Float]
    /// b_i
    public let itemBiases: [Float]
    /// mu
    public let globalBias: Float
    /// From logits to ratings.
    package let range: SigmoidRange
    /// The lowest and the highest rating of the training data's scale.
    public let scale: ClosedRange<Float>
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    /// The standard deviation of each item's bias given the ratings, [items]; nil in the files of earlier versions.
    package var itemBiasDeviations: [Float]?
    /// The rating of a pair of which a side is not known, in models of other programs; nil where the rest of the sum is.
    package var pairlessRating: Float?

    /// Creates a model from its parts.
    ///
    /// - Precondition: the arrays have the shapes above.
    package init(
        vocabulary: CollabVocabulary, factors: Int, userVectors: [Float], itemVectors: [Float],
        userBiases: [Float], itemBiases: [Float], globalBias: Float, range: SigmoidRange, scale: ClosedRange<Float>
    ) {
        let (users, items) = (vocabulary.userKeys.count, vocabulary.itemKeys.count)
        precondition(
            userVectors.count == users * factors && itemVectors.count == items * factors
                && userBiases.count == users && itemBiases.count == items,
            "dot-bias: \(users) users, \(items) items, \(factors) factors do not fit the arrays")
        self.vocabulary = vocabulary
        self.factors = factors
        self.userVectors = userVectors
        self.itemVectors = itemVectors
        self.userBiases = userBiases
        self.itemBiases = itemBiases
        self.globalBias = globalBias
        self.range = range
        self.scale = scale
    }

    /// What is known of a user: a vector and a bias in the space of the logits.
    public struct Taste: Sendable, Hashable {
        /// p, [factors]
        package let vector: [Float]
        /// b
        package let bias: Float
    }

    /// The learned taste of a user; nothing at all for an unknown one.
    package func taste(user: Int?) -> Taste {
        guard let user else { return Taste(vector: [Float](repeating: 0, count: factors), bias: 0) }
        return Taste(vector: Array(userVectors[user * factors..<(user + 1) * factors]), bias: userBiases[user])
    }

    /// The logit of one item for a taste.
    package func logit(_ taste: Taste, item: Int?) -> Double {
        guard let item else { return Double(globalBias + taste.bias) }
        var sum = Double(globalBias) + Double(taste.bias) + Double(itemBiases[item])
        for f in 0..<factors { sum += Double(taste.vector[f]) * Double(itemVectors[item * factors + f]) }
        return sum
    }

    /// The expected rating of every item, [items]: of the learned taste, else of the ratings folded in.
    public func scores(for history: UserHistory) -> [Float] {
        if let pairlessRating, !history.isKnown { return vocabulary.itemKeys.map { _ in pairlessRating } }
        return scores(history.row.map { taste(user: $0) } ?? FoldIn(history.ratings, in: self).taste)
    }

    /// The expected rating of every item for a taste, [items].
    public func scores(_ taste: Taste) -> [Float] {
        vocabulary.itemKeys.indices.map { Float(range.rating(logit(taste, item: $0))) }
    }

    /// The expected ratings of every item by several people, by one product of the vectors of both.
    public func scores(of people: [UserHistory], threads: ThreadCount) -> [Float] {
        let items = vocabulary.itemKeys.count
        let tastes = people.map { history in
            history.row.map { taste(user: $0) } ?? FoldIn(history.ratings, in: self).taste
        }
        var scores = FactorRows(itemVectors, factors: factors)
            .products(with: FactorRows(tastes.flatMap(\.vector), factors: factors), threads: threads)
        scores.withUnsafeMutableBufferPointer { scores in
            // Each part has its own people.
            nonisolated(unsafe) let scores = scores
            parallel(people.count, threads: threads) { person in
                let bias = globalBias + tastes[person].bias
                for item in 0..<items {
                    let place = person * items + item
                    let rating = Float(range.rating(Double(scores[place] + bias + itemBiases[item])))
                    scores[place] = people[person].isKnown ? rating : pairlessRating ?? rating
                }
            }
        }
        return scores
    }

    /// The expected ratings of pairs of rows; a negative row is unknown.
    public func expectedRatings(users: [Int32], items: [Int32]) -> [Float] {
        zip(users, items).map { user, item in
            if let pairlessRating, user < 0 || item < 0 { return pairlessRating }
            var logit = Double(globalBias)
            if user >= 0 { logit += Double(userBiases[Int(user)]) }
            if item >= 0 { logit += Double(itemBiases[Int(item)]) }
            if user >= 0, item >= 0 { logit += Double(dot(user: Int(user), item: Int(item))) }
            return Float(range.rating(logit))
        }
    }

    func dot(user: Int, item: Int) -> Float {
        userVectors.withUnsafeBufferPointer { p in
            itemVectors.withUnsafeBufferPointer { q in
                var sum: Float = 0
                for f in 0..<factors { sum += p[user * factors + f] * q[item * factors + f] }
                return sum
            }
        }
    }
}
