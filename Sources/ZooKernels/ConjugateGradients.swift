import CZooSIMD

extension LeastSquaresSide {
    /// Improves every row by steps of conjugate gradients from where it is; a row without entries becomes zero.
    ///
    /// The steps are taken in the basis of the eigenvectors of `w0 sum b b'`, where that matrix is its diagonal: it costs next to
    /// nothing, and dividing by the diagonal of a row's whole matrix nearly inverts it. The result does not depend on the number of
    /// threads.
    /// - Returns: the sum of what is minimised, before the steps
    /// - Source: Takács, Pilászy & Tikk 2011, "Applications of the Conjugate Gradient Method for Implicit Feedback Collaborative
    ///   Filtering", with another preconditioner
    @discardableResult
    package func improve(_ rows: inout FactorRows, _ entries: SparseMatrix, penalties: [Float], steps: Int) -> Double {
        let (factors, stride, first) = (other.factors, other.stride, other.stride - 1 - other.factors)
        guard gram.allSatisfy(\.isFinite) else {
            rows.replace([Float](repeating: .nan, count: rows.count * factors))
            return .nan
        }
        let eigen = SymmetricEigen(
            (0..<factors * factors).map { Double(gram[(first + $0 / factors) * stride + first + $0 % factors]) },
            size: factors)
        let basis = eigen.vectors.map(Float.init)
        var diagonal = [Float](repeating: 1, count: stride)
        for factor in 0..<factors { diagonal[first + factor] = Float(max(0, eigen.values[factor])) }
        rows.rotate(to: basis, threads: threads)
        let count = other.values.count
        // Aligned to the lines of the cache, which the rows of an array are not.
        let total = withUnsafeTemporaryAllocation(byteCount: count * MemoryLayout<Float>.size, alignment: 64) { space in
            guard let others = space.baseAddress?.assumingMemoryBound(to: Float.self) else { return 0.0 }
            other.values.withUnsafeBufferPointer {
                if let values = $0.baseAddress { others.initialize(from: values, count: count) }
            }
            rotate(others, rows: other.count, factors: factors, stride: stride, basis, back: false, threads)
            return run(&rows, entries, penalties, against: others, diagonal) { problem, first, last, scratch in
                zoo_improve_least_squares(&problem, first, last, steps, scratch)
            }
        }
        rows.rotate(to: basis, back: true, threads: threads)
        return total
    }
}

extension FactorRows {
    /// Gives every row its coordinates in an orthonormal basis, whose vectors are the rows of a matrix [factors, factors]; with `back`
    /// the coordinates become the vectors again.
    fileprivate mutating func rotate(to basis: [Float], back: Bool = false, threads: ThreadCount) {
        let (count, factors, stride) = (count, factors, stride)
        values.withUnsafeMutableBufferPointer {
            guard let values = $0.baseAddress else { return }
            ZooKernels.rotate(values, rows: count, factors: factors, stride: stride, basis, back: back, threads)
        }
    }
}

/// Rows that are rotated at a time: the same for any number of threads, so that the bits are.
private let rotatedRows = 512

private func rotate(
    _ values: UnsafeMutablePointer<Float>, rows: Int, factors: Int, stride: Int, _ basis: [Float], back: Bool,
    _ threads: ThreadCount
) {
    parallel((rows + rotatedRows - 1) / rotatedRows, threads: threads) { part in
        let count = min(rotatedRows, rows - part * rotatedRows)
        let start = values + part * rotatedRows * stride + stride - 1 - factors
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count * factors) { before in
            guard let before = before.baseAddress else { return }
            for row in 0..<count { (before + row * factors).initialize(from: start + row * stride, count: factors) }
            gemm(
                transposeA: false, transposeB: !back, m: count, n: factors, k: factors, alpha: 1, before, lda: factors,
                basis, ldb: factors, beta: 0, start, ldc: stride, threads: .one)
        }
    }
}
