import ZooKernels

/// Vectors in lists around centres, as an index for the nearest by the cosine: a search reads the lists whose centres are the nearest.
///
/// What a search finds is near, and not always the nearest: how much of them is measured when the index is built. The rows are rounded to
/// 8 bits or to one; whoever searches measures the candidates by the vectors themselves. The same vectors and seed make the same index,
/// whatever the number of threads.
/// - Source: Jégou, Douze & Schmid 2011, "Product Quantization for Nearest Neighbor Search", section IV (inverted lists);
///   Dhillon & Modha 2001 (spherical k-means)
package struct VectorIndex: Sendable {
    /// What the vectors were rounded to.
    package enum Codes: Sendable, Equatable {
        /// 8 bits a number: candidates are ranked by their products.
        case int8(ByteRows)
        /// A bit a number: candidates are ranked by how many bits differ.
        case binary(BitRows)
    }

    /// How an index is built.
    package struct Recipe: Sendable {
        /// The share of the ten nearest that searches are to find, on the mean.
        package var recall = 0.97
        /// Of the choice of rows.
        package var seed: UInt64 = 0
        /// Whether numbers are rounded to a bit, else to 8.
        package var isBinary = false
        /// How many queries recall is measured with.
        package var queries = 256

        /// The defaults.
        package init() {}
    }

    /// The centres, of length 1, [lists, width].
    package let centroids: [Float]
    /// Where each list begins, [lists + 1].
    package let bounds: [Int32]
    /// Which vector each entry is, list by list.
    package let rows: [Int32]
    /// The entries, list by list.
    package let codes: Codes
    /// How many lists a search reads.
    package var probes: Int
    /// How many times as many entries as are asked for are measured by the vectors themselves.
    package var factor: Int
    /// The share of the ten nearest that searches find, on the mean of `queries` rows.
    package var recall: Double
    /// How many rows that was measured with.
    package var queries: Int
    /// The share of the entries that such a search reads; 1 where that was not measured.
    package var share = 1.0

    /// Numbers a vector.
    package var width: Int { centroids.count / lists }
    /// How many lists.
    package var lists: Int { bounds.count - 1 }

    /// Joins the parts of an index.
    package init(
        centroids: [Float], bounds: [Int32], rows: [Int32], codes: Codes, probes: Int, factor: Int, recall: Double,
        queries: Int
    ) {
        (self.centroids, self.bounds, self.rows, self.codes) = (centroids, bounds, rows, codes)
        (self.probes, self.factor, self.recall, self.queries) = (probes, factor, recall, queries)
    }

    /// Builds an index of vectors [n, width].
    package init(_ vectors: [Float], width: Int, recipe: Recipe = Recipe(), threads: ThreadCount = .all) {
        var generator = RandomGenerator(seed: recipe.seed)
        let count = vectors.count / width
        let factors = vectors.withUnsafeBufferPointer { UnitVectors.factors($0, width: width) }
        func unit(_ rows: [Int]) -> [Float] {
            rows.flatMap { row in vectors[row * width..<(row + 1) * width].map { $0 * factors[row] } }
        }
        let lists = max(1, min(count, 2 * Int(Double(count).squareRoot())))
        let chosen = Self.choose(min(count, lists * 64), of: count, using: &generator)
        centroids = Self.centroids(lists, of: unit(chosen), width: width, using: &generator, threads)
        var listOfRow = [Int32](repeating: 0, count: count)
        for first in stride(from: 0, to: count, by: 8192) {
            let block = Array(first..<min(count, first + 8192))
            for (row, list) in zip(block, Self.nearest(unit(block), centroids, width, threads)) {
                listOfRow[row] = Int32(list)
            }
        }
        var bounds = [Int32](repeating: 0, count: lists + 1)
        for list in listOfRow { bounds[Int(list) + 1] += 1 }
        for list in 0..<lists { bounds[list + 1] += bounds[list] }
        var (rows, next) = ([Int32](repeating: 0, count: count), bounds)
        for (row, list) in listOfRow.enumerated() {
            rows[Int(next[Int(list)])] = Int32(row)
            next[Int(list)] += 1
        }
        (self.bounds, self.rows) = (bounds, rows)
        codes = vectors.withUnsafeBufferPointer {
            recipe.isBinary
                ? .binary(BitRows($0, width: width, factors: factors, order: rows, threads: threads))
                : .int8(ByteRows($0, width: width, factors: factors, order: rows, threads: threads))
        }
        (probes, factor, recall, queries) = (lists, 2, 1, 0)
        measure(vectors, listOfRow, recipe, using: &generator, threads)
    }

    /// Some different numbers below `total`, rising.
    static func choose(_ count: Int, of total: Int, using generator: inout RandomGenerator) -> [Int] {
        var numbers = Array(0..<total)
        for place in 0..<count { numbers.swapAt(place, place + Int(generator.next() % UInt64(total - place))) }
        return numbers.prefix(count).sorted()
    }

    private static func nearest(
        _ queries: [Float], _ centroids: [Float], _ width: Int, _ threads: ThreadCount
    ) -> [Int] {
        centroids.withUnsafeBufferPointer { centroids in
            queries.withUnsafeBufferPointer { queries in
                nearestRowsOfMany(
                    centroids, width: width, scale: nil, score: .dot, queries: queries, count: 1, threads: threads
                ).map { $0.first?.row ?? 0 }
            }
        }
    }

    /// Spherical k-means: 10 rounds from rows chosen by chance.
    private static func centroids(
        _ lists: Int, of rows: [Float], width: Int, using generator: inout RandomGenerator, _ threads: ThreadCount
    ) -> [Float] {
        let count = rows.count / width
        func row(_ row: Int) -> ArraySlice<Float> { rows[row * width..<(row + 1) * width] }
        var centroids = choose(lists, of: count, using: &generator).flatMap(row)
        for _ in 0..<10 {
            var (sums, members) = ([Double](repeating: 0, count: lists * width), [Int](repeating: 0, count: lists))
            for (place, list) in nearest(rows, centroids, width, threads).enumerated() {
                members[list] += 1
                for column in 0..<width { sums[list * width + column] += Double(rows[place * width + column]) }
            }
            for list in 0..<lists {
                let own = list * width..<(list + 1) * width
                let length = sums[own].reduce(0) { $0 + $1 * $1 }.squareRoot()
                // A list that nothing is nearest to begins again at a row chosen by chance.
                centroids.replaceSubrange(
                    own,
                    with: members[list] > 0 && length > 0
                        ? sums[own].map { Float($0 / length) }
                        : Array(row(Int(generator.next() % UInt64(count)))))
            }
        }
        return centroids
    }
}
