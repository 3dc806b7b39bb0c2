/// The entries of a sparse matrix, row by row.
///
/// - Shapes: bounds [rows + 1], columns and values [entries]; row r has the entries bounds[r] ..< bounds[r + 1]
package struct SparseMatrix: Sendable {
    /// Where each row starts, and where the last one ends.
    package let bounds: [Int]
    /// The column of each entry.
    package let columns: [Int32]
    /// The value of each entry, or the table of `codes`; nil where all are 1.
    package let values: [Float]?
    /// The place of each entry's value in `values`, which takes a quarter of the memory; nil where there is one for each entry.
    package let codes: [UInt8]?

    /// Creates a matrix.
    ///
    /// - Precondition: the bounds rise from 0 to the number of entries, and there are as many values or codes, if any.
    package init(bounds: [Int], columns: [Int32], values: [Float]? = nil, codes: [UInt8]? = nil) {
        precondition(bounds.first == 0 && bounds.last == columns.count, "sparse matrix: bounds do not fit the entries")
        precondition(
            (codes?.count ?? values?.count ?? columns.count) == columns.count,
            "sparse matrix: \(columns.count) columns, not so many values")
        precondition(
            codes?.allSatisfy { Int($0) < values?.count ?? 0 } ?? true, "sparse matrix: a code is not in the table")
        self.bounds = bounds
        self.columns = columns
        self.values = values
        self.codes = codes
    }

    /// How many rows there are.
    package var count: Int { bounds.count - 1 }

    /// The same matrix by its columns; the entries of each are in the order of the rows.
    ///
    /// - Parameter count: number of columns, above each entry's
    package func transposed(columns count: Int) -> SparseMatrix {
        var bounds = [Int](repeating: 0, count: count + 1)
        for column in columns { bounds[Int(column) + 1] += 1 }
        for column in 0..<count { bounds[column + 1] += bounds[column] }
        var next = bounds
        var (movedValues, movedCodes): ([Float]?, [UInt8]?) = (nil, nil)
        if codes != nil {
            movedCodes = [UInt8](repeating: 0, count: columns.count)
        } else if values != nil {
            movedValues = [Float](repeating: 0, count: columns.count)
        }
        let rows = [Int32](unsafeUninitializedCapacity: columns.count) { rows, filled in
            filled = columns.count
            forEachEntry { row, entry in
                let column = Int(columns[entry])
                let place = next[column]
                rows.initializeElement(at: place, to: Int32(row))
                if let codes {
                    movedCodes?[place] = codes[entry]
                } else if let values {
                    movedValues?[place] = values[entry]
                }
                next[column] += 1
            }
        }
        return SparseMatrix(
            bounds: bounds, columns: rows, values: codes == nil ? movedValues : values, codes: movedCodes)
    }

    private func forEachEntry(_ body: (Int, Int) -> Void) {
        for row in 0..<count { for entry in bounds[row]..<bounds[row + 1] { body(row, entry) } }
    }
}
