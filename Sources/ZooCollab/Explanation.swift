import Foundation

/// Why a score is what it is: terms in stars that add up to the score exactly.
///
/// The logit is a sum (starting point, the item's bias, the user's bias, each rated film), and the sigmoid turns it into
/// stars. Integrated gradients from the starting point share out the change in stars in proportion to the terms of the
/// logit, and leave nothing over.
/// - Source: Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep Networks", section 3
public struct Explanation: Sendable, Hashable {
    /// What a term comes from.
    public enum Source: Sendable, Hashable {
        /// The rating of an average film by an average user.
        case startingPoint
        /// The item's own bias.
        case itemBias
        /// The user's bias and vector as far as their ratings do not explain them.
        case learnedTaste
        /// The user's own bias.
        case userBias
        /// One of the films that the user rated.
        case ratedItem(Int)
    }

    /// A part of the score.
    public struct Term: Sendable, Hashable {
        /// Where it comes from.
        public let source: Source
        /// Its part of the score, in stars.
        public let stars: Double
    }

    /// The item explained.
    public let item: Int
    /// The score, in stars: the sum of all terms.
    public let score: Double
    /// The terms: starting point, biases, then the rated films by size.
    public let terms: [Term]

    /// Explains the score of an item for somebody folded in.
    public init(item: Int, foldIn: FoldIn, in model: DotBiasModel) {
        let films = Self.shares(of: item, foldIn: foldIn, in: model)
        self.init(item: item, terms: [(.itemBias, Double(model.itemBiases[item]))] + films, in: model)
    }

    /// Explains the score of an item for a user of the training part.
    ///
    /// Their learned taste is set against the one that their ratings amount to; what is left is a term of its own.
    /// - Parameter ratings: what the user rated; empty when the ratings are not at hand.
    public init(item: Int, user: Int, ratings: [(item: Int, stars: Float)], in model: DotBiasModel) {
        let taste = model.taste(user: user)
        let known = Double(model.globalBias) + Double(model.itemBiases[item])
        var terms: [(Source, Double)] = [(.itemBias, Double(model.itemBiases[item]))]
        if ratings.isEmpty {
            terms.append((.userBias, Double(taste.bias)))
            terms.append((.learnedTaste, model.logit(taste, item: item) - known - Double(taste.bias)))
        } else {
            let films = Self.shares(of: item, foldIn: FoldIn(ratings, in: model), in: model)
            terms.append((.learnedTaste, model.logit(taste, item: item) - known - films.reduce(0) { $0 + $1.1 }))
            terms += films
        }
        self.init(item: item, terms: terms, in: model)
    }

    private init(item: Int, terms: [(Source, Double)], in model: DotBiasModel) {
        let start = Double(model.globalBias)
        let total = terms.reduce(0) { $0 + $1.1 }
        let first = model.range.stars(start)
        let last = model.range.stars(start + total)
        let starsPerLogit = abs(total) < 1e-9 ? model.range.slope(start) : (last - first) / total
        self.item = item
        self.terms =
            [Term(source: .startingPoint, stars: first)]
            + terms.map { Term(source: $0.0, stars: $0.1 * starsPerLogit) }
        score = self.terms.reduce(0) { $0 + $1.stars }
    }

    /// Each rated film's part of the item's logit, largest first.
    private static func shares(of item: Int, foldIn: FoldIn, in model: DotBiasModel) -> [(Source, Double)] {
        let row = (0..<model.factors).map { Double(model.itemVectors[item * model.factors + $0]) } + [1]
        return zip(foldIn.ratedItems, foldIn.parts)
            .map { (Source.ratedItem($0), zip(row, $1).reduce(0) { $0 + $1.0 * $1.1 }) }
            .sorted { abs($0.1) > abs($1.1) }
    }
}
