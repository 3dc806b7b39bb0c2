/// A delimited file whose first record names the columns; the delimiter is found in that record.
struct HeadedReader: ~Copyable {
    /// Stands behind the header, then at the current record.
    var reader: DelimitedReader
    private let fieldCount: Int
    /// Whether its encoding is known by itself: UTF-16, or the UTF-8 of JSON.
    private let isUnicode: Bool
    /// The columns of a JSON file; nil for delimited text.
    private let json: JSONTable?
    /// What the bytes of its fields mean.
    let encoding: TextEncoding

    private init(_ reader: consuming DelimitedReader, isUnicode: Bool, _ json: JSONTable?, _ encoding: TextEncoding) {
        fieldCount = reader.fieldCount
        self.isUnicode = isUnicode
        self.json = json
        self.encoding = encoding
        self.reader = reader
    }

    /// Whether a column has lists of texts, which are read with bars between.
    func isList(_ column: Int) -> Bool { json.map { $0.columns[column].lists > 0 } ?? false }

    /// Whether texts in the lists of a column hold bars themselves.
    func isCut(_ column: Int) -> Bool { json.map { $0.columns[column].cutLists > 0 } ?? false }

    /// Opens the file and reads its header.
    ///
    /// - Parameters:
    ///   - hasComments: whether lines with `#` at the beginning that are no rows are left out
    ///   - keepsNumberLists: whether lists of numbers in JSON are texts such as `[1.5,2]`; else they are left out
    ///   - encoding: of the file, as far as it does not say that itself
    /// - Throws: `DataError.emptyTable`, `.wrongEncoding`, and as `DelimitedReader`
    static func open(
        path: String, hasComments: Bool = false, keepsNumberLists: Bool = false, encoding: TextEncoding = .utf8
    ) throws -> HeadedReader {
        var options = TableImportOptions()
        options.comment = hasComments ? nil : 0
        options.keepsNumberLists = keepsNumberLists
        // Fields are the bytes of the file; to find out how it is written, any will do.
        let isUTF16 = try DecodedBytes(path: path, encoding: .utf8).isUTF16
        if isUTF16, encoding == .latin1 {
            throw DataError.wrongEncoding(file: path, line: 1, reason: "this is UTF-16: leave --encoding out")
        }
        let isJSON = try JSONForm.find(path: path, options: options, offersDelimiter: false) != nil
        let isUnicode = isUTF16 || isJSON
        options.encoding = isUnicode && !(isJSON && encoding == .latin1) ? .utf8 : .latin1
        var dialect = try DialectDetection(path: path, options: options).dialect
        dialect.encoding = isJSON ? options.encoding : .utf8
        var reader = try DelimitedReader(path: path, dialect: dialect)
        guard try reader.next() else { throw DataError.emptyTable(file: path, hasHeader: false) }
        return HeadedReader(reader, isUnicode: isUnicode, dialect.json, isUnicode ? .utf8 : encoding)
    }

    /// Where the columns of these names are; to be asked while the header is the current record.
    ///
    /// - Throws: `DataError.missingColumns`, `.wrongEncoding`
    func positions(of names: [String], encoding: TextEncoding) throws -> [Int] {
        if isUnicode, encoding == .latin1 {
            let reason = "this is \(reader.isUTF16 ? "UTF-16" : "JSON, which is UTF-8"): leave --encoding out"
            throw DataError.wrongEncoding(file: reader.file, line: 1, reason: reason)
        }
        var present: [String] = []
        for index in 0..<reader.fieldCount {
            guard let name = encoding.text(reader[index]) else {
                throw DataError.notUTF8("the header", file: reader.file, line: 1)
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
