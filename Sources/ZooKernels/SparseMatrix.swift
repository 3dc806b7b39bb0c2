/// The entries of a sparse matrix, row by row.
///
/// - Shapes: bounds [rows + 1], columns and values [entries]; row r has the entries bounds[r] ..< bounds[r + 1]
public struct SparseMatrix: Sendable {
    /// Where each row starts, and where the last one ends.
    public let bounds: [Int]
    /// The column of each entry.
    public let columns: [Int32]
    /// The value of each entry; nil where all are 1.
    public let values: [Float]?

    /// Creates a matrix.
    ///
    /// - Precondition: the bounds rise from 0 to the number of entries, and there are as many values, if any.
    public init(bounds: [Int], columns: [Int32], values: [Float]? = nil) {
        precondition(bounds.first == 0 && bounds.last == columns.count, "sparse matrix: bounds do not fit the entries")
        precondition(
            values == nil || values?.count == columns.count,
            "sparse matrix: \(columns.count) columns, not so many values")
        self.bounds = bounds
        self.columns = columns
        self.values = values
    }

    /// How many rows there are.
    public var count: Int { bounds.count - 1 }

    /// The same matrix by its columns; the entries of each are in the order of the rows.
    ///
    /// - Parameter count: number of columns, above each entry's
    public func transposed(columns count: Int) -> SparseMatrix {
        var bounds = [Int](repeating: 0, count: count + 1)
        for column in columns { bounds[Int(column) + 1] += 1 }
        for column in 0..<count { bounds[column + 1] += bounds[column] }
        var next = bounds
        var places: [Float]?
        let rows = [Int32](unsafeUninitializedCapacity: columns.count) { rows, filled in
            filled = columns.count
            if let values {
                places = [Float](unsafeUninitializedCapacity: columns.count) { moved, filled in
                    filled = columns.count
                    forEachEntry { row, entry in
                        let place = next[Int(columns[entry])]
                        rows.initializeElement(at: place, to: Int32(row))
                        moved.initializeElement(at: place, to: values[entry])
                        next[Int(columns[entry])] += 1
                    }
                }
            } else {
                forEachEntry { row, entry in
                    rows.initializeElement(at: next[Int(columns[entry])], to: Int32(row))
                    next[Int(columns[entry])] += 1
                }
            }
        }
        return SparseMatrix(bounds: bounds, columns: rows, values: places)
    }

    private func forEachEntry(_ body: (Int, Int) -> Void) {
        for row in 0..<count { for entry in bounds[row]..<bounds[row + 1] { body(row, entry) } }
    }
}
