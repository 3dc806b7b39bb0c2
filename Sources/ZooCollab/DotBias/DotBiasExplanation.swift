// Explanations of a dot-bias model, in the unit of its ratings.
//
// The logit is a sum (starting point, the item's bias, the user's bias, each rated item), and the sigmoid turns it into
// a rating. Integrated gradients from the starting point share out the change of the rating in proportion to the terms of
// the logit, and leave nothing over.
// Source: Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep Networks", section 3
extension Explanation {
    /// Explains the score of an item for somebody folded in.
    package init(item: Int, foldIn: FoldIn, in model: DotBiasModel) {
        let shares = Self.shares(of: item, foldIn: foldIn, in: model)
        self.init(item: item, logitTerms: [(.itemBias, Double(model.itemBiases[item]))] + shares, in: model)
    }

    /// Explains the score of an item for a user of the training part.
    ///
    /// Their learned taste is set against the one that their ratings amount to; what is left is a term of its own.
    /// - Parameter foldIn: what the user's ratings amount to; nil when the ratings are not at hand
    init(item: Int, user: Int, foldIn: FoldIn?, in model: DotBiasModel) {
        let taste = model.taste(user: user)
        let known = Double(model.globalBias) + Double(model.itemBiases[item])
        var terms: [(Source, Double)] = [(.itemBias, Double(model.itemBiases[item]))]
        if let foldIn {
            let shares = Self.shares(of: item, foldIn: foldIn, in: model)
            terms.append((.learnedTaste, model.logit(taste, item: item) - known - shares.reduce(0) { $0 + $1.1 }))
            terms += shares
        } else {
            terms.append((.userBias, Double(taste.bias)))
            terms.append((.learnedTaste, model.logit(taste, item: item) - known - Double(taste.bias)))
        }
        self.init(item: item, logitTerms: terms, in: model)
    }

    private init(item: Int, logitTerms: [(Source, Double)], in model: DotBiasModel) {
        let start = Double(model.globalBias)
        let total = logitTerms.reduce(0) { $0 + $1.1 }
        let first = model.range.rating(start)
        let last = model.range.rating(start + total)
        let ratingPerLogit = abs(total) < 1e-9 ? model.range.slope(start) : (last - first) / total
        self.init(
            item: item,
            terms: [Term(source: .startingPoint, amount: first)]
                + logitTerms.map { Term(source: $0.0, amount: $0.1 * ratingPerLogit) })
    }

    /// Each rated item's part of the item's logit, largest first.
    private static func shares(of item: Int, foldIn: FoldIn, in model: DotBiasModel) -> [(Source, Double)] {
        let row = (0..<model.factors).map { Double(model.itemVectors[item * model.factors + $0]) } + [1]
        return zip(foldIn.ratedItems, foldIn.parts)
            .map { (Source.ratedItem($0), zip(row, $1).reduce(0) { $0 + $1.0 * $1.1 }) }
            .sorted { abs($0.1) > abs($1.1) }
    }
}

extension DotBiasModel: Explains {
    /// What the score of each of some items is made of.
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        guard let row = history.row else {
            let foldIn = FoldIn(history.ratings, in: self)
            return items.map { Explanation(item: $0, foldIn: foldIn, in: self) }
        }
        let foldIn = history.ratings.isEmpty ? nil : FoldIn(history.ratings, in: self)
        return items.map { Explanation(item: $0, user: row, foldIn: foldIn, in: self) }
    }
}
