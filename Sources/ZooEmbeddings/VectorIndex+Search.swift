import ZooKernels

extension VectorIndex {
    /// The lists with the nearest centres first, of equally near ones the lowest.
    func order(of query: [Float], count: Int) -> [Int] {
        centroids.withUnsafeBufferPointer { centroids in
            query.withUnsafeBufferPointer {
                nearestRows(
                    centroids, width: width, scale: nil, score: .dot, query: $0, count: count, threads: .one
                ).map(\.row)
            }
        }
    }

    /// Whether the index is for so many of the nearest of `total` vectors: ten, or up to a twentieth of them, and at most 1,000. Of more, to
    /// compare all is as fast.
    package static func isFor(_ count: Int, of total: Int) -> Bool { count <= max(10, min(1000, total / 20)) }

    /// Rows among which the `count` nearest to a query are looked for: `factor` times as many, as many as recall was measured with, and at
    /// least 32 more, by their rounded numbers. For more than the ten of the measurement, more lists are read in proportion.
    ///
    /// - Shapes: query [width]
    package func candidates(for query: [Float], count: Int) -> [Int] {
        let wanted = max(max(count, 11) * factor, count + 32)
        return candidates(for: query, in: read(for: query, count: count, holding: wanted), atMost: wanted)
    }

    /// The entries of the lists that are read for the `count` nearest, and of further ones until there are as many as are wanted.
    func read(for query: [Float], count: Int, holding wanted: Int) -> [Range<Int>] {
        let least = min(lists, (probes * max(count, 11) + 10) / 11)
        func read(_ lists: Int) -> [Range<Int>] {
            var (entries, ranges) = (0, [Range<Int>]())
            for list in order(of: query, count: lists) where ranges.count < least || entries < wanted {
                ranges.append(Int(bounds[list])..<Int(bounds[list + 1]))
                entries += ranges[ranges.count - 1].count
            }
            return entries < wanted && lists < self.lists ? read(self.lists) : ranges
        }
        return read(least)
    }

    /// The rows that are the nearest by their rounded numbers; those of a bit a number come in that order.
    func candidates(for query: [Float], in read: [Range<Int>], atMost wanted: Int) -> [Int] {
        switch codes {
        case .int8(let bytes): return candidates(bytes, for: query, in: read, atMost: wanted)
        case .binary(let bits): return candidates(bits, for: query, in: read, atMost: wanted)
        }
    }

    private func candidates(
        _ bytes: ByteRows, for query: [Float], in read: [Range<Int>], atMost wanted: Int
    ) -> [Int] {
        let asked = bytes.query(UnitVectors.unit(query))
        let total = read.reduce(0) { $0 + $1.count }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: total) { products in
            guard let start = products.baseAddress else { return [] }
            var (place, best) = (0, LeastOfBest(min(total, wanted)))
            for range in read {
                bytes.products(range, asked, into: start + place)
                place += range.count
            }
            for product in products { best.offer(product) }
            let limit = best.least
            var found: [Int] = []
            place = 0
            for range in read {
                for entry in range {
                    if products[place] >= limit { found.append(Int(rows[entry])) }
                    place += 1
                }
            }
            return found
        }
    }

    private func candidates(
        _ bits: BitRows, for query: [Float], in read: [Range<Int>], atMost wanted: Int
    ) -> [Int] {
        let asked = bits.query(UnitVectors.unit(query))
        let total = read.reduce(0) { $0 + $1.count }
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: total) { distances in
            guard let start = distances.baseAddress else { return [] }
            // A damaged file may have bits behind the last column, too.
            let most = (bits.width + 63) / 64 * 64
            var (place, next) = (0, [Int](repeating: 0, count: most + 2))
            for range in read {
                bits.distances(range, asked, into: start + place)
                place += range.count
            }
            // Counted by distance: each then knows its place among all.
            for distance in distances { next[Int(distance) + 1] += 1 }
            for distance in 0...most { next[distance + 1] += next[distance] }
            var found = [Int](repeating: 0, count: min(total, wanted))
            place = 0
            for range in read {
                for entry in range {
                    let distance = Int(distances[place])
                    if next[distance] < found.count { found[next[distance]] = Int(rows[entry]) }
                    next[distance] += 1
                    place += 1
                }
            }
            return found
        }
    }
}
