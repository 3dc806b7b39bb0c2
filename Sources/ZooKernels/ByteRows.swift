import CZooSIMD

/// Rows of numbers rounded to 8 bits, each with a factor of its own, and a bound for what the rounding left off.
package struct ByteRows: Sendable, Equatable {
    /// Numbers a row.
    package let width: Int
    /// The same, filled up to a multiple of 32.
    package let stride: Int
    /// [rows, stride], within -127 ... 127
    package let codes: [Int8]
    /// What a code is multiplied by, a row.
    package let scales: [Float]
    /// The length of what is missing, a row: the difference between the numbers and what the codes stand for.
    package let errors: [Float]

    /// How many rows.
    package var count: Int { scales.count }

    /// Rounds rows, each times a factor.
    ///
    /// - Shapes: values [n, width], factors [n]
    /// - Parameter order: which row comes where; nil for the order of `values`
    package init(
        _ values: UnsafeBufferPointer<Float>, width: Int, factors: [Float], order: [Int32]? = nil,
        threads: ThreadCount = .all
    ) {
        let (stride, count) = ((width + 31) / 32 * 32, order?.count ?? values.count / width)
        var (scales, errors) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        var codes = [Int8](repeating: 0, count: count * stride)
        codes.withUnsafeMutableBufferPointer { codes in
            scales.withUnsafeMutableBufferPointer { scales in
                errors.withUnsafeMutableBufferPointer { errors in
                    guard let first = codes.baseAddress, let from = values.baseAddress else { return }
                    // Each part has its own rows.
                    nonisolated(unsafe) let (code, start, scales, errors) = (first, from, scales, errors)
                    let parts = (count + 4095) / 4096
                    parallel(parts, threads: threads) { part in
                        for row in part * 4096..<min(count, (part + 1) * 4096) {
                            let source = order.map { Int($0[row]) } ?? row
                            (scales[row], errors[row]) = Self.round(
                                start + source * width, width, factors[source], to: code + row * stride)
                        }
                    }
                }
            }
        }
        (self.width, self.stride, self.codes, self.scales, self.errors) = (width, stride, codes, scales, errors)
    }

    /// Rows that were rounded before.
    ///
    /// - Precondition: there are `stride` codes, a scale and an error for each row
    package init(width: Int, codes: [Int8], scales: [Float], errors: [Float]) {
        stride = (width + 31) / 32 * 32
        precondition(
            codes.count == scales.count * stride && errors.count == scales.count, "ByteRows: \(codes.count) codes")
        (self.width, self.codes, self.scales, self.errors) = (width, codes, scales, errors)
    }

    private static func round(
        _ values: UnsafePointer<Float>, _ width: Int, _ factor: Float, to codes: UnsafeMutablePointer<Int8>
    ) -> (scale: Float, error: Float) {
        var largest: Float = 0
        for column in 0..<width { largest = max(largest, abs(values[column] * factor)) }
        guard largest > 0, largest.isFinite else { return (largest == 0 ? 0 : .nan, largest == 0 ? 0 : .nan) }
        let scale = largest / 127
        var squares = 0.0
        for column in 0..<width {
            let value = values[column] * factor
            guard value.isFinite else { return (.nan, .nan) }
            let code = (value / scale).rounded()
            codes[column] = Int8(max(-127, min(127, code)))
            let missing = Double(value) - Double(codes[column]) * Double(scale)
            squares += missing * missing
        }
        return (scale, Float(squares.squareRoot()).nextUp)
    }

    /// A query, rounded to as many bits as the sums allow.
    package struct Query: Sendable {
        fileprivate let codes: [Int16]
        fileprivate let scale: Float
        /// The length of the query.
        fileprivate let length: Float
        /// The length of what the rounding left off.
        fileprivate let error: Float
    }

    /// Rounds a query.
    ///
    /// - Shapes: values [width]
    package func query(_ values: [Float]) -> Query {
        precondition(values.count == width, "ByteRows: a query of \(values.count) for rows of \(width)")
        let largest = values.reduce(0) { max($0, abs($1)) }
        let scale = largest > 0 && largest.isFinite ? largest / Float(min(32_767, Int(Int32.max) / 127 / stride)) : 0
        let codes = values.map { scale > 0 && $0.isFinite ? Int16(($0 / scale).rounded()) : 0 }
        let missing = zip(values, codes).reduce(0.0) {
            let difference = Double($1.0) - Double($1.1) * Double(scale)
            return $0 + difference * difference
        }
        let square = values.reduce(0.0) { $0 + Double($1) * Double($1) }
        return Query(
            codes: codes + Array(repeating: 0, count: stride - width), scale: scale,
            length: Float(square.squareRoot()), error: Float(missing.squareRoot()))
    }

    /// Products of the rows of a range with a query, and how far off each may be at most.
    package func products(
        _ rows: Range<Int>, _ query: Query, into products: UnsafeMutablePointer<Float>,
        bounds: UnsafeMutablePointer<Float>? = nil
    ) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "ByteRows: rows \(rows) of \(count)")
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1024) { sums in
            codes.withUnsafeBufferPointer { codes in
                query.codes.withUnsafeBufferPointer { asked in
                    guard let code = codes.baseAddress, let asked = asked.baseAddress, let sum = sums.baseAddress else {
                        return
                    }
                    for first in Swift.stride(from: rows.lowerBound, to: rows.upperBound, by: 1024) {
                        let count = min(1024, rows.upperBound - first)
                        zoo_byte_products(code + first * stride, count, stride, asked, sum)
                        scales.withUnsafeBufferPointer { scales in
                            for row in 0..<count {
                                products[first - rows.lowerBound + row] =
                                    Float(sum[row]) * (scales[first + row] * query.scale)
                            }
                        }
                        guard let bounds else { continue }
                        errors.withUnsafeBufferPointer { errors in
                            for row in 0..<count {
                                // Rows have the length 1 or 0; the last term is what 32 bits round off.
                                let error = errors[first + row]
                                bounds[first - rows.lowerBound + row] =
                                    query.length * (error + 2e-6) + query.error * (1 + error)
                            }
                        }
                    }
                }
            }
        }
    }
}
