import ZooKernels

/// Encoded rows, or some of them.
package struct RowSelection {
    private let rows: EncodedRows
    /// The chosen rows; nil for all.
    private let places: [Int32]?

    /// All rows.
    package init(_ rows: EncodedRows) { (self.rows, places) = (rows, nil) }

    /// - Parameter places: of the chosen rows
    /// - Precondition: the rows are in memory
    init(_ rows: EncodedRows, places: [Int32]) {
        precondition(!rows.isSpilled, "RowSelection: the rows are in a file")
        (self.rows, self.places) = (rows, places)
    }

    /// How many rows.
    package var count: Int { places?.count ?? rows.count }
    /// How a row lies in memory.
    var record: RecordLayout { rows.record }

    /// Goes through the rows in order, up to `batchSize` at a time.
    ///
    /// - Throws: `TabularError.temporaryFile`, and what `body` throws
    func forEachBatch(of batchSize: Int, _ body: (Records) throws -> Void) throws {
        guard let places else { return try rows.forEachBatch(of: batchSize, body) }
        try rows.withMemory { base in
            try places.withUnsafeBufferPointer { places in
                for start in stride(from: 0, to: places.count, by: batchSize) {
                    guard let first = places.baseAddress else { return }
                    try body(
                        Records(
                            address: base, stride: record.stride, rows: first + start,
                            count: min(batchSize, places.count - start)))
                }
            }
        }
    }
}
