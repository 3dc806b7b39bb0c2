/// The names of vectors that lie in another file, a row each: one name a line, or a table whose first row names the columns.
package struct EntryNames: Sendable, Equatable {
    /// The names of the columns; none where there is only one.
    package let columns: [String]
    /// The column that the names are of; nil where there is only one.
    package let column: String?
    /// The names.
    package let names: [String]
    /// The keys, of a table that has a column called `key` beside that of the names; nil of others.
    package let keys: [String]?
    /// The other columns.
    package let others: [VectorMetadata]

    /// What a column of names is called, the likeliest first.
    private static let usual = ["label", "word", "token", "name", "title", "key", "id"]

    /// Reads a file. As for TensorBoard's projector, one of a single column has no header, one of several has.
    ///
    /// - Parameter column: the column of the names; nil for the first that is called as names are, else the first
    /// - Throws: `DataError.unreadable`, `.empty`, `.badRow`, `.missingColumns`, `.wrongEncoding`
    package init(path: String, column: String? = nil) throws {
        var file = try HeadedReader.open(path: path)
        var first: [String] = []
        for index in 0..<file.reader.fieldCount { first.append(try Self.text(file.reader, index)) }
        let place: Int
        if first.count == 1 {
            guard column == nil || column == first[0] else {
                throw DataError.missingColumns(file: path, missing: [column!], present: first)
            }
            (columns, self.column, place) = ([], nil, 0)
        } else {
            let wanted = column.map { [$0] } ?? Self.usual
            let found = wanted.lazy.compactMap { name in first.firstIndex { $0.lowercased() == name.lowercased() } }
                .first
            guard let found = found ?? (column == nil ? 0 : nil) else {
                throw DataError.missingColumns(file: path, missing: wanted, present: first)
            }
            (columns, self.column, place) = (first, first[found], found)
        }
        var names = first.count == 1 && column == nil ? first : []
        let key = first.indices.first { first.count > 1 && $0 != place && first[$0].lowercased() == "key" }
        let beside = first.indices.filter { first.count > 1 && $0 != place && $0 != key }
        var keys: [String] = []
        var others = beside.map { _ in [QueryValue]() }
        while try file.reader.next() {
            if let reason = file.raggedness() {
                throw DataError.badRow(BadRow(file: path, line: file.reader.line, column: nil, reason: reason))
            }
            names.append(try Self.text(file.reader, place))
            if let key { keys.append(try Self.text(file.reader, key)) }
            for (index, column) in beside.enumerated() {
                others[index].append(QueryValue(cell: try Self.text(file.reader, column)))
            }
        }
        self.names = names
        self.keys = key.map { _ in keys }
        self.others = zip(beside, others).map { VectorMetadata(name: first[$0], values: $1) }
    }

    static func text(_ reader: borrowing DelimitedReader, _ index: Int) throws -> String {
        guard let text = TextEncoding.utf8.text(reader[index]) else {
            throw DataError.wrongEncoding(file: reader.file, line: reader.line, reason: "this is not UTF-8")
        }
        return text
    }
}
