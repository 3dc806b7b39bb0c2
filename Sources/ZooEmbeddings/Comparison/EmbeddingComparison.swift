import ZooKernels

/// How alike two sets of vectors of the same entries are: over all, and around each entry.
package struct EmbeddingComparison: Sendable {
    /// A figure, and where it lies with a confidence of 95 %.
    package struct Estimate: Sendable, Encodable {
        /// The figure of all entries.
        package let value: Double
        /// The lower end of the interval.
        package let low: Double
        /// The upper end.
        package let high: Double
    }

    /// Neighbours of each entry that were compared.
    package let neighbourCount: Int
    /// The mean share of an entry's nearest neighbours that are the same in both.
    package let overlap: Estimate
    /// Linear centred kernel alignment, 0 to 1.
    package let linearCKA: Estimate
    /// The squares that are left when one set is turned and scaled onto the other, 0 to 1.
    package let procrustesResidual: Estimate
    /// The share of the nearest neighbours that each entry keeps, [n].
    package let overlaps: [Double]
    /// How much the cosines of each entry to its neighbours in either set differ, [n]: 0 not at all; 1 and above have nothing in common.
    package let changes: [Double]
    /// The nearest neighbours in each set by the cosine, the closest first.
    package let neighbours: (first: RowNeighbours, second: RowNeighbours)

    /// Compares vectors of the same entries in the same order.
    ///
    /// Intervals are those of the jackknife over at most 50 random groups of entries: each figure is computed without each group in turn. The
    /// rotation of all entries serves the residuals.
    /// - Parameter count: neighbours of each entry, at most n - 1
    /// - Shapes: a [n, widths.0], b [n, widths.1]
    /// - Throws: `EmbeddingError.cannotCompare` for fewer than three entries, and for vectors that are all the same
    package static func compare(
        _ a: [Float], _ b: [Float], widths: (Int, Int), neighbours count: Int, seed: UInt64 = 0,
        threads: ThreadCount = .all
    ) throws -> EmbeddingComparison {
        let entries = a.count / widths.0
        precondition(a.count == entries * widths.0 && b.count == entries * widths.1, "the entries must be the same")
        guard entries > 2 else {
            throw EmbeddingError.cannotCompare("\(entries) entries are too few, three are needed")
        }
        let cosines = (CosineRows(a, width: widths.0), CosineRows(b, width: widths.1))
        let size = min(count, entries - 1)
        let found = (cosines.0.neighbours(size, threads), cosines.1.neighbours(size, threads))
        var generator = RandomGenerator(seed: seed)
        let rows = (0..<entries).shuffled(using: &generator)
        let groups = min(entries, groupCount)
        let products = PairedProducts.all(a, b, widths: widths, rows: rows, groups: groups, threads: threads)
        guard products.all.linearCKA.isFinite else {
            throw EmbeddingError.cannotCompare("all vectors of one are the same")
        }
        let rotation = products.all.bestRotation()
        let overlaps = (0..<entries).map { row in
            Double(Set(found.0[row]).intersection(found.1[row]).count) / Double(size)
        }
        let sum = overlaps.reduce(0, +)
        let without = (0..<groups).map { group -> Double in
            let own = rows[(group * entries / groups)..<((group + 1) * entries / groups)]
            return (sum - own.reduce(0) { $0 + overlaps[$1] }) / Double(entries - own.count)
        }
        return EmbeddingComparison(
            neighbourCount: size, overlap: estimate(sum / Double(entries), without),
            linearCKA: estimate(products.all.linearCKA, products.without.map(\.linearCKA)),
            procrustesResidual: estimate(
                products.all.procrustesResidual(rotation), products.without.map { $0.procrustesResidual(rotation) }),
            overlaps: overlaps, changes: changes(cosines, found, threads), neighbours: found)
    }

    private static let groupCount = 50

    /// - Source: Tukey 1958, the jackknife.
    private static func estimate(_ value: Double, _ without: [Double]) -> Estimate {
        let mean = without.reduce(0, +) / Double(without.count)
        let squares = without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let reach = 1.96 * (squares * Double(without.count - 1) / Double(without.count)).squareRoot()
        return Estimate(value: value, low: max(0, value - reach), high: min(1, value + reach))
    }

    /// - Source: Hamilton, Leskovec & Jurafsky 2016, "Cultural Shift or Linguistic Drift?": the local neighbourhood measure.
    private static func changes(
        _ cosines: (CosineRows, CosineRows), _ found: (RowNeighbours, RowNeighbours), _ threads: ThreadCount
    ) -> [Double] {
        let count = cosines.0.count
        var changes = [Double](repeating: 0, count: count)
        changes.withUnsafeMutableBufferPointer { changes in
            parallel(threads.count, threads: threads) { thread in
                for row in (thread * count / threads.count)..<((thread + 1) * count / threads.count) {
                    var (dot, first, second) = (0.0, 0.0, 0.0)
                    for other in Set(found.0[row]).union(found.1[row]).sorted() {
                        let (x, y) = (cosines.0.cosine(row, Int(other)), cosines.1.cosine(row, Int(other)))
                        (dot, first, second) = (dot + x * y, first + x * x, second + y * y)
                    }
                    let lengths = (first * second).squareRoot()
                    changes[row] = lengths > 0 ? max(0, 1 - dot / lengths) : first == second ? 0 : 1
                }
            }
        }
        return changes
    }
}

/// Vectors whose cosines are asked for.
private struct CosineRows {
    let count: Int
    private let vectors: [Float]
    private let width: Int
    private let inverseNorms: [Float]

    init(_ vectors: [Float], width: Int) {
        (self.vectors, self.width, count) = (vectors, width, vectors.count / width)
        inverseNorms = NeighbourIndex.inverseNorms(vectors, width)
    }

    func neighbours(_ count: Int, _ threads: ThreadCount) -> RowNeighbours {
        vectors.withUnsafeBufferPointer { vectors in
            inverseNorms.withUnsafeBufferPointer {
                nearestRowsOfAll(vectors, width: width, scale: $0, score: .dot, count: count, threads: threads)
            }
        }
    }

    func cosine(_ row: Int, _ other: Int) -> Double {
        vectors.withUnsafeBufferPointer { vectors in
            guard let start = vectors.baseAddress else { return 0 }
            let dot = pairProducts(start + row * width, start + other * width, width: width).dot
            return dot * Double(inverseNorms[row]) * Double(inverseNorms[other])
        }
    }
}
