import ZooKernels

/// What a model says of the rows of a block.
package struct TabularPrediction: Sendable {
    /// Numbers, in the target's unit; empty where the target names classes.
    package let numbers: [Double]
    /// Probabilities [rows, classes]; empty where the target is a number.
    package let probabilities: [Float]
    /// The classes.
    package let labels: [String]
    /// Where the numbers are expected; empty where the model gives no intervals.
    package var intervals: [NumberInterval] = []

    /// The most probable class of a row.
    package func label(of row: Int) -> String {
        let start = row * labels.count
        var best = 0
        for index in labels.indices where probabilities[start + index] > probabilities[start + best] { best = index }
        return labels[best]
    }
}

extension TabularModel {
    /// Goes through the rows of a table with what the model says of them.
    ///
    /// - Parameter body: gets each block of the source's columns with its predictions
    /// - Throws: what reading and `body` throw, `TabularError.missingColumns`
    package func predict(
        _ source: any RowSource, threads: ThreadCount = .all,
        _ body: (_ block: RowBlock, _ prediction: TabularPrediction) throws -> Void
    ) throws {
        let derived = try features.derived(source)
        var encoder = try RowEncoder(features, columns: derived.columns)
        try derived.forEachBlock { block in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(block.rowCount * features.record.stride)
            encoder.encode(block) { _, record, _ in bytes.append(contentsOf: record) }
            let rows = RowBlock(
                rowCount: block.rowCount, columns: Array(block.columns.prefix(source.columns.count)))
            try body(rows, prediction(of: bytes, count: block.rowCount, threads: threads))
        }
    }

    /// What the model says of records that lie one after the other.
    func prediction(of bytes: [UInt8], count: Int, threads: ThreadCount) -> TabularPrediction {
        let width = architecture.outputs
        let values: [Float] = bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, count > 0 else { return [] }
            let records = Records(address: base, stride: features.record.stride, rows: nil, count: count)
            return outputs(of: records, threads: threads) {
                Array(UnsafeBufferPointer(start: $0, count: count * width))
            }
        }
        switch features.target {
        case .number(let number):
            return TabularPrediction(
                numbers: values.map { self.number($0, number, answer) }, probabilities: [], labels: [],
                intervals: halfWidth.map { width in values.map { interval($0, number, width) } } ?? [])
        case .classes(let classes):
            return TabularPrediction(numbers: [], probabilities: values, labels: classes.labels)
        }
    }
}
