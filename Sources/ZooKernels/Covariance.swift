import CZooSIMD

/// What is taken away from a matrix before its products are summed.
package enum Centring: Sendable, Hashable {
    /// Nothing.
    case none
    /// The mean of each column.
    case columns
    /// The mean of each row.
    case rows
}

/// The sums of products of a centred matrix's columns.
package struct ColumnProducts: Sendable {
    /// `X'X` of the centred matrix, symmetric, [width, width].
    package let products: [Double]
    /// The column means that were taken away; zeros unless columns were centred.
    package let columnMeans: [Float]
}

/// Blocks that two threads share: few enough to keep the partial sums small, fixed so that the bits do not depend on the threads.
private let rowsInPart = 4096
private let mostParts = 8
/// Floats of one centred block; 128 KB stay in the second-level cache.
private let blockFloats = 1 << 15

/// Computes `X'X` of a row-major matrix after centring it.
///
/// The products are formed in Float32 over blocks of a few hundred centred rows and added up in Float64; the result does
/// not depend on the number of threads.
/// - Shapes: rows [n, width] -> products [width, width]
package func columnProducts(
    _ rows: UnsafeBufferPointer<Float>, width: Int, centring: Centring, threads: ThreadCount = .all
) -> ColumnProducts {
    precondition(width > 0 && rows.count % width == 0, "columnProducts: \(rows.count) numbers are not rows of \(width)")
    let count = rows.count / width
    guard let start = rows.baseAddress, count > 0 else {
        let zeros = [Double](repeating: 0, count: width * width)
        return ColumnProducts(products: zeros, columnMeans: Array(repeating: 0, count: width))
    }
    var means = [Float](repeating: 0, count: width)
    if centring == .columns {
        let sums = summed(count: count, size: width, threads: threads) { range, sums in
            var scratch = [Float](repeating: 0, count: width)
            zoo_add_column_sums(start + range.lowerBound * width, range.count, width, &scratch, sums)
        }
        means = sums.map { Float($0 / Double(count)) }
    }
    var products = summed(count: count, size: width * width, threads: threads) { range, gram in
        addProducts(start, range, width, centring == .columns ? means : nil, centring == .rows, gram)
    }
    for i in 0..<width { for j in 0..<i { products[i * width + j] = products[j * width + i] } }
    return ColumnProducts(products: products, columnMeans: means)
}

/// Computes the products of every centred row with a few directions.
///
/// - Shapes: rows [n, width], directions [k, width] -> [n, k]
package func centredProjections(
    _ rows: UnsafeBufferPointer<Float>, width: Int, centring: Centring, columnMeans: [Float], directions: [Float],
    threads: ThreadCount = .all
) -> [Float] {
    precondition(width > 0 && rows.count % width == 0, "centredProjections: \(rows.count) numbers, rows of \(width)")
    precondition(columnMeans.count == width, "centredProjections: one mean a column is needed")
    let count = rows.count / width
    let directionCount = directions.count / width
    guard let start = rows.baseAddress, count > 0 else { return [] }
    let block = blockRows(width)
    let blocks = (count + block - 1) / block
    return [Float](unsafeUninitializedCapacity: count * directionCount) { result, filled in
        filled = count * directionCount
        let parts = rows.count < 1 << 16 ? 1 : min(threads.count, blocks)
        parallel(parts, threads: threads) { part in
            var centred = [Float](repeating: 0, count: block * width)
            var scores = [Float](repeating: 0, count: block)
            var rowMeans = [Float](repeating: 0, count: block)
            for index in (part * blocks / parts)..<((part + 1) * blocks / parts) {
                let first = index * block
                let size = min(block, count - first)
                if centring == .rows { zoo_row_means(start + first * width, size, width, &rowMeans) }
                zoo_centre_rows(
                    start + first * width, size, width, centring == .columns ? columnMeans : nil,
                    centring == .rows ? rowMeans : nil, &centred)
                for direction in 0..<directionCount {
                    centred.withUnsafeBufferPointer { centred in
                        var matrix = zoo_rows(
                            values: centred.baseAddress, scale: nil, first: 0, count: size, width: width,
                            squared_distance: false)
                        directions.withUnsafeBufferPointer { directions in
                            guard let directions = directions.baseAddress else { return }
                            zoo_score_rows(&matrix, directions + direction * width, &scores)
                        }
                    }
                    for row in 0..<size { result[(first + row) * directionCount + direction] = scores[row] }
                }
            }
        }
    }
}

/// Rows of a block: a multiple of 4 between 16 and 256 that stays in the cache.
private func blockRows(_ width: Int) -> Int { max(16, min(256, blockFloats / width / 4 * 4)) }

private func addProducts(
    _ start: UnsafePointer<Float>, _ range: Range<Int>, _ width: Int, _ columnMeans: [Float]?, _ centresRows: Bool,
    _ gram: UnsafeMutablePointer<Double>
) {
    let block = blockRows(width)
    var panels = [Float](repeating: 0, count: (width + 15) / 16 * 16 * block)
    var rowMeans = [Float](repeating: 0, count: block)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
        let size = min(block, range.upperBound - first)
        if centresRows { zoo_row_means(start + first * width, size, width, &rowMeans) }
        zoo_centre_into_panels(
            start + first * width, size, width, columnMeans, centresRows ? rowMeans : nil, &panels)
        zoo_add_gram(panels, size, width, gram)
    }
}

/// Sums over runs of rows, each into its own Float64 buffer; the buffers are added in order.
private func summed(
    count: Int, size: Int, threads: ThreadCount, _ add: (Range<Int>, UnsafeMutablePointer<Double>) -> Void
) -> [Double] {
    let parts = min(mostParts, (count + rowsInPart - 1) / rowsInPart)
    var partial = [Double](repeating: 0, count: parts * size)
    partial.withUnsafeMutableBufferPointer { partial in
        parallel(parts, threads: threads) { part in
            guard let sums = partial.baseAddress else { return }
            add((part * count / parts)..<((part + 1) * count / parts), sums + part * size)
        }
    }
    var total = Array(partial[..<size])
    for part in 1..<max(parts, 1) {
        for index in 0..<size { total[index] += partial[part * size + index] }
    }
    return total
}
