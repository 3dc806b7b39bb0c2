/// Copies elements into another order of axes.
///
/// - Parameter sizes: of the result's axes, outermost first
/// - Parameter strides: how far each of the result's axes moves in `x`, whose elements lie without gaps
public func transpose<Word: FixedWidthInteger>(
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

/// `y[r * rowStep + c] = x[r + c * step]`, in blocks that stay in the nearest cache.
private func transposeBlocks<Word: FixedWidthInteger>(
    _ x: UnsafePointer<Word>, _ y: UnsafeMutablePointer<Word>, height: Int, rowStep: Int, width: Int, step: Int
) {
    if step == 1 && height == 1 { return y.update(from: x, count: width) }
    let block = 32
    for firstRow in stride(from: 0, to: height, by: block) {
        for firstColumn in stride(from: 0, to: width, by: block) {
            let lastColumn = min(firstColumn + block, width)
            for row in firstRow..<min(firstRow + block, height) {
                for column in firstColumn..<lastColumn { y[row * rowStep + column] = x[row + column * step] }
            }
        }
    }
}
