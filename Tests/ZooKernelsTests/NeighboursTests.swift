import Testing
import ZooKernels

private struct Case {
    let rows: [Float]
    let scale: [Float]
    let queries: [Float]
    let width: Int

    init(count: Int, width: Int, queries: Int, seed: UInt64) {
        var generator = RandomGenerator(seed: seed)
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in generator.uniform() - 0.5 } }
        rows = values(count * width)
        scale = values(count)
        self.queries = values(queries * width)
        self.width = width
    }

    /// All scores of one query in Float64.
    func scores(_ query: Int, _ score: RowScore, scaled: Bool) -> [Double] {
        (0..<(rows.count / width)).map { row in
            var sum = 0.0
            for j in 0..<width {
                let (x, q) = (Double(rows[row * width + j]), Double(queries[query * width + j]))
                sum += score == .dot ? x * q : -(x - q) * (x - q)
            }
            return scaled ? sum * Double(scale[row]) : sum
        }
    }

    func one(_ query: Int, _ score: RowScore, scaled: Bool, count: Int, threads: ThreadCount = .all) -> [RowHit] {
        rows.withUnsafeBufferPointer { rows in
            scale.withUnsafeBufferPointer { scale in
                queries.withUnsafeBufferPointer { queries in
                    let asked = UnsafeBufferPointer(rebasing: queries[(query * width)..<((query + 1) * width)])
                    return nearestRows(
                        rows, width: width, scale: scaled ? scale : nil, score: score, query: asked, count: count,
                        threads: threads)
                }
            }
        }
    }

    func many(_ score: RowScore, scaled: Bool, count: Int, threads: ThreadCount = .all) -> [[RowHit]] {
        rows.withUnsafeBufferPointer { rows in
            scale.withUnsafeBufferPointer { scale in
                queries.withUnsafeBufferPointer { queries in
                    nearestRowsOfMany(
                        rows, width: width, scale: scaled ? scale : nil, score: score, queries: queries, count: count,
                        threads: threads)
                }
            }
        }
    }
}

/// Found rows are right when their scores are the best ones, best first; near ties may be swapped by rounding.
private func check(_ hits: [RowHit], _ scores: [Double], count: Int) {
    let best = scores.sorted(by: >).prefix(count)
    #expect(hits.count == best.count)
    #expect(Set(hits.map(\.row)).count == hits.count)
    for (hit, score) in zip(hits, best) {
        #expect(abs(Double(hit.score) - score) < 1e-5)
        #expect(abs(scores[hit.row] - score) < 1e-5)
    }
}

@Test(
    arguments: [(1, 1), (2, 3), (5, 15), (17, 16), (259, 17), (1000, 33), (700, 50), (4099, 128)],
    [RowScore.dot, .negativeSquaredDistance])
func nearestRowsAreTheBestOfAll(shape: (Int, Int), score: RowScore) {
    let data = Case(count: shape.0, width: shape.1, queries: 8, seed: 21)
    for scaled in [false, true] {
        let many = data.many(score, scaled: scaled, count: 12)
        for query in 0..<8 {
            let scores = data.scores(query, score, scaled: scaled)
            check(data.one(query, score, scaled: scaled, count: 12), scores, count: 12)
            check(many[query], scores, count: 12)
        }
    }
}

@Test func allRowsCanBeAskedFor() {
    let data = Case(count: 300, width: 5, queries: 1, seed: 22)
    let hits = data.one(0, .dot, scaled: false, count: 1000)
    #expect(hits.map(\.row).sorted() == Array(0..<300))
    #expect(data.one(0, .dot, scaled: false, count: 0).isEmpty)
}

@Test(arguments: [1, 2, 3]) func equalRowsComeLowestFirst(threads: Int) {
    // Four different rows over and over, so that every score has thousands of ties.
    for width in [3, 16, 50] {
        let pattern = Case(count: 4, width: width, queries: 7, seed: 23)
        let rows = Array(repeatElement(pattern.rows, count: 5001).joined())
        rows.withUnsafeBufferPointer { rows in
            pattern.queries.withUnsafeBufferPointer { queries in
                let lists = nearestRowsOfMany(
                    rows, width: width, scale: nil, score: .dot, queries: queries, count: 9,
                    threads: ThreadCount(threads))
                for query in 0..<7 {
                    let best = pattern.one(query, .dot, scaled: false, count: 1)[0].row
                    let expected = (0..<9).map { best + 4 * $0 }
                    #expect(lists[query].map(\.row) == expected)
                    let asked = UnsafeBufferPointer(rebasing: queries[(query * width)..<((query + 1) * width)])
                    let one = nearestRows(
                        rows, width: width, scale: nil, score: .dot, query: asked, count: 9,
                        threads: ThreadCount(threads))
                    #expect(one.map(\.row) == expected)
                }
            }
        }
    }
}

@Test func aBetterRowPushesOutTheHighestOfTheWorst() {
    // More than one stripe, and the better rows come last.
    let rows = [Float](repeating: 1, count: 2000) + [2, 3]
    rows.withUnsafeBufferPointer { rows in
        [Float(1)].withUnsafeBufferPointer { query in
            let hits = nearestRows(rows, width: 1, scale: nil, score: .dot, query: query, count: 5)
            #expect(hits.map(\.row) == [2001, 2000, 0, 1, 2])
            let many = nearestRowsOfMany(rows, width: 1, scale: nil, score: .dot, queries: query, count: 5)
            #expect(many[0].map(\.row) == [2001, 2000, 0, 1, 2])
        }
    }
}

@Test func rowsThatAreNotNumbersAreLeftOut() {
    let rows: [Float] = [1, .nan, 2, 0, .nan, 1, 3, 0]
    rows.withUnsafeBufferPointer { rows in
        [Float(1), 0].withUnsafeBufferPointer { query in
            let hits = nearestRows(rows, width: 2, scale: nil, score: .dot, query: query, count: 4)
            #expect(hits.map(\.row) == [3, 1])
            let many = nearestRowsOfMany(rows, width: 2, scale: nil, score: .dot, queries: query, count: 4)
            #expect(many[0].map(\.row) == [3, 1])
        }
    }
}

@Test func noRowsAndNoQueriesGiveNothing() {
    [Float]().withUnsafeBufferPointer { empty in
        [Float(1), 0].withUnsafeBufferPointer { query in
            #expect(nearestRows(empty, width: 2, scale: nil, score: .dot, query: query, count: 3).isEmpty)
            #expect(nearestRowsOfMany(empty, width: 2, scale: nil, score: .dot, queries: query, count: 3) == [[]])
            #expect(nearestRowsOfMany(query, width: 2, scale: nil, score: .dot, queries: empty, count: 3).isEmpty)
        }
    }
}

@Test(arguments: [(count: 2, width: 3), (25, 1), (300, 20), (600, 17)], [true, false])
func neighboursOfAllRowsAreThoseOfEach(_ size: (count: Int, width: Int), scaled: Bool) {
    let data = Case(count: size.count, width: size.width, queries: 1, seed: 12)
    for score in [RowScore.dot, .negativeSquaredDistance] {
        for threads in [ThreadCount.one, ThreadCount(2)] {
            data.rows.withUnsafeBufferPointer { rows in
                data.scale.withUnsafeBufferPointer { scale in
                    let scale = scaled && score == .dot ? scale : nil
                    let found = nearestRowsOfAll(
                        rows, width: size.width, scale: scale, score: score, count: 7, threads: threads)
                    for row in 0..<size.count {
                        let scores = (0..<size.count).map { other -> Double in
                            var sum = 0.0
                            for j in 0..<size.width {
                                let (x, y) = (rows[row * size.width + j], rows[other * size.width + j])
                                sum += Double(score == .dot ? x * y : -(x - y) * (x - y))
                            }
                            return sum * Double(scale?[row] ?? 1) * Double(scale?[other] ?? 1)
                        }
                        let order = (0..<size.count).filter { $0 != row }.sorted {
                            (-scores[$0], $0) < (-scores[$1], $1)
                        }
                        #expect(found[row].count == min(7, size.count - 1))
                        for (hit, best) in zip(found[row], order) {
                            #expect(abs(scores[Int(hit)] - scores[best]) < 1e-5)  // near ties may be swapped
                        }
                        #expect(Set(found[row]).count == found[row].count && !found[row].contains(Int32(row)))
                    }
                }
            }
        }
    }
}

@Test func rowsThatAreNotNumbersAreNoNeighbours() {
    var rows = Case(count: 40, width: 2, queries: 1, seed: 13).rows
    rows[10] = .nan
    rows.withUnsafeBufferPointer { rows in
        let found = nearestRowsOfAll(rows, width: 2, scale: nil, score: .dot, count: 39)
        #expect(found[5].isEmpty)
        #expect(found[6].count == 38 && !found[6].contains(5))
    }
}
