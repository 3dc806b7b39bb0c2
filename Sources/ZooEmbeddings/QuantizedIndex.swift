import ZooKernels

/// Vectors in memory that are searched by the cosine again and again: exact, by reading 8 bits a number.
///
/// A bound for what the rounding left off says which rows can be among the nearest at all; those alone are measured. A search reads a
/// quarter of the bytes that `NeighbourIndex` reads, and finds the same.
package struct QuantizedIndex: Sendable {
    private let vectors: [Float]
    private let width: Int
    private let bytes: ByteRows

    /// Prepares vectors [n, width].
    package init(vectors: [Float], width: Int) {
        (self.vectors, self.width) = (vectors, width)
        bytes = vectors.withUnsafeBufferPointer {
            ByteRows($0, width: width, factors: UnitVectors.factors($0, width: width))
        }
    }

    /// The `count` rows with the highest cosine to `query`, closest first, of equal ones the lowest row.
    package func nearest(
        to query: [Float], count: Int, excluding: Set<Int> = [], threads: ThreadCount = .all
    ) -> [NeighbourIndex.Match] {
        let rows = bytes.count
        guard count > 0, rows > 0 else { return [] }
        let unit = UnitVectors.unit(query)
        let asked = bytes.query(unit)
        var (products, bounds) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
        let wanted = min(rows, count + excluding.count)
        let parts = max(1, min(threads.count, rows / 16_384))
        var least = [Float](repeating: -.infinity, count: parts)
        products.withUnsafeMutableBufferPointer { products in
            bounds.withUnsafeMutableBufferPointer { bounds in
                least.withUnsafeMutableBufferPointer { least in
                    guard let first = products.baseAddress, let second = bounds.baseAddress else { return }
                    // Each part has its own rows.
                    nonisolated(unsafe) let (product, bound, least) = (first, second, least)
                    parallel(parts, threads: threads) { part in
                        let range = part * rows / parts..<(part + 1) * rows / parts
                        bytes.products(range, asked, into: product + range.lowerBound, bounds: bound + range.lowerBound)
                        var heap = LeastOfBest(wanted)
                        for row in range { heap.offer(product[row] - bound[row]) }
                        least[part] = heap.least
                    }
                }
            }
        }
        // So many rows are at least this near: none below can be among them. Another part can only raise it.
        let limit = least.max() ?? -.infinity
        var candidates: [Int] = []
        for row in 0..<rows where products[row] + bounds[row] >= limit && !excluding.contains(row) {
            candidates.append(row)
        }
        return UnitVectors.measured(candidates, query, count: count, vectors: vectors, width: width)
    }
}

/// The least of the largest numbers that were offered.
struct LeastOfBest {
    private var heap: [Float] = []
    private let capacity: Int

    init(_ capacity: Int) {
        self.capacity = capacity
        heap.reserveCapacity(capacity)
    }

    /// Below it nothing is among the largest; -infinity while there are fewer than wanted.
    var least: Float { heap.count < capacity ? -.infinity : heap[0] }

    mutating func offer(_ number: Float) {
        if heap.count < capacity {
            guard !number.isNaN else { return }
            heap.append(number)
            var child = heap.count - 1
            while child > 0, heap[child] < heap[(child - 1) / 2] {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        } else if number > heap[0] {
            heap[0] = number
            var hole = 0
            while 2 * hole + 1 < capacity {
                var child = 2 * hole + 1
                if child + 1 < capacity, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < heap[hole] else { break }
                heap.swapAt(child, hole)
                hole = child
            }
        }
    }
}

/// Vectors of length 1.
enum UnitVectors {
    /// What each vector is multiplied by to be of length 1; 0 for zero vectors.
    static func factors(_ vectors: UnsafeBufferPointer<Float>, width: Int) -> [Float] {
        guard let start = vectors.baseAddress else { return [] }
        return (0..<vectors.count / width).map { row in
            let square = pairProducts(start + row * width, start + row * width, width: width).square
            return square > 0 ? Float(1 / square.squareRoot()) : 0
        }
    }

    static func unit(_ vector: [Float]) -> [Float] {
        let factor = vector.withUnsafeBufferPointer { factors($0, width: $0.count) }[0]
        return vector.map { $0 * factor }
    }

    /// The cosines of some rows in Float64, the nearest first, of equal ones the lowest row.
    static func measured(
        _ rows: [Int], _ query: [Float], count: Int, vectors: [Float], width: Int
    ) -> [NeighbourIndex.Match] {
        let matches = vectors.withUnsafeBufferPointer { vectors in
            query.withUnsafeBufferPointer { query -> [NeighbourIndex.Match] in
                guard let vectors = vectors.baseAddress, let query = query.baseAddress else { return [] }
                let length = pairProducts(query, query, width: width).square.squareRoot()
                return rows.map { row in
                    let pair = pairProducts(query, vectors + row * width, width: width)
                    let lengths = pair.square.squareRoot() * length
                    return NeighbourIndex.Match(
                        row: row, value: lengths > 0 ? Float(max(-1, min(1, pair.dot / lengths))) : 0)
                }
            }
        }
        return Array(matches.sorted { ($0.value, $1.row) > ($1.value, $0.row) }.prefix(count))
    }
}
