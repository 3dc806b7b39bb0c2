import CZooSIMD

/// One side of an alternating factorisation, ready to be solved for: the other side's factors and what they amount to.
///
/// The solution x of a row minimises `sum c (1 - b . x)^2 + w0 sum (b . x)^2 + penalty |x|^2`: the first sum is over the row's
/// entries, whose values are the confidences c, the second over all rows b of the other side.
/// - Source: Hu, Koren & Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets", equation 4
package struct LeastSquaresSide: Sendable {
    let other: FactorRows
    let gram: [Float]
    let threads: ThreadCount

    /// Sums the products of the other side's factors; the result does not depend on the number of threads.
    ///
    /// - Parameter unobservedWeight: w0
    package init(_ other: FactorRows, unobservedWeight: Float, threads: ThreadCount = .all) {
        (self.other, self.threads) = (other, threads)
        gram = other.gram(scale: unobservedWeight, threads: threads)
    }

    /// Solves every row exactly, by Cholesky's method in Float32; a row without entries becomes zero.
    ///
    /// - Parameters:
    ///   - rows: replaced by the solutions; NaN where a matrix is not positive definite within the precision
    ///   - entries: of each row; the columns are rows of the other side
    ///   - penalties: of each row
    /// - Returns: the sum of the minima
    @discardableResult
    package func solve(_ rows: inout FactorRows, _ entries: SparseMatrix, penalties: [Float]) -> Double {
        other.values.withUnsafeBufferPointer { other in
            run(&rows, entries, penalties, against: other.baseAddress, gram) { problem, first, last, scratch in
                zoo_solve_least_squares(&problem, first, last, scratch)
            }
        }
    }

    typealias Kernel = (inout zoo_least_squares, Int, Int, UnsafeMutablePointer<Float>) -> Double

    /// Rows that one thread takes at a time.
    private static let group = 32

    /// Calls a kernel for groups of rows, against the rows of the other side and their products.
    func run(
        _ rows: inout FactorRows, _ entries: SparseMatrix, _ penalties: [Float], against others: UnsafePointer<Float>?,
        _ gram: [Float], _ kernel: Kernel
    ) -> Double {
        precondition(rows.factors == other.factors, "least squares: \(rows.factors) and \(other.factors) factors")
        precondition(
            rows.count == entries.count && rows.count == penalties.count,
            "least squares: \(rows.count) rows, \(entries.count) lists of entries, \(penalties.count) penalties")
        precondition(
            entries.columns.allSatisfy { $0 >= 0 && $0 < other.count },
            "least squares: a column is not among the \(other.count) rows of the other side")
        let count = rows.count
        let groups = (count + Self.group - 1) / Self.group
        var totals = [Double](repeating: 0, count: groups)
        withProblem(&rows, entries, penalties, others, gram) { problem in
            totals.withUnsafeMutableBufferPointer { totals in
                parallel(groups, threads: threads) { part in
                    var own = problem
                    let bytes = zoo_least_squares_scratch(&own) * MemoryLayout<Float>.size
                    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { scratch in
                        guard let start = scratch.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
                        totals[part] = kernel(&own, part * Self.group, min(count, (part + 1) * Self.group), start)
                    }
                }
            }
        }
        return totals.reduce(0, +)
    }

    private func withProblem(
        _ rows: inout FactorRows, _ entries: SparseMatrix, _ penalties: [Float], _ others: UnsafePointer<Float>?,
        _ gram: [Float], _ body: (zoo_least_squares) -> Void
    ) {
        let (factors, stride) = (rows.factors, rows.stride)
        rows.values.withUnsafeMutableBufferPointer { rows in
            gram.withUnsafeBufferPointer { gram in
                penalties.withUnsafeBufferPointer { penalties in
                    entries.withUnsafePointers { bounds, columns, confidences, codes in
                        body(
                            zoo_least_squares(
                                factors: factors, stride: stride, other: others, gram: gram.baseAddress,
                                bounds: bounds, columns: columns, confidences: confidences, codes: codes,
                                penalties: penalties.baseAddress, rows: rows.baseAddress))
                    }
                }
            }
        }
    }
}

extension SparseMatrix {
    fileprivate func withUnsafePointers(
        _ body: (UnsafePointer<Int64>?, UnsafePointer<Int32>?, UnsafePointer<Float>?, UnsafePointer<UInt8>?) -> Void
    ) {
        bounds.withUnsafeBytes { bounds in
            columns.withUnsafeBufferPointer { columns in
                let start = bounds.baseAddress?.assumingMemoryBound(to: Int64.self)
                guard let values else { return body(start, columns.baseAddress, nil, nil) }
                values.withUnsafeBufferPointer { values in
                    guard let codes else { return body(start, columns.baseAddress, values.baseAddress, nil) }
                    codes.withUnsafeBufferPointer {
                        body(start, columns.baseAddress, values.baseAddress, $0.baseAddress)
                    }
                }
            }
        }
    }
}
