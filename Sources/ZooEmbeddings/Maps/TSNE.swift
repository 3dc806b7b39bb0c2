import Foundation
import ZooKernels

/// A map of two dimensions in which near points have near neighbours, by their probabilities.
///
/// - Source: van der Maaten & Hinton 2008, "Visualizing Data using t-SNE". The step, the exaggeration (12 in the first 250 iterations),
///   the momentum and the start (principal components) are those of scikit-learn; attraction is of the 3 * perplexity nearest
///   neighbours, as in its Barnes-Hut form, and repulsion of all pairs is exact.
package struct TSNE: Sendable {
    /// Where the points are, [n, 2].
    package let places: [Float]
    /// The most points that a map is made of: the work of an iteration grows with their square.
    package static let limit = 30_000

    /// Makes a map of `vectors` [n, width].
    ///
    /// - Throws: `EmbeddingError.tooFew`, `.notFinite`
    /// - Precondition: perplexity >= 1, at most `limit` vectors
    package static func fit(
        _ vectors: [Float], width: Int, metric: SimilarityMetric, perplexity: Double = 30, iterations: Int = 1000,
        threads: ThreadCount = .all, onProgress: (Double) -> Void = { _ in }
    ) throws -> TSNE {
        let points = try MetricPoints(vectors, width: width, metric: metric)
        let count = points.count
        precondition(count <= limit, "TSNE: \(count) points")
        let k = min(count - 1, Int(3 * perplexity + 1))
        let lists = points.lists(k: k, isExact: true, seed: 0, threads: threads).lists
        let distances = points.distances(lists.squares).map { Double($0) * Double($0) }
        let joint = joint(rows: lists.rows, squares: distances, k: k, perplexity: min(perplexity, Double(k) / 3))
        var places = try points.principal(threads: threads)
        var spread = 0.0
        for point in 0..<count { spread += Double(places[2 * point]) * Double(places[2 * point]) }
        let scale = Float(1e-4 / max(1e-30, (spread / Double(count)).squareRoot()))
        for index in places.indices { places[index] *= scale }
        var descent = Descent(joint, places, rate: Float(max(Double(count) / 12 / 4, 50)))
        for iteration in 0..<iterations {
            descent.step(exaggeration: iteration < 250 ? 12 : 1, momentum: iteration < 250 ? 0.5 : 0.8, threads)
            onProgress(Double(iteration + 1) / Double(iterations))
        }
        return TSNE(places: descent.places)
    }

    /// The joint probabilities of pairs: `(p_ij + p_ji) / 2n` of Gaussians whose entropy is that of `perplexity` neighbours.
    ///
    /// - Shapes: rows, squares [n, k], squared distances, nearest first -> a graph whose weights add up to 1
    package static func joint(rows: [Int32], squares: [Double], k: Int, perplexity: Double) -> WeightedGraph {
        let count = rows.count / k
        var pairs = [[(column: Int32, weight: Double)]](repeating: [], count: count)
        for point in 0..<count {
            let own = squares[(point * k)..<((point + 1) * k)].map { $0 - squares[point * k] }
            var (low, high, beta) = (0.0, Double.infinity, 1.0)
            var weights: [Double] = []
            for _ in 0..<100 {
                weights = own.map { exp(-beta * $0) }
                let total = weights.reduce(0, +)
                let entropy = log(total) + beta * zip(own, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
                weights = weights.map { $0 / total }
                if abs(entropy - log(perplexity)) < 1e-5 { break }
                if entropy > log(perplexity) {
                    low = beta
                    beta = high == .infinity ? 2 * beta : (low + high) / 2
                } else {
                    high = beta
                    beta = (low + high) / 2
                }
            }
            for (place, weight) in weights.enumerated() {
                let other = rows[point * k + place]
                pairs[point].append((other, weight))
                pairs[Int(other)].append((Int32(point), weight))
            }
        }
        var (bounds, columns, weights) = ([Int64(0)], [Int32](), [Float]())
        for point in 0..<count {
            let sorted = pairs[point].sorted { $0.column < $1.column }
            var place = 0
            while place < sorted.count {
                let column = sorted[place].column
                var sum = 0.0
                while place < sorted.count, sorted[place].column == column {
                    sum += sorted[place].weight
                    place += 1
                }
                columns.append(column)
                weights.append(Float(sum / Double(2 * count)))
            }
            bounds.append(Int64(columns.count))
        }
        return WeightedGraph(bounds: bounds, columns: columns, weights: weights)
    }
}

/// Gradient descent with momentum and a gain for each number, as in the paper.
private struct Descent {
    let joint: WeightedGraph
    let rate: Float
    var places: [Float]
    private var updates: [Float]
    private var gains: [Float]

    init(_ joint: WeightedGraph, _ places: [Float], rate: Float) {
        (self.joint, self.places, self.rate) = (joint, places, rate)
        updates = Array(repeating: 0, count: places.count)
        gains = Array(repeating: 1, count: places.count)
    }

    mutating func step(exaggeration: Float, momentum: Float, _ threads: ThreadCount) {
        let (joint, places) = (joint, places)
        let count = joint.count
        let columns = [0, 1].flatMap { axis in stride(from: axis, to: places.count, by: 2).map { places[$0] } }
        let (forces, sum) = pairRepulsion(columns, threads: threads)
        let normaliser = Float(1 / max(sum, 1e-12))
        var gradient = [Float](repeating: 0, count: places.count)
        gradient.withUnsafeMutableBufferPointer { gradient in
            let gradient = gradient.baseAddress
            parallel((count + 255) / 256, threads: threads) { block in
                for point in (block * 256)..<min((block + 1) * 256, count) {
                    var (x, y): (Float, Float) = (0, 0)
                    for edge in Int(joint.bounds[point])..<Int(joint.bounds[point + 1]) {
                        let other = Int(joint.columns[edge])
                        let (dx, dy) = (
                            places[2 * point] - places[2 * other], places[2 * point + 1] - places[2 * other + 1]
                        )
                        let pull = exaggeration * joint.weights[edge] / (1 + dx * dx + dy * dy)
                        (x, y) = (x + pull * dx, y + pull * dy)
                    }
                    gradient?[2 * point] = 4 * (x - forces[2 * point] * normaliser)
                    gradient?[2 * point + 1] = 4 * (y - forces[2 * point + 1] * normaliser)
                }
            }
        }
        for index in gradient.indices {
            let isTurning = updates[index] * gradient[index] < 0
            gains[index] = max(0.01, isTurning ? gains[index] + 0.2 : gains[index] * 0.8)
            updates[index] = momentum * updates[index] - rate * gains[index] * gradient[index]
            self.places[index] += updates[index]
        }
    }
}
