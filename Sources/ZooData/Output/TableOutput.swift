/// A CSV file that is to be written.
public struct TableOutput: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Whether it may replace a file of text.
    public let isReplacing: Bool

    /// Names a file to write.
    public init(_ path: String, isReplacing: Bool = false) { (self.path, self.isReplacing) = (path, isReplacing) }

    /// Checks that the file may be written; to be called before the work, so that none is done in vain.
    ///
    /// - Parameters:
    ///   - columns: of the file
    ///   - inputs: the files that are read, nil for none
    /// - Throws: `DataError.notWritten` for columns of one name, a folder, a file that is read, and one that is not replaced
    public func check(_ columns: [String], inputs: [String?] = []) throws {
        var names: Set<String> = []
        if let twice = columns.first(where: { !names.insert($0).inserted }) {
            throw DataError.notWritten(path: path, reason: Self.twice(twice))
        }
        try FileContent.csv.checkOutput(path, inputs: inputs, isReplacing: isReplacing)
    }

    /// What is said of columns of one name.
    package static func twice(_ column: String) -> String {
        "there would be two columns '\(column)': keep one of them out"
    }
}
