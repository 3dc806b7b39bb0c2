/// The cells of some columns as they stand in the rows of the block that is gone through, beside what is read of them: a key
/// names its row only untrimmed, and what is kept is no missing value because it is called `NA`.
package final class RawCells {
    /// The places of the columns among those of the source.
    package let columns: [Int]
    /// What a table that gets the cells declares the columns as; nil for no type, which leaves every value as it is.
    package let kinds: [ValueKind?]
    /// The cells of the block, row by row.
    package private(set) var rows: [[QueryValue]] = []

    init(columns: [Int], kinds: [ValueKind?]) { (self.columns, self.kinds) = (columns, kinds) }

    /// Adds a row.
    func add(_ row: [QueryValue]) { rows.append(row) }

    /// Begins a block.
    func clear() { rows.removeAll(keepingCapacity: true) }
}
