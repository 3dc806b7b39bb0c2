import CZooSIMD

/// Normalises rows [rows, channels], each by its own mean and variance.
///
/// - Parameter moments: [rows, 2]: the mean of each row and the factor that makes its variance 1, for the gradients; nil to forget them
package func normalizeRows(
    _ size: ChannelRows, _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    epsilon: Float, into result: UnsafeMutablePointer<Float>, moments: UnsafeMutablePointer<Float>?,
    threads: ThreadCount = .all
) {
    parallel(size.blocks, threads: threads) { index in
        let rows = size.block(index)
        let at = rows.lowerBound * size.channels
        zoo_layer_norm(
            x + at, rows.count, size.channels, weight, bias, epsilon, result + at,
            moments.map { $0 + 2 * rows.lowerBound })
    }
}

/// The gradients of ``normalizeRows(_:_:weight:bias:epsilon:into:moments:threads:)``: that of x goes to `result` unless it is nil.
package func normalizedRowsGradient(
    _ size: ChannelRows, _ x: UnsafePointer<Float>, moments: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    gradient: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>?, threads: ThreadCount = .all
) -> (weight: [Float], bias: [Float]) {
    let channels = size.channels
    // Sums a block first, then those of the blocks: the order does not depend on the threads.
    var found = [Float](repeating: 0, count: size.blocks * 2 * channels)
    found.withUnsafeMutableBufferPointer { found in
        guard let base = found.baseAddress else { return }
        parallel(size.blocks, threads: threads) { index in
            let rows = size.block(index)
            let at = rows.lowerBound * channels
            let sums = base + index * 2 * channels
            zoo_layer_norm_gradient(
                x + at, moments + 2 * rows.lowerBound, weight, gradient + at, rows.count, channels,
                result.map { $0 + at }, sums, sums + channels)
        }
    }
    var sums = [Double](repeating: 0, count: 2 * channels)
    for block in 0..<size.blocks {
        for index in sums.indices { sums[index] += Double(found[block * 2 * channels + index]) }
    }
    return (sums[..<channels].map { Float($0) }, sums[channels...].map { Float($0) })
}

extension ChannelRows {
    /// Blocks of 256 rows.
    fileprivate var blocks: Int { (rows + 255) / 256 }

    fileprivate func block(_ index: Int) -> Range<Int> { index * 256..<min(rows, (index + 1) * 256) }
}
