import ZooKernels

/// The most similar items of every item, found item by item, so that memory holds those alone.
struct ItemNeighbours: Sendable {
    /// Of each item, the items whose neighbour it is, in rising order, and their similarity.
    let byNeighbour: SparseMatrix

    /// The similarity of items i and j is `x_i . x_j / (|x_i| |x_j| + shrinkage)`, x being their columns of weights.
    ///
    /// - Parameter count: how many neighbours are kept of each item, those of the highest similarity, ties by the lower row;
    ///   fewer where no more are above 0
    init(_ rated: RatedRows, count: Int, shrinkage: Float, threads: ThreadCount) {
        let items = rated.byItem.count
        let lengths = (0..<items).map { item in
            let bounds = rated.byItem.bounds
            let values = rated.byItem.values?[bounds[item]..<bounds[item + 1]]
            return (values?.reduce(0) { $0 + $1 * $1 } ?? Float(bounds[item + 1] - bounds[item])).squareRoot()
        }
        var lists = [[RowHit]](repeating: [], count: items)
        let group = 16
        lists.withUnsafeMutableBufferPointer { lists in
            // Each part writes to its own items.
            nonisolated(unsafe) let lists = lists
            parallel((items + group - 1) / group, threads: threads) { part in
                var sums = [Float](repeating: 0, count: items)
                for item in part * group..<min(items, (part + 1) * group) {
                    sums.withUnsafeMutableBufferPointer { sums in
                        sums.update(repeating: 0)
                        guard let start = sums.baseAddress else { return }
                        rated.addProducts(of: item, upTo: items - 1, to: start)
                        for other in 0..<items where sums[other] > 0 {
                            sums[other] /= lengths[item] * lengths[other] + shrinkage
                        }
                        sums[item] = 0
                        lists[item] = Self.largest(count, of: UnsafeBufferPointer(sums))
                    }
                }
            }
        }
        let bounds = lists.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let byItem = SparseMatrix(
            bounds: bounds, columns: lists.flatMap { $0.map { Int32($0.row) } },
            values: lists.flatMap { $0.map(\.score) })
        byNeighbour = byItem.transposed(columns: items)
    }

    /// Neighbours that were stored.
    init(byNeighbour: SparseMatrix) { self.byNeighbour = byNeighbour }

    /// The largest scores above 0, in the order of their rows; of equal ones the lower rows.
    private static func largest(_ count: Int, of scores: UnsafeBufferPointer<Float>) -> [RowHit] {
        // A heap whose first element is the one to go next.
        var heap: [RowHit] = []
        func goesBefore(_ a: RowHit, _ b: RowHit) -> Bool {
            a.score != b.score ? a.score < b.score : a.row > b.row
        }
        func sink(_ start: Int) {
            var place = start
            while true {
                var child = 2 * place + 1
                guard child < heap.count else { return }
                if child + 1 < heap.count, goesBefore(heap[child + 1], heap[child]) { child += 1 }
                guard goesBefore(heap[child], heap[place]) else { return }
                heap.swapAt(place, child)
                place = child
            }
        }
        for (row, score) in scores.enumerated() where score > 0 {
            if heap.count < count {
                heap.append(RowHit(row: row, score: score))
                if heap.count == count { for place in (0..<count / 2).reversed() { sink(place) } }
            } else if score > heap[0].score {
                heap[0] = RowHit(row: row, score: score)
                sink(0)
            }
        }
        return heap.sorted { $0.row < $1.row }
    }

    /// Adds `weight` times the similarity of an item to the scores of the items whose neighbour it is.
    func add(_ item: Int, weight: Float, to scores: inout [Float]) {
        for place in byNeighbour.bounds[item]..<byNeighbour.bounds[item + 1] {
            scores[Int(byNeighbour.columns[place])] += weight * (byNeighbour.values?[place] ?? 0)
        }
    }

    /// How similar a neighbour is to an item; 0 where it is not among its neighbours.
    func similarity(of neighbour: Int, to item: Int) -> Float {
        var range = byNeighbour.bounds[neighbour]..<byNeighbour.bounds[neighbour + 1]
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            let found = Int(byNeighbour.columns[middle])
            if found == item { return byNeighbour.values?[middle] ?? 0 }
            range = found < item ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return 0
    }
}
