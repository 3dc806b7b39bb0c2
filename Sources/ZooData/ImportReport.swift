/// How a ratings file is to be imported.
public struct ImportOptions: Sendable {
    /// Whether a data set of that name is replaced; else its being there is an error.
    public var isReplacing = false
    /// Whether to leave out rows that cannot be taken; else the first of them ends the import.
    public var skipsBadRows = false
    /// What the bytes of texts mean.
    public var encoding: TextEncoding = .utf8
    /// The least and greatest rating possible; nil takes the form's own, or what occurs.
    public var scale: ClosedRange<Double>?

    /// Options of a plain import: nothing replaced, nothing skipped, UTF-8.
    public init() {}
}

/// What an import did.
public struct ImportReport: Sendable, Equatable, Encodable {
    /// The data set as it is stored now.
    public let dataset: Dataset
    /// The rows that were left out.
    public let badRows: BadRows
}
