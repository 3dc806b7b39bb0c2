import Foundation
import ZooKernels

/// Clusters as parts that stay dense over a range of densities, and noise between them.
///
/// - Source: Campello, Moulavi & Sander 2013, "Density-Based Clustering Based on Hierarchical Density Estimates"; the clusters are chosen by
///   their stability (excess of mass). `minimumSamples` counts the point itself, as scikit-learn does and hdbscan does not.
package struct HDBSCAN: Sendable {
    /// The cluster of each point, from 0 on; -1 for noise. Clusters are numbered by their size, the largest first, of equal ones the one
    /// with the lowest point.
    package let labels: [Int]
    /// How many clusters there are.
    package let count: Int

    /// Finds the clusters of `points` [n, width], by the Euclidean distance.
    ///
    /// - Precondition: minimumClusterSize >= 2, 1 <= minimumSamples <= n
    package static func fit(
        _ points: [Float], width: Int, minimumClusterSize: Int, minimumSamples: Int, threads: ThreadCount = .all
    ) -> HDBSCAN {
        let count = points.count / width
        precondition(minimumClusterSize >= 2, "HDBSCAN: a cluster has two points or more")
        precondition(minimumSamples >= 1 && minimumSamples <= count, "HDBSCAN: \(minimumSamples) of \(count) points")
        var cores = [Float](repeating: 0, count: count)
        if minimumSamples > 1 {
            let k = minimumSamples - 1
            let lists = points.withUnsafeBufferPointer {
                NeighbourLists.exact($0, width: width, k: k, threads: threads)
            }
            for point in 0..<count { cores[point] = lists.squares[(point + 1) * k - 1] }
        }
        let edges = reachabilityTree(points, width: width, squaredCores: cores)
        let tree = CondensedTree(edges, count: count, minimumClusterSize: minimumClusterSize)
        return HDBSCAN(labels: clustersBySize(tree.labels()), count: tree.chosenCount)
    }
}

/// Numbers clusters by their size, the largest first; what is below 0 stays -1.
func clustersBySize(_ labels: [Int]) -> [Int] {
    var sizes: [Int: (size: Int, first: Int)] = [:]
    for (point, label) in labels.enumerated() where label >= 0 {
        sizes[label, default: (0, point)].size += 1
    }
    let ranked = sizes.sorted { ($1.value.size, $0.value.first) < ($0.value.size, $1.value.first) }
    let numbers = Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1.key, $0) })
    return labels.map { numbers[$0] ?? -1 }
}

/// The single-linkage tree without the parts that are too small to be clusters.
private struct CondensedTree {
    private struct Node {
        let parent: Int
        let birth: Double
        var stability = 0.0
        var children: [Int] = []
    }
    /// Where each point falls out of which cluster.
    private var leaves: [Int]
    private var nodes: [Node]
    private var chosen: [Bool] = []

    var chosenCount: Int { chosen.count { $0 } }

    init(_ edges: [TreeEdge], count: Int, minimumClusterSize: Int) {
        let merges = Merges(edges, count: count)
        leaves = Array(repeating: 0, count: count)
        nodes = [Node(parent: -1, birth: 0)]
        // Down from the root: what is large enough on both sides of a cut is two new clusters.
        var waiting: [(merge: Int, node: Int)] = count > 1 ? [(2 * count - 2, 0)] : []
        while let (merge, node) = waiting.popLast() {
            let lambda = merges.lambda(merge)
            let parts = merges.parts(merge)
            let large = parts.filter { merges.size($0) >= minimumClusterSize }
            for part in parts {
                if large.count == 2 {
                    nodes[node].stability += Double(merges.size(part)) * (lambda - nodes[node].birth)
                    nodes.append(Node(parent: node, birth: lambda))
                    nodes[node].children.append(nodes.count - 1)
                    waiting.append((part, nodes.count - 1))
                } else if merges.size(part) >= minimumClusterSize {
                    waiting.append((part, node))
                } else {
                    merges.forEachPoint(of: part) { point in
                        leaves[point] = node
                        nodes[node].stability += lambda - nodes[node].birth
                    }
                }
            }
        }
        chosen = Array(repeating: false, count: nodes.count)
        choose()
    }

    /// Chooses clusters from the leaves up: one, or its parts where those are more stable together. The root is none.
    private mutating func choose() {
        var best = nodes.map(\.stability)
        for node in nodes.indices.dropFirst().reversed() {
            let below = nodes[node].children.reduce(0) { $0 + best[$1] }
            if nodes[node].children.isEmpty || below <= nodes[node].stability {
                chosen[node] = true
            } else {
                best[node] = below
            }
        }
        // What is below a chosen one is part of it. Parents come before their children.
        var isInside = [Bool](repeating: false, count: nodes.count)
        for node in nodes.indices.dropFirst() {
            let parent = nodes[node].parent
            isInside[node] = isInside[parent] || chosen[parent]
            if isInside[node] { chosen[node] = false }
        }
    }

    /// The cluster of each point, -1 for noise.
    func labels() -> [Int] {
        leaves.map { leaf in
            var node = leaf
            while node >= 0, !chosen[node] { node = nodes[node].parent }
            return node
        }
    }
}

/// The single-linkage tree: points 0 ..< n, then merges in the order of their distances.
private struct Merges {
    private let count: Int
    private var children: [(Int, Int)] = []
    private var distances: [Double] = []
    private var sizes: [Int] = []

    init(_ edges: [TreeEdge], count: Int) {
        self.count = count
        var (roots, tops) = (Array(0..<count), Array(0..<count))
        func root(_ point: Int) -> Int {
            var point = point
            while roots[point] != point {
                roots[point] = roots[roots[point]]
                point = roots[point]
            }
            return point
        }
        let order = edges.indices.sorted { (edges[$0].square, $0) < (edges[$1].square, $1) }
        for edge in order {
            let (a, b) = (root(edges[edge].from), root(edges[edge].to))
            let (left, right) = (tops[a], tops[b])
            children.append((left, right))
            distances.append(Double(edges[edge].square).squareRoot())
            sizes.append(size(left) + size(right))
            // The smaller one is hung below the larger one.
            let (below, above) = size(left) < size(right) ? (a, b) : (b, a)
            roots[below] = above
            tops[above] = count + children.count - 1
        }
    }

    func size(_ node: Int) -> Int { node < count ? 1 : sizes[node - count] }
    func parts(_ node: Int) -> [Int] { [children[node - count].0, children[node - count].1] }
    /// The density at which a merge comes apart; points at the same place never do.
    func lambda(_ node: Int) -> Double {
        let distance = distances[node - count]
        return distance > 0 ? 1 / distance : 1e30
    }

    func forEachPoint(of node: Int, _ body: (Int) -> Void) {
        var waiting = [node]
        while let node = waiting.popLast() {
            if node < count { body(node) } else { waiting.append(contentsOf: parts(node)) }
        }
    }
}
