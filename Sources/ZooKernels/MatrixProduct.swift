import COpenBLAS
import CZooSIMD

/// Products up to this many multiplications go to the built-in tiles, which need no packing of A and start at once.
private let builtInLimit = 1 << 23
/// Products of at least so many rows pay for packing all of B once.
private let tallRows = 256
/// Depths up to this one leave a group of rows of A, and a panel of B, in the second-level cache.
private let tallDepth = 2048
/// Below this many multiplications a second thread costs more than it brings.
private let threadingLimit = 1 << 19

/// Computes `C = alpha * op(A) op(B) + beta * C` over row-major Float32 matrices.
///
/// Small and tall products run on the built-in tiles, other large ones on OpenBLAS; all share the work between threads by
/// parts whose bounds depend on the shapes and the thread count alone.
/// - Shapes: op(A) [m, k], op(B) [k, n], C [m, n]; `lda`, `ldb`, `ldc` are row strides in elements of A, B and C as stored.
/// - Parameter transposeA: when true, A is stored [k, m].
/// - Parameter transposeB: when true, B is stored [n, k].
package func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Float,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
    beta: Float, _ c: UnsafeMutablePointer<Float>, ldc: Int, threads: ThreadCount = .all
) {
    guard m > 0, n > 0 else { return }
    let multiplications = m * n * k
    let product = zoo_sgemm_product(
        transpose_a: transposeA, transpose_b: transposeB, m: m, n: n, k: k, alpha: alpha, beta: beta, a: a, lda: lda,
        b: b, ldb: ldb, c: c, ldc: ldc)
    if multiplications > builtInLimit, !transposeA, m >= tallRows, k <= tallDepth {
        return tallProduct(product, threads)
    }
    if multiplications > builtInLimit, BLASLibrary.isAvailable {
        let parts = shares(rows: m, columns: n, threads: threads.count)
        parallel(parts.count, threads: threads) { index in
            let (rows, columns) = parts[index]
            let aPart = a + rows.lowerBound * (transposeA ? 1 : lda)
            let bPart = b + columns.lowerBound * (transposeB ? ldb : 1)
            _ = zoo_openblas_sgemm(
                transposeA, transposeB, rows.count, columns.count, k, alpha, aPart, lda, bPart, ldb, beta,
                c + rows.lowerBound * ldc + columns.lowerBound, ldc)
        }
        return
    }
    let width = zoo_sgemm_panel_columns()
    let panels = (n + width - 1) / width
    // A few parts a thread: one that is held up, or wakes late, leaves more to the others.
    let parts = multiplications < threadingLimit || threads.count == 1 ? 1 : min(panels, 3 * threads.count)
    parallel(parts, threads: threads) { part in
        withUnsafeTemporaryAllocation(byteCount: zoo_sgemm_scratch_floats(k) * 4, alignment: 64) { scratch in
            withUnsafePointer(to: product) {
                zoo_sgemm_panels(
                    $0, part * panels / parts, (part + 1) * panels / parts,
                    scratch.baseAddress?.assumingMemoryBound(to: Float.self))
            }
        }
    }
}

/// Packs all of B once, then goes through A a group of rows at a time.
private func tallProduct(_ product: zoo_sgemm_product, _ threads: ThreadCount) {
    let width = zoo_sgemm_panel_columns()
    let panels = (product.n + width - 1) / width
    let packed = FloatScratch(panels * width * product.k)
    let rows = 64
    parallel(panels, threads: threads) { panel in
        withUnsafePointer(to: product) { zoo_sgemm_pack_panel($0, panel, packed.start) }
    }
    parallel((product.m + rows - 1) / rows, threads: threads) { group in
        withUnsafePointer(to: product) {
            zoo_sgemm_packed_rows($0, packed.start, group * rows, min((group + 1) * rows, product.m))
        }
    }
    withExtendedLifetime(packed) {}
}

/// Computes `C = alpha * op(A) op(B) + beta * C` over row-major Float64 matrices; shapes as for the Float32 form.
package func gemm(
    transposeA: Bool, transposeB: Bool, m: Int, n: Int, k: Int, alpha: Double,
    _ a: UnsafePointer<Double>, lda: Int, _ b: UnsafePointer<Double>, ldb: Int,
    beta: Double, _ c: UnsafeMutablePointer<Double>, ldc: Int, threads: ThreadCount = .all
) {
    guard m > 0, n > 0 else { return }
    if m * n * k > 1 << 12,
        zoo_openblas_dgemm(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    {
        return
    }
    for i in 0..<m {
        for j in 0..<n {
            var sum = 0.0
            for p in 0..<k {
                sum += (transposeA ? a[p * lda + i] : a[i * lda + p]) * (transposeB ? b[j * ldb + p] : b[p * ldb + j])
            }
            c[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j])
        }
    }
}

extension BLASLibrary {
    static var isAvailable: Bool { zoo_openblas_load().pointee.path != nil }
}

/// Cuts the longer side of C into one part a thread, at multiples of 16 so that no tile is torn.
private func shares(rows: Int, columns: Int, threads: Int) -> [(Range<Int>, Range<Int>)] {
    func cut(_ length: Int) -> [Range<Int>] {
        let blocks = (length + 15) / 16
        let parts = min(threads, blocks)
        return (0..<parts).map { ($0 * blocks / parts * 16)..<min(length, ($0 + 1) * blocks / parts * 16) }
    }
    return rows >= columns ? cut(rows).map { ($0, 0..<columns) } : cut(columns).map { (0..<rows, $0) }
}
