import CZooSIMD

/// How the closeness of two rows is scored; the higher the score the closer.
package enum RowScore: Sendable, Hashable {
    /// `x . q`, times a factor for each row (1 / norm gives the cosine up to the query's own norm).
    case dot
    /// `-|x - q|^2`.
    case negativeSquaredDistance
}

/// One row found by a search.
package struct RowHit: Sendable, Hashable {
    /// The row's number.
    package let row: Int
    /// Its score, the higher the better.
    package let score: Float

    /// Creates a hit.
    package init(row: Int, score: Float) {
        self.row = row
        self.score = score
    }
}

/// Below this many bytes read, waking a second thread costs about as much as it brings.
private let threadingLimit = 1 << 20

/// Finds the `count` rows of a matrix with the highest scores against one query, best first, of equal ones the lowest row.
///
/// Rows whose score is not a number are left out.
/// - Shapes: rows [n, width], scale [n] or nil, query [width] -> min(count, n) hits
/// - Precondition: n < 2^31.
package func nearestRows(
    _ rows: UnsafeBufferPointer<Float>, width: Int, scale: UnsafeBufferPointer<Float>?, score: RowScore,
    query: UnsafeBufferPointer<Float>, count: Int, threads: ThreadCount = .all
) -> [RowHit] {
    let matrix = SearchedRows(rows, width: width, scale: scale, score: score)
    precondition(query.count == width, "nearestRows: query has \(query.count) numbers, rows have \(width)")
    let capacity = min(count, matrix.count)
    guard capacity > 0, let start = query.baseAddress else { return [] }
    let parts = rows.count * 4 < threadingLimit ? 1 : min(threads.count, matrix.count)
    var heaps = [zoo_hit](repeating: zoo_hit(), count: parts * capacity)
    var kept = [Int](repeating: 0, count: parts)
    heaps.withUnsafeMutableBufferPointer { heaps in
        kept.withUnsafeMutableBufferPointer { kept in
            parallel(parts, threads: threads) { part in
                guard let heap = heaps.baseAddress, let size = kept.baseAddress else { return }
                var share = matrix.share(part, of: parts)
                zoo_nearest_rows(&share, start, heap + part * capacity, capacity, size + part)
            }
        }
    }
    return best(capacity, of: (0..<parts).map { heaps[($0 * capacity)..<($0 * capacity + kept[$0])] })
}

/// Finds the `count` best rows for each of many queries; as `nearestRows` for one, and much faster than calling it for each.
///
/// - Shapes: rows [n, width], scale [n] or nil, queries [m, width] -> m lists of min(count, n) hits
package func nearestRowsOfMany(
    _ rows: UnsafeBufferPointer<Float>, width: Int, scale: UnsafeBufferPointer<Float>?, score: RowScore,
    queries: UnsafeBufferPointer<Float>, count: Int, threads: ThreadCount = .all
) -> [[RowHit]] {
    let matrix = SearchedRows(rows, width: width, scale: scale, score: score)
    precondition(queries.count % width == 0, "nearestRowsOfMany: \(queries.count) numbers are not rows of \(width)")
    let queryCount = queries.count / width
    let capacity = min(count, matrix.count)
    guard capacity > 0, queryCount > 0 else { return Array(repeating: [], count: queryCount) }
    let groups = interleaved(queries, width: width)
    let parts = rows.count * queryCount < threadingLimit ? 1 : min(threads.count, (matrix.count + 15) / 16)
    let panelSize = ZOO_ROW_BLOCK * width
    var panels = [Float](repeating: 0, count: parts * panelSize)
    var heaps = [zoo_hit](repeating: zoo_hit(), count: parts * queryCount * capacity)
    var kept = [Int](repeating: 0, count: parts * queryCount)
    panels.withUnsafeMutableBufferPointer { panels in
        heaps.withUnsafeMutableBufferPointer { heaps in
            kept.withUnsafeMutableBufferPointer { kept in
                parallel(parts, threads: threads) { part in
                    guard let panel = panels.baseAddress, let heap = heaps.baseAddress, let size = kept.baseAddress
                    else { return }
                    var share = matrix.share(part, of: parts)
                    zoo_nearest_rows_of_many(
                        &share, groups, queryCount, panel + part * panelSize, heap + part * queryCount * capacity,
                        capacity, size + part * queryCount)
                }
            }
        }
    }
    return (0..<queryCount).map { query in
        let lists = (0..<parts).map { part in
            let start = (part * queryCount + query) * capacity
            return heaps[start..<(start + kept[part * queryCount + query])]
        }
        return best(capacity, of: lists)
    }
}

/// Products of two rows in Float64: `a . b`, `|b|^2` and `|a - b|^2`.
package func pairProducts(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, width: Int
) -> (dot: Double, square: Double, squaredDistance: Double) {
    let pair = zoo_pair_products(a, b, width)
    return (pair.dot, pair.square, pair.distance)
}

/// The matrix that a search runs over; its pointers live as long as the caller's buffers.
struct SearchedRows {
    let count: Int
    let all: zoo_rows

    init(_ rows: UnsafeBufferPointer<Float>, width: Int, scale: UnsafeBufferPointer<Float>?, score: RowScore) {
        precondition(width > 0, "nearest rows: the width must be positive")
        precondition(rows.count % width == 0, "nearest rows: \(rows.count) numbers are not rows of \(width)")
        count = rows.count / width
        precondition(count < Int(Int32.max), "nearest rows: \(count) rows are too many")
        precondition(scale == nil || scale?.count == count, "nearest rows: one factor a row is needed")
        all = zoo_rows(
            values: rows.baseAddress, scale: scale?.baseAddress, first: 0, count: count, width: width,
            squared_distance: score == .negativeSquaredDistance)
    }

    /// A run of rows, cut at multiples of 16 so that no panel is torn.
    func share(_ part: Int, of parts: Int) -> zoo_rows {
        func bound(_ part: Int) -> Int { part == parts ? count : count * part / parts / 16 * 16 }
        var rows = all
        rows.first = bound(part)
        rows.count = bound(part + 1) - bound(part)
        return rows
    }
}

/// Queries as `[groups][width][6]`, missing ones zero.
func interleaved(_ queries: UnsafeBufferPointer<Float>, width: Int) -> [Float] {
    let size = ZOO_QUERY_GROUP
    let count = queries.count / width
    var groups = [Float](repeating: 0, count: (count + size - 1) / size * size * width)
    for query in 0..<count {
        let start = query / size * size * width + query % size
        for column in 0..<width { groups[start + column * size] = queries[query * width + column] }
    }
    return groups
}

func best(_ count: Int, of heaps: [ArraySlice<zoo_hit>]) -> [RowHit] {
    let sorted = heaps.joined().sorted { $0.score > $1.score || ($0.score == $1.score && $0.row < $1.row) }
    return sorted.prefix(count).map { RowHit(row: Int($0.row), score: $0.score) }
}
