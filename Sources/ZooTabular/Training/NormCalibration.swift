import ZooKernels

extension TabularWeights {
    /// The weights with every norm's mean and variance measured over training rows as inference sees them.
    ///
    /// What batch norm keeps while it learns lags behind the weights, follows the last few batches, and is measured with
    /// dropout, which inference does not have. All of that moves every answer by about the same amount. A number as target also
    /// gets the bias with which the mean error over those rows is 0.
    /// - Parameter limit: rows that are measured at most, spread evenly over all
    /// - Throws: `TabularError.temporaryFile`
    func calibrated(
        _ architecture: TabularArchitecture, over rows: RowSelection, limit: Int = 8192, threads: ThreadCount
    ) throws -> TabularWeights {
        var weights = self
        let sample = EvenSample(rows: rows, limit: limit)
        let count = sample.count
        guard count > 0 else { return self }
        let width = architecture.inputWidth
        var current = FloatBuffer(count * width)
        var (place, targets) = (0, 0.0)
        try sample.forEachBatch { records in
            architecture.gather(
                tables, records, rows.record, into: FloatRows(current.address + place * width, stride: width))
            place += records.count
            if architecture.outputs > 1 { return }
            for row in 0..<records.count { targets += Double(records.target(row, rows.record)) }
        }
        weights.continuousNorm.measure(current.address + architecture.embeddingWidth, rows: count, stride: width)
        for (layer, width) in architecture.hidden.enumerated() {
            current = weights.outputs(of: layer, architecture, current, rows: count, threads)
            weights.norms[layer].measure(current.address, rows: count, stride: width)
        }
        if architecture.outputs == 1, architecture.range == nil {
            let output = weights.outputs(of: architecture.hidden.count, architecture, current, rows: count, threads)
            let sum = (0..<count).reduce(0) { $0 + Double(output.address[$1]) }
            weights.outputBias[0] -= Float((sum - targets) / Double(count))
        }
        return weights
    }

    /// What a layer, rectified if it is hidden, makes of the outputs of the one before.
    private func outputs(
        of layer: Int, _ architecture: TabularArchitecture, _ input: FloatBuffer, rows: Int, _ threads: ThreadCount
    ) -> FloatBuffer {
        let folded = folded(layer, architecture)
        let output = FloatBuffer(rows * folded.outputs)
        let parts = rows >= 256 ? min(8, rows / 128) : 1
        parallel(parts, threads: threads) { part in
            let first = part * rows / parts
            folded.apply(
                input.address + first * folded.inputs, rows: (part + 1) * rows / parts - first,
                into: output.address + first * folded.outputs, isRectified: layer < architecture.hidden.count)
        }
        return output
    }
}

/// Batches of encoded rows, every one of few rows, evenly chosen ones of many.
private struct EvenSample {
    let rows: RowSelection
    let limit: Int
    private static let batch = 1024

    /// How many rows are taken.
    var count: Int {
        (0..<batches).reduce(0) { $0 + (isTaken($1) ? min(Self.batch, rows.count - $1 * Self.batch) : 0) }
    }

    private var batches: Int { (rows.count + Self.batch - 1) / Self.batch }

    /// The batch is taken in which the next of so many equal steps begins.
    private func isTaken(_ number: Int) -> Bool {
        let wanted = max(1, limit / Self.batch)
        return batches <= wanted || (number + 1) * wanted / batches > number * wanted / batches
    }

    func forEachBatch(_ body: (Records) throws -> Void) throws {
        var number = 0
        try rows.forEachBatch(of: Self.batch) { records in
            if isTaken(number) { try body(records) }
            number += 1
        }
    }
}

extension TabularWeights.Norm {
    /// Takes the means and variances of columns, summed around the first row: 256 rows at a time in Float32, all in Float64.
    fileprivate mutating func measure(_ values: UnsafeMutablePointer<Float>, rows: Int, stride: Int) {
        let size = mean.count
        let (sums, squares) = (FloatBuffer(size), FloatBuffer(size))
        var (totals, totalSquares) = (Array(repeating: 0.0, count: size), Array(repeating: 0.0, count: size))
        for first in Swift.stride(from: 0, to: rows, by: 256) {
            sums.clear()
            squares.clear()
            for row in first..<min(first + 256, rows) {
                let (own, sums, squares) = (values + row * stride, sums.address, squares.address)
                for column in 0..<size {
                    let difference = own[column] - values[column]
                    sums[column] += difference
                    squares[column] += difference * difference
                }
            }
            for column in 0..<size {
                totals[column] += Double(sums.address[column])
                totalSquares[column] += Double(squares.address[column])
            }
        }
        for column in 0..<size {
            let average = totals[column] / Double(rows)
            mean[column] = Float(Double(values[column]) + average)
            variance[column] = Float(max(0, totalSquares[column] / Double(rows) - average * average))
        }
    }
}
