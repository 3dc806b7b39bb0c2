import ZooLearn
import ZooTensor

extension NeuralModel {
    /// The vector of a person whom training did not see, [factors]: the likeliest one, the network and the items staying as they are.
    ///
    /// It minimises `sum of (rating - expected)^2 + noise * sum over f of (p_f - mean_f)^2 / variance_f` over p, in the unit of ratings
    /// from 1 to 5; mean and variance are those of the training's users.
    /// - Parameter ratings: what they rated; no ratings give the mean
    func vector(for ratings: [RatedItem]) -> [Float] {
        guard !ratings.isEmpty else { return meanUser }
        // In the order of the rows, so that the order of a history changes no bit.
        let ratings = ratings.sorted { $0.item < $1.item }
        let width = [ratings.count, 1]
        let unit = RatingUnit(scale)
        let targets = Tensor(ratings.map { unit.inTraining($0.rating) })
        let items = Tensor(
            ratings.flatMap { itemVectors[$0.item * factors..<($0.item + 1) * factors] },
            shape: [ratings.count, factors])
        let (ones, layers, variances) = (
            Tensor([Float](repeating: 1, count: ratings.count), shape: Shape(width)), functions, variances
        )
        // A model of another program has limits of its own.
        let isOwn = range == DotBiasRecipe().range(for: scale)
        let bounds =
            isOwn || range.isLinear == true
            ? DotBiasRecipe().range(for: RatingUnit.scale)
            : SigmoidRange(lower: unit.inTraining(range.lower), upper: unit.inTraining(range.upper))
        var search = LimitedMemoryBFGS()
        search.maximumSteps = 50
        return search.minimize(from: meanUser) { place in
            let tracked = Tensor(place, shape: [1, factors]).trackingGradients()
            let logits = EmbeddingNetwork.logits(ones.matmul(tracked), items, layers)
            let expected =
                range.isLinear == true
                ? unit.inTraining(logits)
                : logits.sigmoid() * Double(bounds.upper - bounds.lower) + Double(bounds.lower)
            let errors = expected - targets
            let loss = (errors * errors).sum()
            var slope = gradients(of: loss, withRespectTo: [tracked])[0]?.dense.floats ?? []
            var penalty = 0.0
            for factor in place.indices {
                let deviation = place[factor] - meanUser[factor]
                let precision = Self.noise / max(variances[factor], 1e-6)
                penalty += Double(precision * deviation * deviation)
                slope[factor] += 2 * precision * deviation
            }
            return (loss.item + penalty, slope)
        }
    }

    /// The mean squared error of a rating that is expected, in the unit of ratings from 1 to 5.
    private static let noise: Float = 0.8

    /// Of the users' vectors, by factor.
    private var variances: [Float] {
        var sums = [Float](repeating: 0, count: factors)
        for (place, value) in userVectors.enumerated() {
            let deviation = value - meanUser[place % factors]
            sums[place % factors] += deviation * deviation
        }
        return sums.map { $0 / Float(max(1, vocabulary.userKeys.count)) }
    }
}
