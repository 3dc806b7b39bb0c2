/// Copies 4-byte elements into another order of axes.
///
/// - Parameter sizes: of the result's axes, outermost first
/// - Parameter strides: how far each of the result's axes moves in `x`, whose elements lie without gaps
package func transpose(
    _ x: UnsafePointer<UInt32>, _ y: UnsafeMutablePointer<UInt32>, sizes: [Int], strides: [Int]
) { transposeWords(x, y, sizes: sizes, strides: strides) }

/// Copies 8-byte elements into another order of axes; as the 4-byte form.
package func transpose(
    _ x: UnsafePointer<UInt64>, _ y: UnsafeMutablePointer<UInt64>, sizes: [Int], strides: [Int]
) { transposeWords(x, y, sizes: sizes, strides: strides) }

private func transposeWords<Word: FixedWidthInteger>(
    _ x: UnsafePointer<Word>, _ y: UnsafeMutablePointer<Word>, sizes: [Int], strides: [Int]
) {
    guard let width = sizes.last, let step = strides.last else {
        y[0] = x[0]
        return
    }
    guard !sizes.contains(0) else { return }
    // The axis whose neighbours are neighbours in x, to be walked in blocks together with the result's last one.
    let near = strides.indices.last { strides[$0] == 1 && $0 != sizes.count - 1 && sizes[$0] > 1 }
    let height = step == 1 ? 1 : near.map { sizes[$0] } ?? 1
    var nearStep = 1
    if let near { nearStep = sizes[(near + 1)...].reduce(1, *) }
    let outer = sizes.indices.dropLast().filter { step == 1 || $0 != near }
    var (source, target) = (0, 0)
    var position = [Int](repeating: 0, count: sizes.count)
    for _ in 0..<outer.reduce(1, { $0 * sizes[$1] }) {
        transposeBlocks(x + source, y + target, height: height, rowStep: nearStep, width: width, step: step)
        for axis in outer.reversed() {
            let targetStep = sizes[(axis + 1)...].reduce(1, *)
            position[axis] += 1
            source += strides[axis]
            target += targetStep
            if position[axis] < sizes[axis] { break }
            source -= strides[axis] * sizes[axis]
            target -= targetStep * sizes[axis]
            position[axis] = 0
        }
    }
}

/// `y[r * rowStep + c] = x[r + c * step]`, by blocks that are turned over in a buffer: rows far apart may share a cache
/// set, so that each line is touched only once.
private func transposeBlocks<Word: FixedWidthInteger>(
    _ x: UnsafePointer<Word>, _ y: UnsafeMutablePointer<Word>, height: Int, rowStep: Int, width: Int, step: Int
) {
    if step == 1 && height == 1 { return y.update(from: x, count: width) }
    if height < 4 || width < 4 {
        for row in 0..<height {
            for column in 0..<width { y[row * rowStep + column] = x[row + column * step] }
        }
        return
    }
    let block = 16
    withUnsafeTemporaryAllocation(of: Word.self, capacity: block * block) { buffer in
        for firstRow in stride(from: 0, to: height, by: block) {
            let rows = min(block, height - firstRow)
            for firstColumn in stride(from: 0, to: width, by: block) {
                let columns = min(block, width - firstColumn)
                for column in 0..<columns {
                    let line = x + firstRow + (firstColumn + column) * step
                    for row in 0..<rows { buffer[row &* 16 &+ column] = line[row] }
                }
                for row in 0..<rows {
                    let line = y + (firstRow + row) * rowStep + firstColumn
                    for column in 0..<columns { line[column] = buffer[row &* 16 &+ column] }
                }
            }
        }
    }
}

/// Copies [rows, columns] to [columns, rows].
func transpose(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    for row in 0..<rows {
        for column in 0..<columns { y[column * rows + row] = x[row * columns + column] }
    }
}
