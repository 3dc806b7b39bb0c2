import CZooSIMD

/// Rows of a diagonal block, which is factored in Float64.
private let blockRows = 128
/// Rows of C in one product below the diagonal; a multiple of the block.
private let chunkRows = 256

/// Computes the inverse of a symmetric positive definite matrix by a blocked Cholesky factorisation, `A = L L'`,
/// `W = inverse of L`, `inverse of A = W'W`.
///
/// Nearly all of the work is done by `gemm` in Float32, on the lower triangle only: n^3 multiplications in all. The relative
/// error is about the condition number times 1e-7.
/// - Parameter shouldStop: asked before every block of rows; true ends the work
/// - Shapes: matrix [n, n], of which the lower triangle is read -> [n, n], symmetric to the bit
/// - Returns: nil where the matrix is not positive definite within the precision, and where the work was to stop
/// - Source: Golub & Van Loan 2013, "Matrix Computations", section 4.2.9
package func positiveDefiniteInverse(
    _ matrix: [Float], size n: Int, threads: ThreadCount = .all, shouldStop: () -> Bool = { false }
) -> [Float]? {
    precondition(matrix.count == n * n, "positiveDefiniteInverse: \(matrix.count) numbers are not [\(n), \(n)]")
    guard n > 0 else { return [] }
    var work = [Float](unsafeUninitializedCapacity: n * n) { lower, filled in
        lower.initialize(repeating: 0)
        matrix.withUnsafeBufferPointer { matrix in
            guard let from = matrix.baseAddress, let to = lower.baseAddress else { return }
            for i in 0..<n { (to + i * n).update(from: from + i * n, count: i + 1) }
        }
        filled = n * n
    }
    return work.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress, factor(start, n, threads, shouldStop),
            invertFactor(start, n, threads, shouldStop)
        else { return nil }
        return transposedProduct(start, n, threads, shouldStop)
    }
}

/// Leaves L below the diagonal blocks, and the inverses of L's diagonal blocks in those.
private func factor(
    _ a: UnsafeMutablePointer<Float>, _ n: Int, _ threads: ThreadCount, _ shouldStop: () -> Bool
) -> Bool {
    let panel = FloatScratch(n * blockRows)
    let inverse = FloatScratch(blockRows * blockRows)
    for first in stride(from: 0, to: n, by: blockRows) {
        guard !shouldStop() else { return false }
        let end = min(n, first + blockRows)
        let size = end - first
        guard invertDiagonal(a + first * n + first, n, size, into: inverse.start) else { return false }
        for i in 0..<size { (a + (first + i) * n + first).update(from: inverse.start + i * size, count: size) }
        // L below the block is A times the transposed inverse of the block's factor.
        gemm(
            transposeA: false, transposeB: true, m: n - end, n: size, k: size, alpha: 1, a + end * n + first, lda: n,
            inverse.start, ldb: size, beta: 0, panel.start, ldc: size, threads: threads)
        for i in end..<n {
            (a + i * n + first).update(from: panel.start + (i - end) * size, count: size)
        }
        for row in stride(from: end, to: n, by: chunkRows) {
            let next = min(n, row + chunkRows)
            gemm(
                transposeA: false, transposeB: true, m: next - row, n: next - end, k: size, alpha: -1,
                panel.start + (row - end) * size, lda: size, panel.start, ldb: size, beta: 1, a + row * n + end,
                ldc: n, threads: threads)
        }
    }
    withExtendedLifetime((panel, inverse)) {}
    // The chunks reach above the diagonal.
    for i in 0..<n {
        let end = min(n, (i / blockRows + 1) * blockRows)
        (a + i * n + end).update(repeating: 0, count: min(chunkRows, n - end))
    }
    return true
}

/// The inverse of the Cholesky factor of a diagonal block, [size, size], zero above its diagonal.
private func invertDiagonal(
    _ a: UnsafePointer<Float>, _ stride: Int, _ size: Int, into inverse: UnsafeMutablePointer<Float>
) -> Bool {
    var factor = [Double](repeating: 0, count: size * size)
    // Row j is column j of the inverse.
    var columns = [Double](repeating: 0, count: size * size)
    return factor.withUnsafeMutableBufferPointer { factor in
        columns.withUnsafeMutableBufferPointer { columns in
            guard let l = factor.baseAddress, let w = columns.baseAddress else { return false }
            for i in 0..<size {
                for j in 0...i {
                    let sum = Double(a[i * stride + j]) - zoo_dot_doubles(l + i * size, l + j * size, j)
                    if i == j {
                        // What is left of the diagonal must be more than the rounding of it.
                        guard sum > Double(a[i * stride + i] * .ulpOfOne), sum.isFinite else { return false }
                        l[i * size + i] = sum.squareRoot()
                    } else {
                        l[i * size + j] = sum / l[j * size + j]
                    }
                }
            }
            for j in 0..<size {
                w[j * size + j] = 1 / l[j * size + j]
                for i in j + 1..<size {
                    w[j * size + i] =
                        -zoo_dot_doubles(l + i * size + j, w + j * size + j, i - j) / l[i * size + i]
                }
            }
            for i in 0..<size { for j in 0..<size { inverse[i * size + j] = Float(w[j * size + i]) } }
            return true
        }
    }
}

/// Turns L into its inverse, block row by block row: `W_i = -W_ii (L_i W)`; false where the work was to stop.
private func invertFactor(
    _ a: UnsafeMutablePointer<Float>, _ n: Int, _ threads: ThreadCount, _ shouldStop: () -> Bool
) -> Bool {
    let product = FloatScratch(n * blockRows)
    for first in stride(from: blockRows, to: n, by: blockRows) {
        guard !shouldStop() else { return false }
        let size = min(n, first + blockRows) - first
        let row = a + first * n
        for column in stride(from: 0, to: first, by: chunkRows) {
            let next = min(first, column + chunkRows)
            gemm(
                transposeA: false, transposeB: false, m: size, n: next - column, k: first - column, alpha: 1,
                row + column, lda: n, a + column * n + column, ldb: n, beta: 0, product.start + column, ldc: first,
                threads: threads)
        }
        gemm(
            transposeA: false, transposeB: false, m: size, n: first, k: size, alpha: -1, row + first, lda: n,
            product.start, ldb: first, beta: 0, row, ldc: n, threads: threads)
    }
    withExtendedLifetime(product) {}
    return true
}

/// W'W of a lower triangular W; nil where the work was to stop.
private func transposedProduct(
    _ w: UnsafePointer<Float>, _ n: Int, _ threads: ThreadCount, _ shouldStop: () -> Bool
) -> [Float]? {
    var isStopped = false
    let product = [Float](unsafeUninitializedCapacity: n * n) { result, filled in
        guard let start = result.baseAddress else { return }
        for row in stride(from: 0, to: n, by: chunkRows) {
            guard !shouldStop() else {
                isStopped = true
                return
            }
            let next = min(n, row + chunkRows)
            gemm(
                transposeA: true, transposeB: false, m: next - row, n: next, k: n - row, alpha: 1, w + row * n + row,
                lda: n, w + row * n, ldb: n, beta: 0, start + row * n, ldc: n, threads: threads)
        }
        // In tiles, so that both sides stay in the cache.
        let tiles = (n + 63) / 64
        parallel(tiles, threads: threads) { tile in
            for other in 0...tile {
                for i in tile * 64..<min(n, tile * 64 + 64) {
                    for j in other * 64..<min(i, other * 64 + 64) { result[j * n + i] = result[i * n + j] }
                }
            }
        }
        filled = n * n
    }
    return isStopped ? nil : product
}
