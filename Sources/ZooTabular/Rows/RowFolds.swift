import ZooKernels

/// The folds of a cross-validation: each row is in one of them.
///
/// Rows are ordered by their target and dealt out in turn, so that classes and ranges of numbers are spread evenly.
package struct RowFolds {
    /// How many folds.
    let count: Int
    private let rows: EncodedRows
    /// The fold of each row.
    private let folds: [UInt8]

    /// - Precondition: the rows are in memory, 2 to 255 folds
    package init(_ rows: EncodedRows, count: Int, target: FittedTarget, seed: UInt64) {
        let isNumber = target.classes == nil
        precondition((2...255).contains(count), "RowFolds: \(count) folds")
        (self.rows, self.count) = (rows, count)
        var generator = RandomGenerator(seed: seed)
        var keys: [(target: Float, order: UInt64)] = []
        let record = rows.record
        rows.withMemory { base in
            keys = (0..<rows.count).map { row in
                let target = UnsafeRawPointer(base + row * record.stride + record.targetOffset)
                return (
                    isNumber ? target.loadUnaligned(as: Float.self) : Float(target.loadUnaligned(as: Int32.self)),
                    generator.next()
                )
            }
        }
        var folds = Array(repeating: UInt8(0), count: keys.count)
        for (place, row) in keys.indices.sorted(by: { keys[$0] < keys[$1] }).enumerated() {
            folds[row] = UInt8(place % count)
        }
        self.folds = folds
    }

    /// The places of the rows of a fold.
    package func rows(of fold: Int) -> [Int] { folds.indices.filter { Int(folds[$0]) == fold } }

    /// The rows of a fold, or all others.
    func selection(of fold: Int, isHeldOut: Bool) -> RowSelection {
        RowSelection(
            rows, places: folds.indices.filter { (Int(folds[$0]) == fold) == isHeldOut }.map { Int32($0) })
    }

    /// Calls `body` with the records of a batch that are not in a fold.
    func withRows<R>(of batch: Records, outside fold: Int, _ body: (Records) -> R) -> R {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: batch.count) { kept in
            var count = 0
            for index in 0..<batch.count {
                let row = batch.rows?[index] ?? Int32(index)
                if Int(folds[Int(row)]) == fold { continue }
                kept[count] = row
                count += 1
            }
            return body(
                Records(address: batch.address, stride: batch.stride, rows: kept.baseAddress, count: count))
        }
    }
}
