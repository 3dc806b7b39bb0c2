import ZooKernels

/// A chain of samples of a factorisation of ratings, each drawn from its distribution given the one before.
///
/// `rating = global + b_u + b_i + p_u . q_i + noise`, in units of the ratings' standard deviation around their mean; the noise's
/// precision is the product of a common one, the user's and the item's. The vectors and biases are sums over features (`GibbsSide`).
/// - Source: Rendle 2012, "Factorization Machines with libFM", section 5.3, with interactions between the sides alone
struct GibbsChain: Sendable {
    /// The users.
    var users: GibbsSide
    /// The items.
    var items: GibbsSide
    /// What all ratings have in common.
    var globalBias = 0.0
    /// The precision of the noise, as it was drawn last.
    var precision = 1.0
    /// The sum of the samples after the burn-in.
    var posterior: PosteriorMean

    /// Starts a chain.
    init(users: GibbsSide, items: GibbsSide, rank: Int) {
        (self.users, self.items) = (users, items)
        posterior = PosteriorMean(rank: rank)
    }

    /// Length of the vectors.
    var factors: Int { users.values.count - 1 }

    /// Draws everything once.
    ///
    /// - Parameter targets: the ratings, by user
    /// - Returns: the mean squared error of the sample before
    mutating func sweep(_ targets: [Float], noiseShape: Double, using generator: inout RandomGenerator) -> Double {
        var residuals = residuals(targets)
        let error = residuals.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, targets.count))
        drawScale(&residuals, using: &generator)
        users.drawNoise(
            other: items.noise, residuals: residuals, precision: precision, shape: noiseShape, using: &generator)
        items.drawNoise(
            other: users.noise, residuals: residuals, precision: precision, shape: noiseShape, using: &generator)
        let weights = users.ratings.pairProducts(users.noise, items.noise)
        for dimension in 0...factors {
            // Biases stand alone: the other side's values are ones.
            users.draw(
                dimension: dimension, other: dimension == 0 ? nil : items.values[dimension], precision: precision,
                residuals: &residuals, weights: weights, using: &generator)
            items.draw(
                dimension: dimension, other: dimension == 0 ? nil : users.values[dimension], precision: precision,
                residuals: &residuals, weights: weights, using: &generator)
        }
        return error
    }

    /// What the sample leaves of the ratings.
    private func residuals(_ targets: [Float]) -> [Float] {
        var residuals = targets.map { $0 - Float(globalBias) }
        users.ratings.subtractProducts(users.values[0], nil, from: &residuals)
        items.ratings.subtractProducts(items.values[0], nil, from: &residuals)
        for dimension in stride(from: 1, through: factors, by: 1) {
            users.ratings.subtractProducts(users.values[dimension], items.values[dimension], from: &residuals)
        }
        return residuals
    }

    /// Draws the precision of the noise and the global bias.
    private mutating func drawScale(_ residuals: inout [Float], using generator: inout RandomGenerator) {
        let weights = users.ratings.pairProducts(users.noise, items.noise)
        var (total, sum, squares) = (0.0, 0.0, 0.0)
        for (residual, weight) in zip(residuals, weights) {
            let weighted = Double(weight) * Double(residual)
            total += Double(weight)
            sum += weighted
            squares += weighted * Double(residual)
        }
        precision = generator.gamma(shape: Double(residuals.count + 1) / 2) / ((1 + squares) / 2)
        let posterior = 1 + precision * total
        let mean = precision * (sum + total * globalBias) / posterior
        let drawn = mean + Double(generator.normal()) / posterior.squareRoot()
        let change = Float(drawn) - Float(globalBias)
        for index in residuals.indices { residuals[index] -= change }
        globalBias = Double(Float(drawn))
    }

    /// The sample as a sum of one sample: the users and, after them, the features of their choices and attributes; the items and
    /// the features of their attributes.
    func sample() -> PosteriorMean {
        PosteriorMean(
            rank: posterior.rank, width: factors, users: users.rows(blocks: [1, 2]), items: items.rows(blocks: [2]),
            globalBias: globalBias, precision: precision)
    }

    /// Whether all numbers are finite.
    var isFinite: Bool { users.isFinite && items.isFinite && globalBias.isFinite }
}

extension GibbsSide {
    /// The vectors and biases of the rows and of some blocks' features.
    fileprivate func rows(blocks: [Int]) -> PosteriorMean.Side {
        let parts = [values] + blocks.map { coefficients[$0] }
        let count = parts.reduce(0) { $0 + $1[0].count }
        let factors = values.count - 1
        let vectors = [Float](unsafeUninitializedCapacity: count * factors) { vectors, filled in
            filled = count * factors
            var first = 0
            for part in parts {
                for factor in 0..<factors {
                    part[factor + 1].withUnsafeBufferPointer { column in
                        for row in column.indices {
                            vectors.initializeElement(at: (first + row) * factors + factor, to: column[row])
                        }
                    }
                }
                first += part[0].count
            }
        }
        return PosteriorMean.Side(deciding: ratings.count, vectors: vectors, biases: parts.flatMap { $0[0] })
    }
}
