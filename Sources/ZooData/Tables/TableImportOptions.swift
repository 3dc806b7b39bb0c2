/// How a table is to be imported.
public struct TableImportOptions: Sendable {
    /// The byte between fields, or the first of several; nil finds out.
    public var delimiter: UInt8?
    /// The bytes of the given delimiter after its first, as the second colon of `::`.
    package var delimiterRest: [UInt8] = []
    /// Whether the first record names the columns.
    public var header = HeaderChoice.auto
    /// Names of the columns, in place of those in the header.
    public var columnNames: [String]?
    /// Lines before the table, which are not read.
    public var skippedLines = 0
    /// What the bytes of texts mean.
    public var encoding: TextEncoding = .utf8
    /// The byte that takes the meaning off a quote, a delimiter or a line end behind it; 0 for none, nil finds out.
    package var escape: UInt8?
    /// The byte that begins a line of comment; 0 for none, nil finds out.
    package var comment: UInt8?
    /// Bytes that are taken off the ends of fields, such as the full stop behind a label.
    package var trimmedEnds: [UInt8] = []
    /// How values are meant.
    public var rules = ValueRules()
    /// Names of columns that are text whatever is in them, such as postal codes.
    public var textColumns: [String] = []
    /// Names of columns of a JSON file whose texts are numbers or truth values.
    package var numberColumns: [String] = []
    /// Whether lists of numbers in a JSON file are texts such as `[1.5,2]`; else they are left out.
    package var keepsNumberLists = false
    /// Whether to leave out rows that cannot be taken; else the first of them ends the import.
    public var skipsBadRows = false
    /// Whether a data set of that name is replaced; else its being there is an error.
    public var isReplacing = false
    /// Whether the report says what the values of each column say of its kind.
    package var explains = false
    /// The most different values of a column that are counted.
    package var distinctBound = 10_000

    /// Options of a plain import: everything found out, nothing replaced, nothing skipped.
    public init() {}

    /// Checks that the columns that are said to be text or numbers are there.
    ///
    /// - Throws: `DataError.missingColumns`
    func checkNames(in names: [String], of file: String) throws {
        let unknown = (textColumns + numberColumns).filter { name in
            !names.contains { $0.lowercased() == name.lowercased() }
        }
        guard unknown.isEmpty else { throw DataError.missingColumns(file: file, missing: unknown, present: names) }
    }
}

/// How far an import has come.
public struct TableImportProgress: Sendable {
    /// What is being done.
    public enum Phase: Sendable {
        /// The whole file is read to find out what is in its columns.
        case inspecting
        /// The rows are written.
        case writing
    }

    /// What is being done.
    public let phase: Phase
    /// Rows until now.
    public let rows: Int
    /// Rows in all; an estimate by the bytes read while inspecting.
    public let totalRows: Int
}
