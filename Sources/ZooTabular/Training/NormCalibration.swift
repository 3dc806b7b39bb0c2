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
        _ architecture: TabularArchitecture, over rows: EncodedRows, limit: Int = 32_768, threads: ThreadCount
    ) throws -> TabularWeights {
        var weights = self
        let sample = EvenSample(rows: rows, limit: limit)
        var continuous = ColumnMoments(architecture.continuous)
        try sample.forEachBatch { records in
            for row in 0..<records.count {
                let values = UnsafeRawPointer(records.record(row) + rows.record.continuousOffset)
                continuous.add { values.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
            }
        }
        continuous.finish(&weights.continuousNorm)
        for (layer, width) in architecture.hidden.enumerated() {
            let network = FoldedNetwork(architecture, weights, layers: layer + 1)
            var moments = ColumnMoments(width)
            try sample.forEachBatch { records in
                let output = FloatBuffer(records.count * width)
                network.apply(records, rows.record, into: output.address, threads: threads)
                for row in 0..<records.count {
                    let values = output.address + row * width
                    moments.add { max(0, values[$0]) }
                }
            }
            moments.finish(&weights.norms[layer])
        }
        if architecture.outputs == 1, architecture.range == nil {
            let network = FoldedNetwork(architecture, weights)
            var (sum, count) = (0.0, 0)
            try sample.forEachBatch { records in
                let output = FloatBuffer(records.count)
                network.apply(records, rows.record, into: output.address, threads: threads)
                for row in 0..<records.count {
                    let target = UnsafeRawPointer(records.record(row) + rows.record.targetOffset)
                    sum += Double(output.address[row] - target.loadUnaligned(as: Float.self))
                }
                count += records.count
            }
            if count > 0 { weights.outputBias[0] -= Float(sum / Double(count)) }
        }
        return weights
    }
}

/// Batches of encoded rows, every one of few rows, evenly chosen ones of many.
private struct EvenSample {
    let rows: EncodedRows
    let limit: Int
    private static let batch = 1024

    func forEachBatch(_ body: (Records) throws -> Void) throws {
        let batches = (rows.count + Self.batch - 1) / Self.batch
        let wanted = max(1, limit / Self.batch)
        var number = 0
        try rows.forEachBatch(of: Self.batch) { records in
            // The batch is taken in which the next of `wanted` equal steps begins.
            let isTaken = batches <= wanted || (number + 1) * wanted / batches > number * wanted / batches
            number += 1
            if isTaken { try body(records) }
        }
    }
}

/// Means and variances of columns, summed in Float64 around the first row.
private struct ColumnMoments {
    private var origin: [Double]
    private var sums: [Double]
    private var squares: [Double]
    private var count = 0

    init(_ size: Int) {
        origin = Array(repeating: 0, count: size)
        (sums, squares) = (origin, origin)
    }

    mutating func add(_ value: (Int) -> Float) {
        if count == 0 { for index in origin.indices { origin[index] = Double(value(index)) } }
        count += 1
        for index in origin.indices {
            let difference = Double(value(index)) - origin[index]
            sums[index] += difference
            squares[index] += difference * difference
        }
    }

    /// The norm takes the moments, if there were rows.
    func finish(_ norm: inout TabularWeights.Norm) {
        guard count > 0 else { return }
        for index in origin.indices {
            let mean = sums[index] / Double(count)
            norm.mean[index] = Float(origin[index] + mean)
            norm.variance[index] = Float(max(0, squares[index] / Double(count) - mean * mean))
        }
    }
}
