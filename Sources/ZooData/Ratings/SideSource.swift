import Foundation

/// A second file or a SELECT that tells more of items or users: titles, and attributes in any other columns.
package enum SideSource: Sendable, Equatable {
    /// A delimited file.
    case file(String)
    /// A SELECT on the database.
    case query(String)

    /// What somebody typed: a SELECT, or the path of a file.
    package init(_ text: String) {
        let first = text.trimmingCharacters(in: .whitespacesAndNewlines).prefix { !$0.isWhitespace }.lowercased()
        self = first == "select" || first == "with" ? .query(text) : .file(text)
    }
}

/// The rows of a second file or SELECT, as texts; nil where there is nothing. Words of missing values, such as `NA`, are names in keys
/// and titles.
struct SideRows {
    /// For messages.
    let place: String
    let columns: [String]
    /// The types of RecBole's headers.
    let types: [AtomicType?]
    let rows: [[String?]]
    /// The lines of a file; empty for a SELECT.
    var lines: [Int] = []
    /// Texts that stand for a missing value of an attribute.
    private let missing: Set<String>
    /// Those of a title.
    private let given: Set<String>
    /// What of a JSON file is left out or read otherwise, a sentence each.
    var notes: [String] = []

    /// Reads a delimited file.
    ///
    /// - Throws: `DataError`, as a table's import
    init(
        path: String, encoding: TextEncoding, missing: [String], layout given: TableLayout? = nil,
        types: [AtomicType?]? = nil
    ) throws {
        var options = TableImportOptions()
        options.encoding = encoding
        options.rules.missing = missing
        let layout = try given ?? TableLayout.find(path: path, options: options)
        (self.missing, self.given) = (Set(missing), Set(ValueRules.given(missing)))
        let cut = (layout.header ?? layout.names).map(AtomicType.cut)
        if let cut = layout.dialect.json?.columns.first(where: { $0.cutLists > 0 }) {
            let reason = "texts in the lists of '\(cut.name)' hold bars, which stand between names: write them without"
            throw DataError.unreadable(path: path, reason: reason)
        }
        place = path
        notes = (layout.dialect.json?.notes.dropFirst() ?? []).map { "\(path): \($0)" }
        columns = zip(cut, layout.names).map { $0.type == nil ? $1 : $0.name }
        try Self.checkNames(cut.map(\.name), of: path)
        self.types = types ?? cut.map(\.type)
        var (rows, lines) = ([[String?]](), [Int]())
        try layout.forEachRecord(of: path) { record, block in
            if let reason = layout.reasonToRefuse(record, block) {
                throw DataError.badRow(BadRow(file: path, line: record.line, column: nil, reason: reason))
            }
            lines.append(record.line)
            rows.append(
                try (0..<record.fieldCount).map { field in
                    let bytes = Blanks.trimmed(block[record.firstField + field])
                    if bytes.isEmpty { return nil }
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        throw DataError.notUTF8(file: path, line: record.line)
                    }
                    return text
                })
        }
        (self.rows, self.lines) = (rows, lines)
    }

    /// A title, empty where there is none.
    func title(_ text: String?) -> String { text.flatMap { given.contains($0) ? nil : $0 } ?? "" }

    /// The values of a column as those of an attribute.
    func values(of column: Int) -> [String?] {
        rows.map { row in row[column].flatMap { missing.contains($0) ? nil : $0 } }
    }

    /// - Throws: `DataError.invalid` for a name that two columns have
    private static func checkNames(_ names: [String], of place: String) throws {
        var seen: Set<String> = []
        guard let twice = names.first(where: { !$0.isEmpty && !seen.insert($0.lowercased()).inserted }) else { return }
        throw DataError.invalid("\(place): two columns are called '\(twice)': give them different names")
    }

    /// Runs a SELECT.
    ///
    /// - Throws: `DataError.query`
    init(_ query: ReadOnlyQuery, sql: String) throws {
        (place, missing, given) = ("'\(sql)'", [], [])
        columns = query.columns
        try Self.checkNames(columns, of: place)
        types = columns.map { _ in nil }
        rows = try query.rows().map { $0.map(\.keyText) }
    }
}

extension QueryValue {
    /// The value as a key or a category: whole numbers without a point, BLOBs of 16 bytes as UUIDs; nil of NULL and of other
    /// BLOBs.
    var keyText: String? {
        switch self {
        case .null: return nil
        case .integer(let integer): return String(integer)
        case .real(let real): return Int64(exactly: real).map { String($0) } ?? "\(real)"
        case .text(let text): return text
        case .blob(let bytes):
            guard bytes.count == 16 else { return nil }
            return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)).uuidString }
        }
    }
}

extension TableLayout {
    /// Goes through the records of a file but its header.
    func forEachRecord(of path: String, _ body: (RecordBlock.Record, RecordBlock) throws -> Void) throws {
        let scanner = try RecordScanner(path: path, dialect: dialect)
        let block = RecordBlock(capacity: 1 << 18)
        var isFirst = header != nil
        while try scanner.fill(block) {
            for record in block.records {
                if isFirst {
                    isFirst = false
                    continue
                }
                try body(record, block)
            }
        }
    }
}
