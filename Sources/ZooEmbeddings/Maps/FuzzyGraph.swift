import Foundation
import ZooKernels

/// How much each point belongs to the neighbourhood of each other one, and the other way round: UMAP's fuzzy union.
///
/// - Source: McInnes, Healy & Melville 2018, "UMAP: Uniform Manifold Approximation and Projection", algorithms 2 and 3; the
///   constants are umap-learn's.
package struct FuzzyGraph: Sendable {
    /// The width of each point's neighbourhood.
    package let sigmas: [Float]
    /// The distance to each point's nearest neighbour that is not at the same place; 0 where there is none.
    package let rhos: [Float]
    /// Memberships from 0 to 1, without zeros.
    package let graph: WeightedGraph

    /// The union of the neighbourhoods of points.
    ///
    /// - Parameters:
    ///   - distances: to the neighbours, nearest first, without the point itself, [n, k - 1]
    ///   - rows: the neighbours, [n, k - 1]
    ///   - neighbours: k, the point itself counted as umap-learn does
    package init(rows: [Int32], distances: [Float], neighbours: Int, threads: ThreadCount = .all) {
        let smooth = SmoothDistances(distances, neighbours: neighbours, connectivity: 1, threads: threads)
        (sigmas, rhos) = (smooth.sigmas, smooth.rhos)
        graph = Self.union(rows: rows, weights: smooth.memberships(distances, threads: threads), k: neighbours - 1)
    }

    /// `w_ij + w_ji - w_ij w_ji`.
    private static func union(rows: [Int32], weights: [Float], k: Int) -> WeightedGraph {
        let count = rows.count / k
        // Who has a point among its neighbours, in rising order.
        var starts = [Int](repeating: 0, count: count + 1)
        for row in rows { starts[Int(row) + 1] += 1 }
        for row in 0..<count { starts[row + 1] += starts[row] }
        var places = starts
        var back = [Int32](repeating: 0, count: rows.count)
        for edge in rows.indices {
            let to = Int(rows[edge])
            back[places[to]] = Int32(edge)
            places[to] += 1
        }
        var (bounds, columns, union) = ([Int64](), [Int32](), [Float]())
        bounds.reserveCapacity(count + 1)
        columns.reserveCapacity(2 * rows.count)
        union.reserveCapacity(2 * rows.count)
        bounds.append(0)
        for row in 0..<count {
            let own = ((row * k)..<((row + 1) * k)).map { (column: rows[$0], weight: weights[$0]) }
                .sorted { $0.column < $1.column }
            var (mine, theirs) = (0, starts[row])
            func add(_ column: Int32, _ weight: Float) {
                guard weight > 0 else { return }
                columns.append(column)
                union.append(weight)
            }
            while mine < own.count || theirs < starts[row + 1] {
                let next = theirs < starts[row + 1] ? back[theirs] / Int32(k) : Int32.max
                let column = mine < own.count ? own[mine].column : Int32.max
                let weight = next <= column ? weights[Int(back[theirs])] : 0
                if column < next {
                    add(column, own[mine].weight)
                    mine += 1
                } else if next < column {
                    add(next, weight)
                    theirs += 1
                } else {
                    add(column, own[mine].weight + weight - own[mine].weight * weight)
                    (mine, theirs) = (mine + 1, theirs + 1)
                }
            }
            bounds.append(Int64(columns.count))
        }
        return WeightedGraph(bounds: bounds, columns: columns, weights: union)
    }
}

/// Widths of neighbourhoods, such that the memberships of each add up to `log2(k)`.
struct SmoothDistances {
    let sigmas: [Float]
    let rhos: [Float]
    private let k: Int

    /// - Parameters:
    ///   - distances: to the neighbours, nearest first, [n, m]; of points of the map m is `neighbours` - 1
    ///   - connectivity: 1, or 0 for new points, whose nearest neighbour is no part of them
    init(_ distances: [Float], neighbours: Int, connectivity: Int, threads: ThreadCount) {
        // The point itself is one of k where it is one of the map.
        let width = neighbours - connectivity
        let count = distances.count / width
        let mean = distances.reduce(0) { $0 + Double($1) } / Double(max(1, count * neighbours))
        var (sigmas, rhos) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        let target = log2(Double(neighbours))
        distances.withUnsafeBufferPointer { distances in
            sigmas.withUnsafeMutableBufferPointer { sigmas in
                rhos.withUnsafeMutableBufferPointer { rhos in
                    let (sigmas, rhos) = (sigmas.baseAddress, rhos.baseAddress)
                    parallel((count + 1023) / 1024, threads: threads) { block in
                        for point in (block * 1024)..<min((block + 1) * 1024, count) {
                            let own = UnsafeBufferPointer(
                                rebasing: distances[(point * width)..<((point + 1) * width)])
                            let rho = connectivity == 0 ? 0 : Double(own.first { $0 > 0 } ?? 0)
                            rhos?[point] = Float(rho)
                            sigmas?[point] = Float(Self.sigma(own, rho, target, mean, neighbours))
                        }
                    }
                }
            }
        }
        (self.sigmas, self.rhos, k) = (sigmas, rhos, width)
    }

    private static func sigma(
        _ distances: UnsafeBufferPointer<Float>, _ rho: Double, _ target: Double, _ mean: Double, _ neighbours: Int
    ) -> Double {
        var (low, high, middle) = (0.0, Double.infinity, 1.0)
        for _ in 0..<64 {
            var sum = 0.0
            // A new point's nearest neighbour stands where the point itself does in the lists of the others.
            for distance in distances.dropFirst(distances.count == neighbours ? 1 : 0) {
                let beyond = Double(distance) - rho
                sum += beyond > 0 ? exp(-beyond / middle) : 1
            }
            if abs(sum - target) < 1e-5 { break }
            if sum > target {
                high = middle
                middle = (low + high) / 2
            } else {
                low = middle
                middle = high == .infinity ? 2 * middle : (low + high) / 2
            }
        }
        let own = distances.reduce(0) { $0 + Double($1) } / Double(neighbours)
        return max(middle, 1e-3 * (rho > 0 ? own : mean))
    }

    /// `exp(-(d - rho) / sigma)`, 1 up to rho.
    func memberships(_ distances: [Float], threads: ThreadCount) -> [Float] {
        let (k, sigmas, rhos) = (k, sigmas, rhos)
        return [Float](unsafeUninitializedCapacity: distances.count) { weights, filled in
            let weights = weights.baseAddress
            distances.withUnsafeBufferPointer { distances in
                parallel((sigmas.count + 1023) / 1024, threads: threads) { block in
                    for point in (block * 1024)..<min((block + 1) * 1024, sigmas.count) {
                        for edge in (point * k)..<((point + 1) * k) {
                            let beyond = distances[edge] - rhos[point]
                            weights?[edge] =
                                beyond <= 0 || sigmas[point] == 0 ? 1 : Float(exp(-Double(beyond / sigmas[point])))
                        }
                    }
                }
            }
            filled = distances.count
        }
    }
}
