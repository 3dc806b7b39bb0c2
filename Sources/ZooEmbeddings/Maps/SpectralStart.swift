import Foundation
import ZooKernels

/// The first two eigenvectors of a graph's normalised Laplacian behind the constant one: where a map begins.
///
/// - Source: Belkin & Niyogi 2003, "Laplacian Eigenmaps". Found by subspace iteration with a Chebyshev filter (Zhou et al. 2006), four
///   vectors at a time.
package enum SpectralStart {
    /// How often the graph is multiplied at most, and how far a vector may be from one that only changes its length.
    private static let (rounds, degree, tolerance) = (30, 12, 1e-5)

    /// The vectors, [n, 2]; nil where the graph is not connected.
    package static func vectors(
        of graph: WeightedGraph, seed: UInt64, rounds: Int? = nil, threads: ThreadCount = .all
    ) -> [Float]? {
        let count = graph.count
        guard count > 4, isConnected(graph) else { return nil }
        var degrees = [Double](repeating: 0, count: count)
        for row in 0..<count {
            for edge in Int(graph.bounds[row])..<Int(graph.bounds[row + 1]) {
                degrees[row] += Double(graph.weights[edge])
            }
        }
        let scale = degrees.map { Float(1 / $0.squareRoot()) }
        let length = degrees.reduce(0, +).squareRoot()
        let constant = degrees.map { Float($0.squareRoot() / length) }
        var generator = RandomGenerator(seed: seed)
        var block = Block(rows: count, (0..<(4 * count)).map { _ in generator.normal() })
        block.remove(constant)
        block.orthonormalise()
        func product(_ x: Block) -> Block {
            Block(rows: count, graph.product(scaledBy: scale, x.values, threads: threads))
        }
        // Values of the matrix lie in -1 ... 1; those below `cut` are filtered out.
        var cut = 0.5
        for round in 0..<(rounds ?? Self.rounds) {
            // T(k + 1) = 2 y T(k) - T(k - 1) for y that takes -1 ... cut to -1 ... 1.
            let (half, middle) = ((cut + 1) / 2, (cut - 1) / 2)
            var before = block
            var now = product(block).combined(Float(1 / half), block, Float(-middle / half))
            for _ in 1..<Self.degree {
                let next = product(now).combined(Float(2 / half), now, Float(-2 * middle / half), before, -1)
                (before, now) = (now, next)
                now.shrinkBoth(&before)
            }
            block = now
            block.remove(constant)
            block.orthonormalise()
            let image = product(block)
            let eigen = SymmetricEigen(block.products(with: image), size: 4)
            block = block.rotated(eigen.vectors)
            let rest = image.rotated(eigen.vectors)
            let worst = (0..<2).map { rest.distance(to: block, times: eigen.values[$0], column: $0) }.max() ?? 0
            if worst < Self.tolerance, round > 0 { break }
            cut = max(-0.5, min(0.9999999, eigen.values[3]))
        }
        return (0..<count).flatMap { [block.values[4 * $0], block.values[4 * $0 + 1]] }
    }

    /// Whether every point can be reached from the first.
    package static func isConnected(_ graph: WeightedGraph) -> Bool {
        var (seen, waiting) = ([Bool](repeating: false, count: graph.count), [0])
        var reached = 0
        if graph.count > 0 { seen[0] = true }
        while let row = waiting.popLast() {
            reached += 1
            for edge in Int(graph.bounds[row])..<Int(graph.bounds[row + 1]) where !seen[Int(graph.columns[edge])] {
                seen[Int(graph.columns[edge])] = true
                waiting.append(Int(graph.columns[edge]))
            }
        }
        return reached == graph.count
    }
}

/// Four columns of numbers, row by row.
private struct Block {
    let rows: Int
    var values: [Float]

    init(rows: Int, _ values: [Float]) { (self.rows, self.values) = (rows, values) }

    /// `f self + g other + h third`.
    func combined(_ f: Float, _ other: Block, _ g: Float, _ third: Block? = nil, _ h: Float = 0) -> Block {
        var result = self
        result.values.withUnsafeMutableBufferPointer { result in
            other.values.withUnsafeBufferPointer { other in
                for index in result.indices { result[index] = f * result[index] + g * other[index] }
            }
            third?.values.withUnsafeBufferPointer { third in
                for index in result.indices { result[index] += h * third[index] }
            }
        }
        return result
    }

    /// Divides this and another block by one number, so that none overflows.
    mutating func shrinkBoth(_ other: inout Block) {
        let largest = values.withUnsafeBufferPointer { values in
            var largest: Float = 0
            for value in values { largest = max(largest, abs(value)) }
            return largest
        }
        guard largest > 1e6 else { return }
        self = combined(1 / largest, self, 0)
        other = other.combined(1 / largest, other, 0)
    }

    /// The products of the columns of two blocks, [4, 4].
    func products(with other: Block) -> [Double] {
        var sums = [Double](repeating: 0, count: 16)
        values.withUnsafeBufferPointer { a in
            other.values.withUnsafeBufferPointer { b in
                for row in 0..<rows {
                    for i in 0..<4 {
                        let x = Double(a[4 * row + i])
                        for j in 0..<4 { sums[4 * i + j] += x * Double(b[4 * row + j]) }
                    }
                }
            }
        }
        return sums
    }

    /// Takes away what lies along a vector of length 1.
    mutating func remove(_ vector: [Float]) {
        for column in 0..<4 {
            var along = 0.0
            for row in 0..<rows { along += Double(vector[row]) * Double(values[4 * row + column]) }
            let share = Float(along)
            for row in 0..<rows { values[4 * row + column] -= share * vector[row] }
        }
    }

    /// Makes the columns unit vectors at right angles, in their order, twice for the rounding.
    mutating func orthonormalise() {
        for _ in 0..<2 {
            let gram = products(with: self)
            // Cholesky's factor of the products, whose inverse makes them the identity.
            var lower = [Double](repeating: 0, count: 16)
            for i in 0..<4 {
                for j in 0...i {
                    var sum = gram[4 * i + j]
                    for k in 0..<j { sum -= lower[4 * i + k] * lower[4 * j + k] }
                    lower[4 * i + j] =
                        i == j ? max(sum, 1e-12 * max(gram[4 * i + i], 1e-30)).squareRoot() : sum / lower[4 * j + j]
                }
            }
            values.withUnsafeMutableBufferPointer { values in
                for row in 0..<rows {
                    for i in 0..<4 {
                        var sum = Double(values[4 * row + i])
                        for k in 0..<i { sum -= lower[4 * i + k] * Double(values[4 * row + k]) }
                        values[4 * row + i] = Float(sum / lower[4 * i + i])
                    }
                }
            }
        }
    }

    /// The columns mixed by vectors that are rows of `vectors` [4, 4].
    func rotated(_ vectors: [Double]) -> Block {
        let vectors = vectors.map(Float.init)
        var result = self
        result.values.withUnsafeMutableBufferPointer { result in
            values.withUnsafeBufferPointer { values in
                for row in 0..<rows {
                    for i in 0..<4 {
                        var sum: Float = 0
                        for j in 0..<4 { sum += vectors[4 * i + j] * values[4 * row + j] }
                        result[4 * row + i] = sum
                    }
                }
            }
        }
        return result
    }

    /// How far a column is from one of another block times a number.
    func distance(to other: Block, times factor: Double, column: Int) -> Double {
        var sum = 0.0
        for row in 0..<rows {
            let rest = Double(values[4 * row + column]) - factor * Double(other.values[4 * row + column])
            sum += rest * rest
        }
        return sum.squareRoot()
    }
}
