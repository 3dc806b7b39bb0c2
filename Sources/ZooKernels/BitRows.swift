import CZooSIMD

/// Rows of numbers reduced to a bit each: whether a number is above the mean of its column.
package struct BitRows: Sendable, Equatable {
    /// Numbers a row.
    package var width: Int { means.count }
    /// How many rows.
    package let count: Int
    /// The mean of each column.
    package let means: [Float]
    /// Words of 64 bits, in blocks of 8 rows: [(count + 7) / 8, words, 8]
    package let blocks: [UInt64]

    private var words: Int { Self.words(width) }

    private static func words(_ width: Int) -> Int { (width + 63) / 64 }

    /// How many words so many rows take.
    package static func size(count: Int, width: Int) -> Int { (count + 7) / 8 * 8 * words(width) }

    /// Reduces rows, each times a factor.
    ///
    /// - Shapes: values [n, width], factors [n]
    /// - Parameter order: which row comes where
    package init(
        _ values: UnsafeBufferPointer<Float>, width: Int, factors: [Float], order: [Int32],
        threads: ThreadCount = .all
    ) {
        var sums = [Double](repeating: 0, count: width)
        for (row, factor) in factors.enumerated() {
            for column in 0..<width { sums[column] += Double(values[row * width + column] * factor) }
        }
        let means = sums.map { Float($0 / Double(max(1, factors.count))) }
        let (count, words) = (order.count, Self.words(width))
        var blocks = [UInt64](repeating: 0, count: Self.size(count: count, width: width))
        blocks.withUnsafeMutableBufferPointer { blocks in
            guard let first = blocks.baseAddress, let from = values.baseAddress else { return }
            // Each part has its own blocks.
            nonisolated(unsafe) let (block, start) = (first, from)
            parallel((count + 4095) / 4096, threads: threads) { part in
                for row in part * 4096..<min(count, (part + 1) * 4096) {
                    let source = Int(order[row])
                    Self.reduce(start + source * width, factors[source], means) { word, bits in
                        block[(row / 8 * words + word) * 8 + row % 8] = bits
                    }
                }
            }
        }
        (self.count, self.means, self.blocks) = (count, means, blocks)
    }

    /// Rows that were reduced before.
    ///
    /// - Precondition: there are `size(count:width:)` words
    package init(count: Int, means: [Float], blocks: [UInt64]) {
        precondition(blocks.count == Self.size(count: count, width: means.count), "BitRows: \(blocks.count) words")
        (self.count, self.means, self.blocks) = (count, means, blocks)
    }

    private static func reduce(
        _ values: UnsafePointer<Float>, _ factor: Float, _ means: [Float], _ take: (Int, UInt64) -> Void
    ) {
        for word in 0..<words(means.count) {
            var bits: UInt64 = 0
            for column in word * 64..<min(means.count, word * 64 + 64) where values[column] * factor > means[column] {
                bits |= 1 << UInt64(column % 64)
            }
            take(word, bits)
        }
    }

    /// A query, reduced in the same way.
    ///
    /// - Shapes: values [width]
    package func query(_ values: [Float]) -> [UInt64] {
        precondition(values.count == width, "BitRows: a query of \(values.count) for rows of \(width)")
        var reduced = [UInt64](repeating: 0, count: words)
        values.withUnsafeBufferPointer { values in
            if let start = values.baseAddress { Self.reduce(start, 1, means) { reduced[$0] = $1 } }
        }
        return reduced
    }

    /// How many bits of the rows of a range differ from those of a query.
    package func distances(_ rows: Range<Int>, _ query: [UInt64], into distances: UnsafeMutablePointer<UInt32>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "BitRows: rows \(rows) of \(count)")
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1024) { found in
            blocks.withUnsafeBufferPointer { blocks in
                query.withUnsafeBufferPointer { asked in
                    guard let block = blocks.baseAddress, let asked = asked.baseAddress, let to = found.baseAddress
                    else { return }
                    let end = (rows.upperBound + 7) / 8
                    for first in stride(from: rows.lowerBound / 8, to: end, by: 128) {
                        zoo_bit_distances(block + first * words * 8, min(128, end - first), words, asked, to)
                        let own = rows.clamped(to: first * 8..<min(end, first + 128) * 8)
                        (distances + own.lowerBound - rows.lowerBound)
                            .update(from: to + own.lowerBound - first * 8, count: own.count)
                    }
                }
            }
        }
    }
}
