import ZooKernels

/// Vectors in lists around centres, as an index for the nearest by the cosine: a search reads the lists whose centres are the nearest.
///
/// What a search finds is near, and not always the nearest: how much of them is measured when the index is built. The rows are rounded to
/// 8 bits; whoever searches measures the candidates by the vectors themselves. The same vectors and seed make the same index, whatever
/// the number of threads.
/// - Source: Jégou, Douze & Schmid 2011, "Product Quantization for Nearest Neighbor Search", section IV (inverted lists);
///   Dhillon & Modha 2001 (spherical k-means)
package struct VectorIndex: Sendable {
    /// How an index is built.
    package struct Recipe: Sendable {
        /// The share of the ten nearest that searches are to find, on the mean.
        package var recall = 0.97
        /// Of the choice of rows.
        package var seed: UInt64 = 0
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
    package let bytes: ByteRows
    /// How many lists a search reads.
    package var probes: Int
    /// The share of the ten nearest that searches find, on the mean of `queries` rows.
    package var recall: Double
    /// How many rows that was measured with.
    package var queries: Int

    /// Numbers a vector.
    package var width: Int { bytes.width }
    /// How many lists.
    package var lists: Int { bounds.count - 1 }

    /// Joins the parts of an index.
    package init(
        centroids: [Float], bounds: [Int32], rows: [Int32], bytes: ByteRows, probes: Int, recall: Double, queries: Int
    ) {
        (self.centroids, self.bounds, self.rows, self.bytes) = (centroids, bounds, rows, bytes)
        (self.probes, self.recall, self.queries) = (probes, recall, queries)
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
        bytes = vectors.withUnsafeBufferPointer {
            ByteRows($0, width: width, factors: factors, order: rows, threads: threads)
        }
        (probes, recall, queries) = (lists, 1, 0)
        measure(vectors, listOfRow, recipe, using: &generator, threads)
    }

    /// Chooses how many lists are read, by the nearest of some rows, and measures what that finds.
    private mutating func measure(
        _ vectors: [Float], _ listOfRow: [Int32], _ recipe: Recipe, using generator: inout RandomGenerator,
        _ threads: ThreadCount
    ) {
        let width = width
        let asked = Self.choose(min(listOfRow.count, recipe.queries), of: listOfRow.count, using: &generator)
        let asking = asked.map { Array(vectors[$0 * width..<($0 + 1) * width]) }
        let exact = NeighbourIndex(vectors: vectors, width: width, metric: .cosine)
        let nearest = zip(asked, exact.nearest(toEach: asking.flatMap { $0 }, count: 11, threads: threads)).map {
            row, found in found.map(\.row).filter { $0 != row }.prefix(10)
        }
        let total = nearest.reduce(0) { $0 + $1.count }
        guard total > 0 else { return }
        // How many lists have to be read until a neighbour's is among them.
        var needed = [Int](repeating: 0, count: lists + 1)
        for (query, rows) in zip(asking, nearest) {
            var rank = [Int](repeating: 0, count: lists)
            for (place, list) in order(of: query).enumerated() { rank[list] = place + 1 }
            for row in rows { needed[rank[Int(listOfRow[row])]] += 1 }
        }
        var found = 0
        probes =
            1
            + (needed.dropFirst().firstIndex { number in
                found += number
                return Double(found) >= recipe.recall * Double(total)
            } ?? lists) - 1
        let hits = zip(zip(asked, asking), nearest).reduce(0) { sum, query in
            let candidates = self.candidates(for: query.0.1, count: 11)
            let best = UnitVectors.measured(candidates, query.0.1, count: 11, vectors: vectors, width: width)
            return sum + Set(best.map(\.row)).subtracting([query.0.0]).intersection(query.1).count
        }
        (recall, queries) = (Double(hits) / Double(total), asked.count)
    }

    /// The lists, those with the nearest centres first, of equally near ones the lowest.
    private func order(of query: [Float]) -> [Int] {
        var scores = [Float](repeating: 0, count: lists)
        centroids.withUnsafeBufferPointer { centroids in
            query.withUnsafeBufferPointer { query in
                guard let from = centroids.baseAddress, let query = query.baseAddress else { return }
                for list in scores.indices {
                    scores[list] = Float(pairProducts(query, from + list * width, width: width).dot)
                }
            }
        }
        return scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
    }

    /// Rows among which the `count` nearest to a query are looked for: some more than that, by their rounded numbers.
    ///
    /// - Shapes: query [width]
    package func candidates(for query: [Float], count: Int) -> [Int] {
        let read = order(of: query).prefix(probes)
        let asked = bytes.query(UnitVectors.unit(query))
        let total = read.reduce(0) { $0 + Int(bounds[$1 + 1] - bounds[$1]) }
        var products = [Float](repeating: 0, count: total)
        var best = LeastOfBest(min(total, count + max(count, 32)))
        products.withUnsafeMutableBufferPointer { products in
            guard let start = products.baseAddress else { return }
            var place = 0
            for list in read {
                let range = Int(bounds[list])..<Int(bounds[list + 1])
                bytes.products(range, asked, into: start + place)
                place += range.count
            }
            for product in products { best.offer(product) }
        }
        let limit = best.least
        var (found, place) = ([Int](), 0)
        for list in read {
            for entry in Int(bounds[list])..<Int(bounds[list + 1]) {
                if products[place] >= limit { found.append(Int(rows[entry])) }
                place += 1
            }
        }
        return found
    }

    /// Some different numbers below `total`, rising.
    private static func choose(_ count: Int, of total: Int, using generator: inout RandomGenerator) -> [Int] {
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
