/// What a column of a table holds.
package enum ColumnKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whole numbers.
    case integer
    /// Real numbers.
    case real
    /// Names, codes, free text.
    case text
    /// Days or moments, as seconds since 1970 in UTC.
    case date
    /// Yes and no, as 1 and 0.
    case boolean
}

/// A column of a table.
package struct TableColumn: Sendable, Hashable, Codable {
    /// Its name, unique in its table.
    package let name: String
    /// What it holds.
    package let kind: ColumnKind
    /// Of dates that are written like `1/2/2011`: whether the day comes first; nil where that was no question.
    package let isDayFirst: Bool?
    /// Of times that were written with an offset or read on a clock: its offset (`+00:00` for UTC), its place, or `as written`; their
    /// numbers are those of a `Moment`. Nil where no clock is known.
    package let clock: String?
    /// How numbers were written in the file or the texts that they come from, as an example: `1.234,5`; nil where a decimal point
    /// was the only mark, and in models of earlier versions.
    package let numbers: String?
    /// Texts that stood for missing values in the file that it comes from; nil where they were the usual ones, and in models of
    /// earlier versions.
    package let missing: [String]?
    /// Whether it holds BLOBs, none of which is read; nil where it does not.
    package let holdsBlobs: Bool?
    /// Of times that are each read on their own clock: the offsets that they have, in seconds; nil elsewhere, and in models of earlier
    /// versions.
    package let offsets: [Int]?

    /// Names a column.
    package init(
        name: String, kind: ColumnKind, isDayFirst: Bool? = nil, clock: String? = nil, numbers: String? = nil,
        missing: [String]? = nil, holdsBlobs: Bool? = nil, offsets: [Int]? = nil
    ) {
        self.name = name
        self.kind = kind
        self.isDayFirst = isDayFirst
        self.clock = clock
        self.numbers = numbers
        self.missing = missing
        self.holdsBlobs = holdsBlobs
        self.offsets = offsets
    }
}

/// The different texts of a column, numbered as they were first met. It grows while rows are read.
package final class TextDictionary {
    /// The texts; their places are their codes.
    package private(set) var entries: [String] = []
    private var codes: [String: Int32] = [:]

    /// An empty dictionary.
    package init() {}

    /// The code of a text, new or known.
    package func code(for text: String) -> Int32 {
        if let code = codes[text] { return code }
        let code = Int32(entries.count)
        codes[text] = code
        entries.append(text)
        return code
    }
}

/// The values of one column over the rows of a block.
package enum ColumnValues {
    /// Integers, reals, dates (seconds since 1970, UTC) and booleans (0 or 1); NaN where a value is missing.
    case numbers([Double])
    /// Codes into a dictionary, -1 where a value is missing.
    ///
    /// A source may keep one dictionary a column for all its blocks, or begin a new one with any block, so that a column
    /// of millions of different texts takes no more memory than it likes.
    case texts(codes: [Int32], dictionary: TextDictionary)

    /// How many rows.
    package var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .texts(let codes, _): codes.count
        }
    }
}

/// Some rows of a table, column by column.
package struct RowBlock {
    /// How many rows.
    package let rowCount: Int
    /// One entry a column, in the order of the source's columns.
    package let columns: [ColumnValues]

    /// Joins columns.
    ///
    /// - Precondition: every column has `rowCount` values.
    package init(rowCount: Int, columns: [ColumnValues]) {
        precondition(
            columns.allSatisfy { $0.count == rowCount },
            "RowBlock: \(rowCount) rows, but columns of \(columns.map(\.count))")
        self.rowCount = rowCount
        self.columns = columns
    }
}

/// Rows of a table that can be gone through more than once, always the same ones in the same order.
package protocol RowSource {
    /// The columns of every block.
    var columns: [TableColumn] { get }

    /// Goes through all rows from the first to the last, in blocks of a few thousand.
    ///
    /// - Throws: what reading throws, and what `body` throws, at once
    func forEachBlock(_ body: (RowBlock) throws -> Void) throws
}
