import CZooSIMD

/// The rows closest to each row of a matrix.
package struct RowNeighbours: Sendable {
    /// Neighbours that each row has a place for.
    package let capacity: Int
    private let rows: [Int32]
    private let counts: [Int]

    /// Merges the heaps of each part, [parts, n, capacity].
    fileprivate init(_ count: Int, capacity: Int, _ heaps: [zoo_hit], _ kept: [Int], threads: ThreadCount) {
        let parts = kept.count / max(1, count)
        var (found, sizes) = ([Int32](repeating: -1, count: count * capacity), [Int](repeating: 0, count: count))
        found.withUnsafeMutableBufferPointer { found in
            sizes.withUnsafeMutableBufferPointer { sizes in
                parallel(threads.count, threads: threads) { thread in
                    for row in (thread * count / threads.count)..<((thread + 1) * count / threads.count) {
                        let hits = best(
                            capacity,
                            of: (0..<parts).map { part in
                                let first = (part * count + row) * capacity
                                return heaps[first..<(first + kept[part * count + row])]
                            })
                        for (place, hit) in hits.enumerated() { found[row * capacity + place] = Int32(hit.row) }
                        sizes[row] = hits.count
                    }
                }
            }
        }
        (self.capacity, rows, counts) = (capacity, found, sizes)
    }

    /// The rows closest to `row`, the closest first, of equal ones the lowest; without itself.
    package subscript(row: Int) -> ArraySlice<Int32> { rows[(row * capacity)..<(row * capacity + counts[row])] }
}

/// Finds the `count` rows closest to each row of a matrix, scoring every pair once.
///
/// `scale` is a factor of both rows of a pair: with 1 / norm, `dot` gives the cosine. Rows with numbers that are not finite are never
/// found. The result does not depend on the number of threads.
/// - Shapes: rows [n, width], scale [n] or nil
/// - Precondition: n < 2^31.
package func nearestRowsOfAll(
    _ rows: UnsafeBufferPointer<Float>, width: Int, scale: UnsafeBufferPointer<Float>?, score: RowScore, count: Int,
    threads: ThreadCount = .all
) -> RowNeighbours {
    let matrix = SearchedRows(rows, width: width, scale: scale, score: score)
    let capacity = max(0, min(count, matrix.count - 1))
    guard capacity > 0 else {
        let none = [Int](repeating: 0, count: matrix.count)
        return RowNeighbours(matrix.count, capacity: 0, [], none, threads: .one)
    }
    let groups = interleaved(rows, width: width)
    let blocks = (matrix.count + ZOO_ROW_BLOCK - 1) / ZOO_ROW_BLOCK
    let parts = min(threads.count, blocks)
    let (panelSize, barCount) = (ZOO_ROW_BLOCK * width, matrix.count + ZOO_ROW_PANEL)
    var panels = [Float](repeating: 0, count: parts * panelSize)
    var bars = [Float](repeating: -.infinity, count: parts * barCount)
    var heaps = [zoo_hit](repeating: zoo_hit(), count: parts * matrix.count * capacity)
    var kept = [Int](repeating: 0, count: parts * matrix.count)
    panels.withUnsafeMutableBufferPointer { panels in
        bars.withUnsafeMutableBufferPointer { bars in
            heaps.withUnsafeMutableBufferPointer { heaps in
                kept.withUnsafeMutableBufferPointer { kept in
                    parallel(parts, threads: threads) { part in
                        guard let panel = panels.baseAddress, let bar = bars.baseAddress, let heap = heaps.baseAddress,
                            let size = kept.baseAddress
                        else { return }
                        // A block has as much to do as there are rows before it: threads take turns.
                        for block in stride(from: part, to: blocks, by: parts) {
                            var share = matrix.all
                            share.first = block * ZOO_ROW_BLOCK
                            share.count = min(ZOO_ROW_BLOCK, matrix.count - share.first)
                            zoo_nearest_rows_of_all(
                                &share, groups, panel + part * panelSize, heap + part * matrix.count * capacity,
                                capacity, size + part * matrix.count, bar + part * barCount)
                        }
                    }
                }
            }
        }
    }
    return RowNeighbours(matrix.count, capacity: capacity, heaps, kept, threads: threads)
}
