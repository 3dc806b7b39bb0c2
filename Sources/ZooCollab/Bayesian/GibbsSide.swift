import Foundation
import ZooKernels

/// One side of a factorisation while it is sampled: its features, their coefficients, and what these add up to for each row.
///
/// A row is a user or an item; its vector is the sum of the vectors of its features times their values. Dimension 0 is the bias.
struct GibbsSide: Sendable {
    /// The ratings by this side's rows.
    let ratings: RatedSide
    /// The features, block by block: the rows themselves, what they chose or were chosen by, and their attributes; each feature's
    /// entries are rows of this side.
    let blocks: [SparseMatrix]
    /// [blocks][1 + factors][features]
    var coefficients: [[[Float]]]
    /// The mean of a coefficient's prior, [blocks][1 + factors].
    var priorMeans: [[Double]]
    /// The sums of values times coefficients, [1 + factors][rows].
    var values: [[Float]]
    /// The precision of a row's ratings relative to the mean one, [rows].
    var noise: [Float]

    /// Starts with biases of 0 and normally distributed factors.
    init(ratings: RatedSide, blocks: [SparseMatrix], factors: Int, using generator: inout RandomGenerator) {
        (self.ratings, self.blocks) = (ratings, blocks)
        coefficients = blocks.map { block in
            (0...factors).map { dimension in
                (0..<block.count).map { _ in dimension == 0 ? 0 : 0.1 * generator.normal() }
            }
        }
        priorMeans = blocks.map { _ in [Double](repeating: 0, count: factors + 1) }
        values = (0...factors).map { _ in [Float](repeating: 0, count: ratings.count) }
        noise = [Float](repeating: 1, count: ratings.count)
        for (block, features) in blocks.enumerated() {
            for dimension in 0...factors {
                for feature in 0..<features.count {
                    let coefficient = coefficients[block][dimension][feature]
                    for entry in features.bounds[feature]..<features.bounds[feature + 1] {
                        values[dimension][Int(features.columns[entry])] += (features.values?[entry] ?? 1) * coefficient
                    }
                }
            }
        }
    }

    /// Draws all coefficients of one dimension, and takes what changed away from the residuals.
    ///
    /// - Parameters:
    ///   - other: the other side's values of this dimension; nil for the biases
    ///   - precision: of a rating of weight 1
    mutating func draw(
        dimension: Int, other: [Float]?, precision: Double, residuals: inout [Float], weights: [Float],
        using generator: inout RandomGenerator
    ) {
        var squares = [Float](repeating: 0, count: ratings.count)
        var products = squares
        let before = values[dimension]
        ratings.collect(other, residuals: residuals, weights: weights, squares: &squares, products: &products)
        for block in blocks.indices where blocks[block].count > 0 {
            let prior = drawPrior(block, dimension, using: &generator)
            let normals = (0..<blocks[block].count).map { _ in generator.normal() }
            coefficients[block][dimension].withUnsafeMutableBufferPointer { coefficients in
                values[dimension].withUnsafeMutableBufferPointer { values in
                    drawCoefficients(
                        of: blocks[block], precision: precision, prior: prior, normals: normals, squares: squares,
                        products: &products, coefficients: coefficients, rowValues: values)
                }
            }
        }
        ratings.subtractProducts(zip(values[dimension], before).map { $0 - $1 }, other, from: &residuals)
    }

    /// Draws the prior of a block's coefficients, given these: a normal-gamma distribution around 0 with one observation's weight.
    ///
    /// - Source: Freudenthaler, Schmidt-Thieme & Rendle 2011, "Bayesian Factorization Machines", equations 11 and 12
    private mutating func drawPrior(_ block: Int, _ dimension: Int, using generator: inout RandomGenerator)
        -> NormalPrior
    {
        let (mean, coefficients) = (priorMeans[block][dimension], coefficients[block][dimension])
        var (sum, squares) = (0.0, 0.0)
        for coefficient in coefficients {
            sum += Double(coefficient)
            squares += (Double(coefficient) - mean) * (Double(coefficient) - mean)
        }
        let count = Double(coefficients.count)
        let precision = generator.gamma(shape: (count + 2) / 2) / ((1 + squares + mean * mean) / 2)
        let deviation = 1 / ((count + 1) * precision).squareRoot()
        priorMeans[block][dimension] = sum / (count + 1) + deviation * Double(generator.normal())
        return NormalPrior(mean: priorMeans[block][dimension], precision: precision)
    }

    /// Draws how precise each row's ratings are, given the residuals and the other side's precisions.
    mutating func drawNoise(
        other: [Float], residuals: [Float], precision: Double, shape: Double, using generator: inout RandomGenerator
    ) {
        let sums = ratings.squareSums(other, residuals)
        for row in noise.indices {
            let drawn = generator.gamma(shape: (shape + Double(ratings.ratings(of: row))) / 2)
            noise[row] = Float(drawn / ((shape + precision * sums[row]) / 2))
        }
    }

    /// Whether all coefficients are finite.
    var isFinite: Bool { values.allSatisfy { $0.allSatisfy(\.isFinite) } && noise.allSatisfy(\.isFinite) }
}

extension RandomGenerator {
    /// A number from the gamma distribution of scale 1.
    ///
    /// - Precondition: `shape` is at least 1
    /// - Source: Marsaglia & Tsang 2000, "A Simple Method for Generating Gamma Variables"
    mutating func gamma(shape: Double) -> Double {
        precondition(shape >= 1, "gamma: the shape is \(shape), below 1")
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = Double(normal())
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            // Never 0, so that the logarithm is finite.
            let u = 1 - (uniform() as Double)
            if log(u) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }
}
