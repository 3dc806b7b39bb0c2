import Foundation

/// What an import of texts did.
package struct TextImportReport: Sendable, Encodable {
    /// The data set as it is stored now.
    package let dataset: Dataset
    /// The different characters, by code point; the first 300.
    package let characters: String
    /// How the first text begins.
    package let sample: String
    /// How many malformed places became U+FFFD.
    package let replaced: Int
    /// Files without any text, which were left out.
    package let emptyFiles: Int
    /// Rows of a table that were left out.
    package let badRows: BadRows
    /// What was decided.
    package let notes: [String]

    init(_ dataset: Dataset, _ documents: [NewText], replaced: Int = 0, emptyFiles: Int = 0, badRows: BadRows) {
        self.dataset = dataset
        // Strings are equal where they differ only in Unicode form; the bytes tell the forms apart.
        var forms: [String: Set<[UInt8]>] = [:]
        for label in documents.compactMap(\.label) where !label.utf8.allSatisfy({ $0 < 0x80 }) {
            forms[label, default: []].insert(Array(label.utf8))
        }
        notes = forms.filter { $0.value.count > 1 }.keys.sorted().map {
            "label '\($0)' stands in several Unicode forms (composed and decomposed), which are one label"
        }
        var seen: Set<UInt32> = []
        for document in documents { for scalar in document.text.unicodeScalars { seen.insert(scalar.value) } }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: seen.sorted().prefix(300).compactMap(Unicode.Scalar.init))
        characters = String(view)
        sample = String(documents.first?.text.prefix(200) ?? "")
        self.replaced = replaced
        self.emptyFiles = emptyFiles
        self.badRows = badRows
    }
}

extension DataStore {
    /// Imports a text file, or all files of a folder in the order of their paths, in one transaction.
    ///
    /// Byte-order marks go, CRLF and CR become LF; each file is a document.
    /// - Throws: `DataError.unreadable` for binary files and for what holds no text; `.wrongEncoding` with the position of
    ///   the first malformed bytes, unless the import is lossy; `.exists`, `.database` …; then nothing was changed
    package func importTexts(
        path: String, name: String, options: TextImportOptions = TextImportOptions()
    ) throws -> TextImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        let contents = try TextFiles(options: options).read(path)
        let dataset = try importTexts(
            contents.documents, name: name, source: path, isReplacing: options.isReplacing)
        return TextImportReport(
            dataset, contents.documents, replaced: contents.replaced, emptyFiles: contents.emptyFiles,
            badRows: BadRows(isSkipping: false))
    }

    /// Imports texts with their labels from a CSV file with a header, in one transaction; each row is a document.
    ///
    /// - Parameters:
    ///   - text: the column of the texts
    ///   - label: the column of the labels; nil for texts without
    /// - Throws: as `importCSV`; a row without text or label is a bad row
    package func importTexts(
        csv file: String, text: String, label: String?, name: String, options: ImportOptions = ImportOptions()
    ) throws -> TextImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        var badRows = BadRows(isSkipping: options.skipsBadRows)
        var documents: [NewText] = []
        var table = try HeadedReader.open(path: file, encoding: options.encoding)
        let columns = try table.positions(of: [text] + [label].compactMap { $0 }, encoding: table.encoding)
        while true {
            do { if try !table.reader.next() { break } } catch DataError.badRow(let row) {
                try badRows.report(row)
                continue
            }
            let line = table.reader.line
            func bad(_ column: String?, _ reason: String) throws {
                try badRows.report(BadRow(file: file, line: line, column: column, reason: reason))
            }
            if let problem = table.raggedness() {
                try bad(nil, problem)
                continue
            }
            let fields = columns.map { table.encoding.text(table.reader[$0]) }
            guard let body = fields[0], !fields.contains(nil) else {
                throw DataError.notUTF8(file: file, line: line)
            }
            let sort = fields.count > 1 ? fields[1] : nil
            if body.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
                try bad(text, "it is empty")
            } else if label != nil, sort?.isEmpty ?? true {
                try bad(label, "it is empty")
            } else if columns.count > 1, table.isList(columns[1]), sort?.contains("|") == true {
                try bad(label, "it is a list of several, and a text has one label")
            } else {
                let plain = body.replacing("\r\n", with: "\n")
                documents.append(NewText(name: String(documents.count + 1), label: sort, text: plain))
            }
        }
        guard !documents.isEmpty else { throw DataError.unreadable(path: file, reason: "there is no text in it") }
        let dataset = try importTexts(documents, name: name, source: file, isReplacing: options.isReplacing)
        return TextImportReport(dataset, documents, badRows: badRows)
    }
}

extension DataStore {
    /// The texts of a file that are to be looked at once and not stored: its lines, or a column.
    ///
    /// - Parameter column: of a CSV file with a header; nil for a file of lines
    /// - Parameter encoding: of the bytes; a file of lines may begin with a mark of UTF-16 in place of UTF-8
    /// - Throws: as `importTexts`
    package static func texts(
        ofFile path: String, column: String?, encoding: TextEncoding = .utf8
    ) throws -> [String] {
        guard let column else {
            if (try? JSONForm.find(path: path, options: TableImportOptions())) != nil {
                throw DataError.unreadable(
                    path: path, reason: "it is JSON: name the column of its texts (--text-column)")
            }
            var options = TextImportOptions()
            options.offersLossy = false
            options.encoding =
                encoding == .utf8 ? .automatic : DocumentEncoding(rawValue: encoding.rawValue) ?? .automatic
            var lines = try TextFiles(options: options).text(ofFile: path)
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // A line ends with its line feed: behind the last one begins none.
            if lines.last?.isEmpty == true { lines.removeLast() }
            return lines
        }
        return try textRows(ofFile: path, columns: [column], encoding: encoding).map { $0[0] }
    }

    /// The column of a delimited file that is called `text`, as its header has it; nil where there is none.
    package static func textColumn(ofFile path: String) -> String? {
        guard let table = try? HeadedReader.open(path: path),
            let place = try? table.positions(of: ["text"], encoding: table.encoding)
        else { return nil }
        return String(decoding: table.reader[place[0]], as: UTF8.self)
    }

    /// Whether a file is CSV or JSON by its name; of a pipe, by a column `text` in its first line.
    package static func isDelimited(_ path: String) -> Bool {
        [".csv", ".tsv", ".json", ".jsonl", ".ndjson"].contains { path.lowercased().hasSuffix($0) }
            || ["/dev/", "/proc/self/fd/"].contains(where: path.hasPrefix) && textColumn(ofFile: path) != nil
    }

    /// Columns of a delimited file, as they stand there, row by row; the first of them holds texts, which may be empty.
    ///
    /// - Throws: `DataError` for columns that there are not, rows that are damaged, and other encodings
    package static func textRows(
        ofFile path: String, columns: [String], encoding: TextEncoding = .utf8
    ) throws -> [[String]] {
        var table = try HeadedReader.open(path: path, encoding: encoding)
        let positions = try table.positions(of: columns, encoding: table.encoding)
        var rows: [[String]] = []
        while try table.reader.next() {
            let line = table.reader.line
            if let problem = table.raggedness() {
                throw DataError.badRow(BadRow(file: path, line: line, column: nil, reason: problem))
            }
            var row: [String] = []
            for position in positions {
                guard let text = table.encoding.text(table.reader[position]) else {
                    throw DataError.notUTF8(file: path, line: line)
                }
                row.append(text)
            }
            rows.append(row)
        }
        return rows
    }
}
