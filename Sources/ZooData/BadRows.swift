/// Rows that were left out of an import: all are counted, the first are listed.
public struct BadRows: Sendable, Equatable, Codable {
    /// How many there were.
    public private(set) var count = 0
    /// The first of them.
    public private(set) var listed: [BadRow] = []
    /// Whether an import continues after a bad row.
    let isSkipping: Bool
    /// Whether the command can leave such rows out.
    private var offersSkipping = true
    private static let mostListed = 20

    private enum CodingKeys: CodingKey { case count, listed, isSkipping }

    /// - Parameters:
    ///   - isSkipping: whether to continue after a bad row
    ///   - offersSkipping: whether the message of the error advises that
    init(isSkipping: Bool, offersSkipping: Bool = true) {
        (self.isSkipping, self.offersSkipping) = (isSkipping, offersSkipping)
    }

    /// Counts a bad row, or ends the import.
    ///
    /// - Throws: `DataError.badRow` where bad rows are not to be skipped
    mutating func report(_ row: BadRow) throws {
        guard isSkipping else {
            var row = row
            row.isSkippable = offersSkipping
            throw DataError.badRow(row)
        }
        count += 1
        if listed.count < Self.mostListed { listed.append(row) }
    }

    /// Counts further bad rows, which are not listed.
    mutating func countOthers(_ number: Int) { count += number }
}
