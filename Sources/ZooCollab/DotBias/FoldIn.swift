import Foundation

/// The taste of a person that training did not see, from their ratings, by ridge regression against the item factors.
///
/// Minimises the squared error of the ratings plus `lambda_p |p|^2 + lambda_b b^2` over p and b, the items staying as they are.
/// The sigmoid makes that a few ridge regressions, each on the line that touches it (Gauss-Newton). The solution is a sum
/// over the rated items, so each item's share of any score is known exactly.
package struct FoldIn: Sendable {
    /// The taste that the ratings amount to.
    package let taste: DotBiasModel.Taste
    /// Rows of the rated items that the model knows.
    package let ratedItems: [Int]
    /// Each rated item's part of [p, b], [ratedItems][factors + 1]; the parts add up to the taste.
    package let parts: [[Double]]

    /// Penalties for ratings from 1 to 5, chosen on held-out ratings of held-out users of the training part of MovieLens
    /// 100K's u1; for another scale they grow with the square of its width, as the errors do.
    package struct Penalty: Sendable, Hashable {
        /// lambda_p, in squared units of a scale from 1 to 5.
        package var vector = 4.0
        /// lambda_b, in squared units of a scale from 1 to 5.
        package var bias = 4.0

        /// The default penalties.
        package init() {}

        /// Given penalties.
        package init(vector: Double, bias: Double) {
            self.vector = vector
            self.bias = bias
        }
    }

    /// Fits a taste to ratings.
    ///
    /// - Parameter ratings: what the person rated; no ratings give the taste of an unknown user.
    package init(_ ratings: [RatedItem], in model: DotBiasModel, penalty: Penalty = Penalty()) {
        let width = model.factors + 1
        let unit =
            model.range.isLinear == true
            ? RatingUnit(model.scale).square : pow(Double(model.range.upper - model.range.lower) / 5.5, 2)
        let rows = ratings.map { rating in
            (0..<model.factors).map { Double(model.itemVectors[rating.item * model.factors + $0]) } + [1]
        }
        let offsets = ratings.map { Double(model.globalBias) + Double(model.itemBiases[$0.item]) }
        var solution = [Double](repeating: 0, count: width)
        var parts: [[Double]] = []
        for _ in 0..<(ratings.isEmpty ? 0 : 6) {
            var normal = [Double](repeating: 0, count: width * width)
            for f in 0..<width { normal[f * width + f] = unit * (f < model.factors ? penalty.vector : penalty.bias) }
            var pulls: [Double] = []
            for (index, row) in rows.enumerated() {
                let product = zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 }
                let logit = offsets[index] + product
                let slope = model.range.slope(logit)
                // The line through the current point: rating = range(logit) + slope * (row . x - product)
                pulls.append(slope * (Double(ratings[index].rating) - model.range.rating(logit) + slope * product))
                for f in 0..<width {
                    let scaled = slope * slope * row[f]
                    for g in 0...f { normal[f * width + g] += scaled * row[g] }
                }
            }
            let factor = CholeskyFactor(lowerTriangleOf: normal, size: width)
            parts = zip(rows, pulls).map { row, pull in factor.solve(row.map { $0 * pull }) }
            solution = (0..<width).map { f in parts.reduce(0) { $0 + $1[f] } }
        }
        taste = DotBiasModel.Taste(vector: solution.dropLast().map(Float.init), bias: Float(solution[width - 1]))
        ratedItems = ratings.map(\.item)
        self.parts = parts
    }
}

/// L with A = L L', for a symmetric positive definite A.
struct CholeskyFactor {
    private var lower: [Double]
    private let size: Int

    /// - Precondition: `matrix` is [size, size], row-major; only its lower triangle is read.
    init(lowerTriangleOf matrix: [Double], size: Int) {
        precondition(matrix.count == size * size, "cholesky: \(matrix.count) elements for size \(size)")
        self.size = size
        lower = matrix
        for j in 0..<size {
            for i in j..<size {
                var sum = lower[i * size + j]
                for k in 0..<j { sum -= lower[i * size + k] * lower[j * size + k] }
                lower[i * size + j] = i == j ? sum.squareRoot() : sum / lower[j * size + j]
            }
        }
    }

    /// x with A x = b.
    func solve(_ b: [Double]) -> [Double] {
        var x = b
        for i in 0..<size {
            for k in 0..<i { x[i] -= lower[i * size + k] * x[k] }
            x[i] /= lower[i * size + i]
        }
        for i in (0..<size).reversed() {
            for k in i + 1..<size { x[i] -= lower[k * size + i] * x[k] }
            x[i] /= lower[i * size + i]
        }
        return x
    }
}
