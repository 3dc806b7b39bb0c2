import CZooSIMD

/// Factors of one side of a factorisation, laid out for `solve` and `improve`: each row ends with a 1.
package struct FactorRows: Sendable {
    /// How many rows there are.
    package let count: Int
    /// Length of the vectors.
    package let factors: Int
    /// Floats from one row to the next.
    let stride: Int
    /// [count, stride]: zeros, the factors, a 1.
    var values: [Float]

    /// Rows of zeros.
    ///
    /// - Precondition: factors > 0
    package init(count: Int, factors: Int) {
        precondition(factors > 0, "factor rows: \(factors) factors")
        (self.count, self.factors) = (count, factors)
        stride = (factors + ZOO_FACTOR_LANES) / ZOO_FACTOR_LANES * ZOO_FACTOR_LANES
        values = [Float](repeating: 0, count: count * stride)
        for row in 0..<count { values[(row + 1) * stride - 1] = 1 }
    }

    /// Rows of given factors, [count, factors].
    package init(_ vectors: [Float], factors: Int) {
        self.init(count: vectors.count / factors, factors: factors)
        precondition(
            vectors.count == count * factors, "factor rows: \(vectors.count) numbers are not rows of \(factors)")
        replace(vectors)
    }

    /// The factors, [count, factors].
    package var vectors: [Float] {
        [Float](unsafeUninitializedCapacity: count * factors) { result, filled in
            filled = count * factors
            values.withUnsafeBufferPointer { values in
                guard let from = values.baseAddress, let to = result.baseAddress else { return }
                for row in 0..<count {
                    (to + row * factors).initialize(from: from + offset(row), count: factors)
                }
            }
        }
    }

    /// Replaces all factors.
    ///
    /// - Precondition: there are count * factors
    package mutating func replace(_ vectors: [Float]) {
        precondition(
            vectors.count == count * factors, "factor rows: \(vectors.count) numbers, not [\(count), \(factors)]")
        for row in 0..<count {
            for factor in 0..<factors { values[offset(row) + factor] = vectors[row * factors + factor] }
        }
    }

    /// The products of every row with a vector, [count].
    ///
    /// - Parameter lastColumn: by what the last column is multiplied, which is 1 or what training made of it
    /// - Precondition: the vector has `factors` numbers
    package func products(with vector: [Float], lastColumn: Float = 0) -> [Float] {
        precondition(vector.count == factors, "factor rows: a vector of \(vector.count), not of \(factors)")
        let query = [Float](repeating: 0, count: stride - 1 - factors) + vector + [lastColumn]
        return [Float](unsafeUninitializedCapacity: count) { scores, filled in
            filled = count
            values.withUnsafeBufferPointer { values in
                var rows = zoo_rows(
                    values: values.baseAddress, scale: nil, first: 0, count: count, width: stride,
                    squared_distance: false)
                guard let scores = scores.baseAddress, count > 0 else { return }
                zoo_score_rows(&rows, query, scores)
            }
        }
    }

    /// The products of every row with each of several vectors, [vectors, count].
    ///
    /// - Precondition: the vectors have as many factors
    package func products(with vectors: FactorRows, threads: ThreadCount = .all) -> [Float] {
        precondition(vectors.factors == factors, "factor rows: \(vectors.factors) and \(factors) factors")
        return [Float](unsafeUninitializedCapacity: vectors.count * count) { products, filled in
            filled = vectors.count * count
            values.withUnsafeBufferPointer { own in
                vectors.values.withUnsafeBufferPointer { other in
                    guard let own = own.baseAddress, let other = other.baseAddress, let products = products.baseAddress
                    else { return }
                    gemm(
                        transposeA: false, transposeB: true, m: vectors.count, n: count, k: factors, alpha: 1,
                        other + vectors.offset(0), lda: vectors.stride, own + offset(0), ldb: stride, beta: 0, products,
                        ldc: count, threads: threads)
                }
            }
        }
    }

    /// Whether every number is finite.
    package var isFinite: Bool {
        // A sum of zeros is 0 unless one of the factors is NaN or infinite.
        values.withUnsafeBufferPointer { $0.reduce(into: Float(0)) { $0 += $1 * 0 } == 0 }
    }

    /// Where the factors of a row start.
    private func offset(_ row: Int) -> Int { (row + 1) * stride - 1 - factors }

    /// `scale * X'X`, [stride, stride], zero in the last row and column.
    func gram(scale: Float, threads: ThreadCount) -> [Float] {
        let products = values.withUnsafeBufferPointer {
            columnProducts($0, width: stride, centring: .none, threads: threads).products
        }
        var gram = products.map { Float(Double(scale) * $0) }
        for index in 0..<stride {
            gram[index * stride + stride - 1] = 0
            gram[(stride - 1) * stride + index] = 0
        }
        return gram
    }
}
