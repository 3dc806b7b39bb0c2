import CZooSIMD

/// A graph with weights, row by row.
package struct WeightedGraph: Sendable {
    /// Where each row's edges begin, and where the last one's end, [n + 1].
    package let bounds: [Int64]
    /// Where the edges lead, rising in each row.
    package let columns: [Int32]
    /// Their weights.
    package let weights: [Float]

    /// A graph of n rows.
    package init(bounds: [Int64], columns: [Int32], weights: [Float]) {
        precondition(
            columns.count == weights.count && bounds.last == Int64(columns.count), "WeightedGraph: parts do not fit")
        (self.bounds, self.columns, self.weights) = (bounds, columns, weights)
    }

    /// The number of rows.
    package var count: Int { bounds.count - 1 }

    /// `y_i = s_i * sum(w_ij s_j x_j)` for four columns.
    ///
    /// - Shapes: scale [n], x [n, 4] -> [n, 4]
    package func product(scaledBy scale: [Float], _ x: [Float], threads: ThreadCount = .all) -> [Float] {
        precondition(
            scale.count == count && x.count == 4 * count, "WeightedGraph: \(x.count) numbers for \(count) rows")
        let block = 4096
        return withC { graph in
            [Float](unsafeUninitializedCapacity: x.count) { y, filled in
                let y = y.baseAddress
                parallel((count + block - 1) / block, threads: threads) { index in
                    zoo_graph_product(graph, scale, x, y, index * block, min((index + 1) * block, count))
                }
                filled = x.count
            }
        }
    }

    func withC<Result>(_ body: (UnsafePointer<zoo_graph>) -> Result) -> Result {
        bounds.withUnsafeBufferPointer { bounds in
            columns.withUnsafeBufferPointer { columns in
                weights.withUnsafeBufferPointer { weights in
                    var graph = zoo_graph(
                        bounds: bounds.baseAddress, columns: columns.baseAddress, weights: weights.baseAddress)
                    return withUnsafePointer(to: &graph, body)
                }
            }
        }
    }
}

/// How the points of a map of two dimensions are moved: by edges that are sampled, and by points drawn at random that repel.
package struct MapLayout: Sendable {
    /// The edges; the weights are epochs from one sample of an edge to the next.
    package let graph: WeightedGraph
    /// The curve `1 / (1 + a d^2b)` of how near two points are.
    package let (a, b): (Float, Float)
    /// How many epochs there are.
    package let epochs: Int
    /// The step of the first epoch; it falls to 0.
    package let rate: Float
    /// Decides which points repel.
    package let seed: UInt64
    /// Points that are moved together, one of so many: each sees where the others of its group were before, and where those of
    /// the groups before are.
    private static let groups = 8

    /// Rules of a layout.
    package init(graph: WeightedGraph, a: Float, b: Float, epochs: Int, rate: Float, seed: UInt64) {
        self.graph = graph
        (self.a, self.b, self.epochs, self.rate, self.seed) = (a, b, epochs, rate, seed)
    }

    /// Moves all points by a graph that has every edge twice. The same for any number of threads.
    ///
    /// - Shapes: places [n, 2]
    package func move(_ places: inout [Float], threads: ThreadCount = .all, onEpoch: (Int) -> Void = { _ in }) {
        let count = graph.count
        precondition(places.count == 2 * count, "MapLayout: \(places.count) numbers for \(count) points")
        var moved = places
        let block = 512 * Self.groups
        run { layout, epoch in
            places.withUnsafeMutableBufferPointer { places in
                moved.withUnsafeMutableBufferPointer { moved in
                    guard let from = places.baseAddress, let to = moved.baseAddress else { return }
                    (layout.from, layout.own, layout.to) = (UnsafePointer(from), UnsafePointer(from), to)
                    (layout.others, layout.both_ways) = (count, true)
                    let blocks = (count + block - 1) / block
                    for group in 0..<Self.groups {
                        withUnsafePointer(to: layout) { layout in
                            parallel(blocks, threads: threads) {
                                zoo_layout_points(layout, $0 * block + group, min(($0 + 1) * block, count), Self.groups)
                            }
                        }
                        for point in stride(from: group, to: count, by: Self.groups) {
                            (from[2 * point], from[2 * point + 1]) = (to[2 * point], to[2 * point + 1])
                        }
                    }
                }
            }
            onEpoch(epoch)
        }
    }

    /// Moves new points among others that stay where they are: the edges lead from the new to the others.
    ///
    /// - Shapes: places [m, 2], others [n, 2]
    package func move(_ places: inout [Float], among others: [Float], threads: ThreadCount = .all) {
        let count = graph.count
        precondition(places.count == 2 * count, "MapLayout: \(places.count) numbers for \(count) points")
        run { layout, _ in
            places.withUnsafeMutableBufferPointer { places in
                others.withUnsafeBufferPointer { others in
                    (layout.from, layout.others, layout.both_ways) = (others.baseAddress, others.count / 2, false)
                    (layout.own, layout.to) = (UnsafePointer(places.baseAddress), places.baseAddress)
                    withUnsafePointer(to: layout) { layout in
                        parallel((count + 1023) / 1024, threads: threads) {
                            zoo_layout_points(layout, $0 * 1024, min(($0 + 1) * 1024, count), 1)
                        }
                    }
                }
            }
        }
    }

    private func run(_ body: (inout zoo_layout, Int) -> Void) {
        var next = graph.weights
        graph.withC { graph in
            next.withUnsafeMutableBufferPointer { next in
                var layout = zoo_layout()
                (layout.graph, layout.next) = (graph.pointee, next.baseAddress)
                (layout.a, layout.b, layout.seed) = (a, b, seed)
                for epoch in 0..<epochs {
                    layout.rate = rate * (1 - Float(epoch) / Float(epochs))
                    layout.epoch = Float(epoch)
                    body(&layout, epoch)
                }
            }
        }
    }
}

/// An edge of a spanning tree.
package struct TreeEdge: Sendable, Hashable {
    /// The point that was in the tree, and the one that came in.
    package let (from, to): (Int, Int)
    /// The squared weight.
    package let square: Float
}

/// A spanning tree of least weight by mutual reachability: the greatest of a pair's distance and both core distances.
///
/// - Source: Prim 1957; Campello, Moulavi & Sander 2013.
/// - Shapes: points [n, width], squaredCores [n] -> n - 1 edges, as they came in
package func reachabilityTree(_ points: [Float], width: Int, squaredCores: [Float]) -> [TreeEdge] {
    let count = squaredCores.count
    precondition(points.count == count * width, "reachabilityTree: \(points.count) numbers for \(count) points")
    guard count > 1 else { return [] }
    let edges = [zoo_tree_edge](unsafeUninitializedCapacity: count - 1) { edges, filled in
        let scratch = FloatScratch(count * (width + 4))
        zoo_spanning_tree(points, squaredCores, count, width, edges.baseAddress, scratch.start)
        filled = count - 1
    }
    return edges.map { TreeEdge(from: Int($0.from), to: Int($0.to), square: $0.weight) }
}

/// The repulsion of all pairs of a map, without its normaliser, and that: the sum of `1 / (1 + d^2)` over ordered pairs.
///
/// - Shapes: places [2, n] -> forces [n, 2]
package func pairRepulsion(_ places: [Float], threads: ThreadCount = .all) -> (forces: [Float], sum: Double) {
    let (count, block) = (places.count / 2, 256)
    let blocks = (count + block - 1) / block
    var (forces, sums) = ([Float](repeating: 0, count: 2 * count), [Double](repeating: 0, count: blocks))
    forces.withUnsafeMutableBufferPointer { forces in
        sums.withUnsafeMutableBufferPointer { sums in
            let (forces, sums) = (forces.baseAddress, sums.baseAddress)
            parallel(blocks, threads: threads) { index in
                sums?[index] = zoo_tsne_repulsion(places, count, index * block, min((index + 1) * block, count), forces)
            }
        }
    }
    return (forces, sums.reduce(0, +))
}
