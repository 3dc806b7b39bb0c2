import ZooKernels

/// The taste that some ratings amount to: the mean of the person's distribution given the items and the prior of people.
///
/// It is a sum over the rated items, so that each item's share of any score is known exactly.
struct BayesianFoldIn: Sendable {
    /// The person's vector and, behind it, bias: what is expected of everybody, and the parts.
    let taste: [Double]
    /// Rows of the rated items, in rising order.
    let ratedItems: [Int]
    /// Each rated item's part of the taste: by having been chosen, and by its rating; [ratedItems][factors + 1].
    let parts: [[Double]]

    /// Solves for the taste.
    ///
    /// - Parameter ratings: at least one; their order changes no bit
    init(_ ratings: [RatedItem], in model: BayesianModel) {
        let rated = ratings.sorted { $0.item < $1.item }
        let width = model.factors + 1
        let items = rated.map { model.items[$0.item] }
        let share = 1 / Double(rated.count).squareRoot()
        let rows = items.map { $0.dropLast() + [1] }
        let chosen = rated.map { model.choices[$0.item].map { $0 * share } }
        let (prior, noise) = (model.prior, model.precision)
        let before = (0..<width).map { f in chosen.reduce(prior.mean[f]) { $0 + $1[f] } }
        var matrix = prior.precision
        for row in rows {
            for f in 0..<width { for g in 0...f { matrix[f * width + g] += noise * row[f] * row[g] } }
        }
        let factor = CholeskyFactor(lowerTriangleOf: matrix, size: width)
        parts = rated.indices.map { index in
            let expected = model.mean + items[index][width - 1] + dot(rows[index], before)
            let pull = noise * (Double(rated[index].rating) - expected)
            return zip(chosen[index], factor.solve(rows[index].map { $0 * pull })).map { $0 + $1 }
        }
        let parts = parts
        taste = (0..<width).map { f in parts.reduce(prior.mean[f]) { $0 + $1[f] } }
        ratedItems = rated.map(\.item)
    }
}
