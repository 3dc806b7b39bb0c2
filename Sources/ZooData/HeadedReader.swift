/// A delimited file whose first record names the columns; the delimiter is found in that record.
struct HeadedReader: ~Copyable {
    /// Stands behind the header, then at the current record.
    var reader: DelimitedReader
    private let fieldCount: Int

    private init(_ reader: consuming DelimitedReader) {
        fieldCount = reader.fieldCount
        self.reader = reader
    }

    /// Opens the file and reads its header.
    ///
    /// - Throws: `DataError.empty`, and as `DelimitedReader`
    static func open(path: String) throws -> HeadedReader {
        var options = TableImportOptions()
        options.comment = 0
        // Fields are the bytes of the file; to find out how it is written, any will do.
        options.encoding = try DecodedBytes(path: path, encoding: .utf8).isUTF16 ? .utf8 : .latin1
        var dialect = try DialectDetection(path: path, options: options).dialect
        dialect.encoding = .utf8
        var reader = try DelimitedReader(path: path, dialect: dialect)
        guard try reader.next() else { throw DataError.empty(file: path) }
        return HeadedReader(reader)
    }

    /// Where the columns of these names are; to be asked while the header is the current record.
    ///
    /// - Throws: `DataError.missingColumns`, `.wrongEncoding`
    func positions(of names: [String], encoding: TextEncoding) throws -> [Int] {
        if reader.isUTF16, encoding == .latin1 {
            let reason = "this is UTF-16: leave --encoding out"
            throw DataError.wrongEncoding(file: reader.file, line: 1, reason: reason)
        }
        var present: [String] = []
        for index in 0..<reader.fieldCount {
            guard let name = encoding.text(reader[index]) else {
                let reason = "the header is not UTF-8; if it is Latin-1, say so (--encoding latin1)"
                throw DataError.wrongEncoding(file: reader.file, line: 1, reason: reason)
            }
            present.append(name)
        }
        let folded = present.map { $0.lowercased() }
        let found = names.map { name in
            present.firstIndex(of: name)
                ?? (folded.count { $0 == name.lowercased() } == 1 ? folded.firstIndex(of: name.lowercased()) : nil)
        }
        let missing = zip(names, found).filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty else {
            throw DataError.missingColumns(file: reader.file, missing: missing, present: present)
        }
        return found.compactMap { $0 }
    }

    /// What is wrong with the number of fields of the current record.
    func raggedness() -> String? {
        reader.fieldCount == fieldCount
            ? nil : "\(reader.fieldCount.counting("field")) where the header has \(fieldCount)"
    }
}
