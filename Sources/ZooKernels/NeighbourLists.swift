import CZooSIMD

/// The nearest rows of each row of a matrix, by the Euclidean distance.
package struct NeighbourLists: Sendable {
    /// How many rows each row has, itself not among them.
    package let k: Int
    /// The rows, nearest first, [n, k].
    package let rows: [Int32]
    /// Their squared distances, [n, k].
    package let squares: [Float]

    /// Lists that are there.
    package init(k: Int, rows: [Int32], squares: [Float]) {
        precondition(rows.count == squares.count && rows.count % max(1, k) == 0, "NeighbourLists: lists of \(k)")
        (self.k, self.rows, self.squares) = (k, rows, squares)
    }

    /// The number of rows.
    package var count: Int { k > 0 ? rows.count / k : 0 }

    /// Compares every row with every other one.
    ///
    /// - Shapes: values [n, width]
    /// - Precondition: k < n < 2^31, and all numbers are finite.
    package static func exact(
        _ values: UnsafeBufferPointer<Float>, width: Int, k: Int, threads: ThreadCount = .all
    ) -> NeighbourLists {
        let count = values.count / width
        precondition(k > 0 && k < count, "NeighbourLists: \(k) neighbours of \(count) rows")
        var (rows, squares) = ([Int32](repeating: 0, count: count * k), [Float](repeating: 0, count: count * k))
        let block = 1536
        for first in stride(from: 0, to: count, by: block) {
            let end = min(first + block, count)
            let found = nearestRowsOfMany(
                values, width: width, scale: nil, score: .negativeSquaredDistance,
                queries: UnsafeBufferPointer(rebasing: values[(first * width)..<(end * width)]), count: k + 1,
                threads: threads)
            for (index, hits) in found.enumerated() {
                let start = (first + index) * k
                // Of many equal rows the row itself may be missing.
                for (place, hit) in hits.lazy.filter({ $0.row != first + index }).prefix(k).enumerated() {
                    rows[start + place] = Int32(hit.row)
                    squares[start + place] = max(0, -hit.score)
                }
            }
        }
        return NeighbourLists(k: k, rows: rows, squares: squares)
    }

    /// Finds nearly all of the nearest rows by way of trees of random hyperplanes, and of the neighbours of neighbours.
    ///
    /// The same for any number of threads: every list is written by one task, from what the round before left.
    /// - Source: Dasgupta & Freund 2008 (trees); Tang et al. 2016, "Visualizing Large-scale and High-dimensional Data" (both
    ///   together); Dong, Moses & Li 2011 (only what is new is followed).
    /// - Shapes: values [n, width]
    /// - Precondition: k < n < 2^31, and all numbers are finite.
    package static func approximate(
        _ values: UnsafeBufferPointer<Float>, width: Int, k: Int, seed: UInt64, threads: ThreadCount = .all
    ) -> NeighbourLists {
        let count = values.count / width
        precondition(k > 0 && k < count && count < Int(Int32.max), "NeighbourLists: \(k) neighbours of \(count) rows")
        // Rows in the order of a first tree: what is compared is near in memory.
        let order = ProjectionTree(values, width: width, seed: seed).order
        let sorted = FloatScratch(count * width)
        parallel((count + 1023) / 1024, threads: threads) { block in
            for row in (block * 1024)..<min((block + 1) * 1024, count) {
                let from = Int(order[row]) * width
                for column in 0..<width { sorted.start[row * width + column] = values[from + column] }
            }
        }
        let matrix = UnsafeBufferPointer(start: sorted.start, count: count * width)
        var search = NeighbourSearch(matrix, width: width, k: k, threads: threads)
        search.join(trees: 8, seed: seed &+ 1)
        search.explore(rounds: 4)
        var (rows, squares) = ([Int32](repeating: 0, count: count * k), [Float](repeating: 0, count: count * k))
        for row in 0..<count {
            let start = Int(order[row]) * k
            if search.lists[(row + 1) * k - 1].distance == .infinity { search.fill(row) }
            for place in 0..<k {
                let near = search.lists[row * k + place]
                rows[start + place] = order[Int(near.row & 0x7FFF_FFFF)]
                squares[start + place] = near.distance
            }
        }
        withExtendedLifetime(sorted) {}
        return NeighbourLists(k: k, rows: rows, squares: squares)
    }
}

/// Parts of rows that lie together.
private struct ProjectionTree {
    let order: [Int32]
    let ends: [Int32]
    static let leaf = 96

    init(_ values: UnsafeBufferPointer<Float>, width: Int, seed: UInt64) {
        let count = values.count / width
        var (order, ends) = ([Int32](repeating: 0, count: count), [Int32](repeating: 0, count: count))
        var scratch = order
        let parts = zoo_projection_tree(values.baseAddress, count, width, Self.leaf, seed, &order, &ends, &scratch)
        (self.order, self.ends) = (order, Array(ends.prefix(parts)))
    }
}

/// Lists that become better.
private struct NeighbourSearch {
    let values: UnsafeBufferPointer<Float>
    let (count, width, k): (Int, Int, Int)
    let threads: ThreadCount
    var lists: [zoo_near]

    init(_ values: UnsafeBufferPointer<Float>, width: Int, k: Int, threads: ThreadCount) {
        (self.values, count, self.width, self.k) = (values, values.count / width, width, k)
        self.threads = threads
        lists = Array(repeating: zoo_near(distance: .infinity, row: 0), count: count * k)
    }

    private var target: zoo_near_lists {
        zoo_near_lists(values: values.baseAddress, count: count, width: width, k: k, lists: nil)
    }

    /// Compares the rows of each leaf of some trees.
    mutating func join(trees: Int, seed: UInt64) {
        // Trees are grown at the same time, and joined one after the other: a row is in one leaf of each.
        let grown = Grown(trees)
        parallel(trees, threads: threads) { tree in
            grown.trees[tree] = ProjectionTree(values, width: width, seed: seed &+ UInt64(tree) &* 0x9E37_79B9)
        }
        var target = target
        let threads = threads
        for case let tree? in (0..<trees).map({ grown.trees[$0] }) {
            lists.withUnsafeMutableBufferPointer { lists in
                target.lists = lists.baseAddress
                tree.order.withUnsafeBufferPointer { order in
                    tree.ends.withUnsafeBufferPointer { ends in
                        withUnsafePointer(to: &target) { target in
                            parallel(ends.count, threads: threads) { leaf in
                                let first = leaf == 0 ? 0 : Int(ends[leaf - 1])
                                zoo_join_rows(target, order.baseAddress.map { $0 + first }, Int(ends[leaf]) - first)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Looks at the neighbours of neighbours until few are new.
    mutating func explore(rounds: Int) {
        let block = 2048
        let blocks = (count + block - 1) / block
        let workers = min(threads.count, blocks)
        // Marks are scratch: which worker uses which changes nothing.
        var marks = [UInt32](repeating: 0, count: workers * count)
        var stamps = [UInt32](repeating: 0, count: workers)
        let (count, threads) = (count, threads)
        var from = target
        for _ in 0..<rounds {
            var old = lists
            let reverse = reversed()
            for index in lists.indices { lists[index].row &= 0x7FFF_FFFF }
            var found = [Int](repeating: 0, count: workers)
            old.withUnsafeMutableBufferPointer { old in
                from.lists = old.baseAddress
                lists.withUnsafeMutableBufferPointer { lists in
                    marks.withUnsafeMutableBufferPointer { marks in
                        stamps.withUnsafeMutableBufferPointer { stamps in
                            found.withUnsafeMutableBufferPointer { found in
                                withUnsafePointer(to: &from) { from in
                                    parallel(workers, threads: threads) { worker in
                                        guard let marks = marks.baseAddress, let stamps = stamps.baseAddress else {
                                            return
                                        }
                                        for index in stride(from: worker, to: blocks, by: workers) {
                                            found[worker] += zoo_explore_neighbours(
                                                from, reverse, lists.baseAddress, index * block,
                                                min((index + 1) * block, count), marks + worker * count,
                                                stamps + worker)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            if found.reduce(0, +) < count * k / 500 { return }
        }
    }

    /// Compares a row with all others.
    mutating func fill(_ row: Int) {
        let hits = nearestRows(
            values, width: width, scale: nil, score: .negativeSquaredDistance,
            query: UnsafeBufferPointer(rebasing: values[(row * width)..<((row + 1) * width)]), count: k + 1)
        for (place, hit) in hits.lazy.filter({ $0.row != row }).prefix(k).enumerated() {
            lists[row * k + place] = zoo_near(distance: max(0, -hit.score), row: UInt32(hit.row))
        }
    }

    /// For each row the rows that have it as neighbour, the nearest ones first, at most k.
    private func reversed() -> [Int32] {
        var reverse = [Int32](repeating: -1, count: count * k)
        var filled = [Int32](repeating: 0, count: count)
        for place in 0..<k {
            for row in 0..<count {
                let near = lists[row * k + place]
                guard near.distance < .infinity else { continue }
                let to = Int(near.row & 0x7FFF_FFFF)
                guard filled[to] < k else { continue }
                reverse[to * k + Int(filled[to])] = Int32(bitPattern: UInt32(row) | (near.row & 0x8000_0000))
                filled[to] += 1
            }
        }
        return reverse
    }
}

/// A place for each of some trees, each written by one task.
private final class Grown: @unchecked Sendable {
    let trees: UnsafeMutablePointer<ProjectionTree?>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        trees = .allocate(capacity: count)
        trees.initialize(repeating: nil, count: count)
    }

    deinit {
        trees.deinitialize(count: count)
        trees.deallocate()
    }
}
