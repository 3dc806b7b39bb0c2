import ZooEmbeddings

/// Vectors of a delimited file with a header, a row each: many columns of numbers, or one of arrays.
package struct VectorColumns: Sendable, Equatable {
    /// What the data calls each entry.
    package let keys: [String]
    /// What people call them; nil where there is no such column.
    package let labels: [String]?
    /// Row-major, [keys, width].
    package let numbers: [Float]
    /// How many numbers a vector has.
    package let width: Int
    /// The other columns.
    package let others: [VectorMetadata]
    /// What was decided.
    package let notes: [String]

    private static let keyNames = ["key", "id", "word", "token", "name", "item", "user"]
    private static let vectorNames = ["vector", "embedding", "embeddings"]
    private static let labelNames = ["label", "title", "name", "text"]

    /// Whether the first line of a file names columns: several fields, none of which is a number, but for 0, 1, 2 and so on; or
    /// whether it begins as JSON objects do.
    package static func isTable(_ head: [UInt8]) -> Bool {
        guard !head.contains(0) else { return false }
        let head = head.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(head.dropFirst(3)) : head
        let start = head.drop { $0 <= 0x20 }.prefix(1000).filter { $0 > 0x20 }.prefix(2)
        if [Array("{\"".utf8), Array("[{".utf8)].contains(Array(start)) { return true }
        let line = head.prefix { $0 != 0x0A }
        return [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].contains { delimiter in
            let fields = line.split(separator: delimiter, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self).trimmingSpaces }
            let numbers = fields.filter { Double($0) != nil }
            let areCounted = [0, 1].contains { first in
                numbers.count > 1 && numbers.enumerated().allSatisfy { $1 == String(first + $0) }
            }
            return fields.count > 1 && (numbers.isEmpty || areCounted && numbers.count < fields.count)
        }
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - column: the one with the arrays; nil for `vector`, `embedding`, or the first
    ///   - chosen: the columns that make up the vector, of which `d*` is all that begin so; empty to find out
    ///   - expected: how many numbers a vector has; nil to find out
    ///   - limit: the most rows; nil for all
    /// - Throws: `DataError.unreadable`, `.wrongEncoding`; `.badRow` for a row without a key or with what is no finite number, and where the
    ///   column is not there; `VectorFileError.malformed` for a file without rows
    package init(
        path: String, column: String? = nil, columns chosen: [String] = [], width expected: Int? = nil, limit: Int?
    ) throws {
        var file = try HeadedReader.open(path: path, keepsNumberLists: true)
        var columns: [String] = []
        for index in 0..<file.reader.fieldCount { columns.append(try EntryNames.text(file.reader, index)) }
        func place(_ usual: [String], besides taken: Int?) -> Int? {
            usual.lazy.compactMap { name in
                columns.indices.first { columns[$0].lowercased() == name && $0 != taken }
            }.first
        }
        let key = place(Self.keyNames, besides: nil) ?? 0
        let label = place(Self.labelNames, besides: key)
        func bad(_ reader: borrowing DelimitedReader, _ column: Int?, _ reason: String) -> DataError {
            .badRow(BadRow(file: path, line: reader.line, column: column.map { columns[$0] }, reason: reason))
        }
        var (vector, array) = ([Int](), Int?.none)
        var (keys, labels, numbers, others) = ([String](), [String](), [Float](), [[QueryValue]]())
        var (beside, isOneOfSeveral) = ([Int](), false)
        while keys.count < limit ?? .max, try file.reader.next() {
            if let reason = file.raggedness() { throw bad(file.reader, nil, reason) }
            if keys.isEmpty {
                let free = columns.indices.filter { $0 != key && $0 != label }
                let arrays = try free.filter { try Self.array(EntryNames.text(file.reader, $0)) != nil }
                if let column {
                    array = arrays.first { columns[$0] == column }
                    guard array != nil else {
                        let list = arrays.isEmpty ? "none" : arrays.map { "'\(columns[$0])'" }.joined(separator: ", ")
                        throw bad(
                            file.reader, nil,
                            "--array names a column of arrays such as [0.5, 1], and '\(column)' is none; there are \(list)"
                        )
                    }
                } else {
                    array = arrays.first { Self.vectorNames.contains(columns[$0].lowercased()) } ?? arrays.first
                }
                isOneOfSeveral = arrays.count > 1
                let numeric = free.filter { FieldParsing.number(file.reader[$0]) != nil }
                guard !numeric.isEmpty || !arrays.isEmpty else {
                    throw bad(file.reader, nil, "no column but the key holds a number, or an array such as [0.5, 1]")
                }
                do {
                    vector =
                        try array.map { [$0] }
                        ?? VectorColumnChoice(columns, free: free, numeric: numeric)
                        .columns(chosen, width: expected)
                } catch let doubt as VectorColumnChoice.Doubt {
                    throw DataError.unreadable(path: path, reason: doubt.reason)
                }
                beside = columns.indices.filter { $0 != key && $0 != label && !vector.contains($0) }
                others = beside.map { _ in [] }
            }
            let name = try EntryNames.text(file.reader, key)
            guard !name.isEmpty else { throw bad(file.reader, key, "it is empty") }
            keys.append(name)
            if let label { labels.append(try EntryNames.text(file.reader, label)) }
            for (place, column) in beside.enumerated() {
                others[place].append(QueryValue(cell: try EntryNames.text(file.reader, column)))
            }
            if let array {
                let text = try EntryNames.text(file.reader, array)
                guard let found = Self.array(text), keys.count == 1 || found.count * (keys.count - 1) == numbers.count
                else {
                    let isCut = text.contains("...") ? ": the program that wrote it left numbers out" : ""
                    let expected = keys.count == 1 ? "" : " of \(numbers.count / (keys.count - 1)) finite numbers"
                    throw bad(file.reader, array, "'\(text.prefix(40))' is not an array\(expected)\(isCut)")
                }
                numbers += found
                continue
            }
            for column in vector {
                guard let number = FieldParsing.number(file.reader[column]), Float(number).isFinite else {
                    let text = try EntryNames.text(file.reader, column)
                    throw bad(file.reader, column, "'\(text.prefix(40))' is not a number of a vector")
                }
                numbers.append(Float(number))
            }
        }
        guard !keys.isEmpty else {
            throw VectorFileError.malformed(path: path, reason: "there are no vectors in it")
        }
        (self.keys, self.labels, self.numbers, width) = (
            keys, label.map { _ in labels }, numbers, numbers.count / keys.count
        )
        self.others = zip(beside, others).map { VectorMetadata(name: columns[$0], values: $1) }
        let source =
            array == nil
            ? vector.count == 1 ? "" : "the \(vector.count) columns from '\(columns[vector[0]])' to " : "the arrays in "
        notes = [
            "keys are the column '\(columns[key])', labels '\(columns[label ?? key])', vectors \(source)"
                + "'\(columns[vector[vector.count - 1]])': a header with key and label says otherwise"
                + (array == nil ? ", and --vector-columns which columns make up the vector" : "")
                + (isOneOfSeveral ? ", --array names another column of arrays" : "")
        ]
    }

    /// The numbers of a JSON array, or of NumPy's print of one; nil for anything else.
    private static func array(_ text: String) -> [Float]? {
        guard text.first == "[", let numbers = VectorValueType.numbers(text), !numbers.isEmpty,
            numbers.allSatisfy(\.isFinite)
        else { return nil }
        return numbers
    }
}

extension String {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
