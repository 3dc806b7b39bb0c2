import ZooData

/// The texts that a classifier is asked about.
package enum TextInput: Sendable {
    /// These.
    case texts([String])
    /// A column of a delimited file; its other columns can be kept.
    case file(path: String, column: String, encoding: TextEncoding = .utf8)
    /// A column of a data set or of a SELECT; else its column `text`, or its only one beside those that are kept.
    case stored(TabularData, column: String? = nil)

    /// The file, if it is one.
    var path: String? { if case .file(let path, _, _) = self { path } else { nil } }
}

/// Texts to classify, with the columns that go along with each.
struct TextRows {
    /// A text.
    struct Row {
        let text: String
        let kept: [QueryValue]
        /// Whether there is nothing but white space to classify.
        var isEmpty: Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
    }

    /// The columns that go along.
    let kept: [ResultColumn]
    /// The column that the texts stand in.
    let column: String
    private let forEach: ((Row) throws -> Void) throws -> Void

    /// Opens the texts.
    ///
    /// - Throws: `WorkflowError.invalid` for columns that there are not; `DataError`
    init(_ input: TextInput, keeping: [String], role: String, in data: DataStore) throws {
        switch input {
        case .texts(let texts):
            column = "text"
            let places = try Self.places(of: keeping, in: ["text"], role: role)
            kept = keeping.map { ResultColumn(name: $0, kind: .text) }
            forEach = { body in for text in texts { try body(Row(text: text, kept: places.map { _ in .text(text) })) } }
        case .file(let path, let column, let encoding):
            self.column = column
            let rows = try DataStore.textRows(ofFile: path, columns: [column] + keeping, encoding: encoding)
            kept = keeping.map { ResultColumn(name: $0, kind: .text) }
            forEach = { body in
                for row in rows {
                    try body(Row(text: row[0], kept: row.dropFirst().map { $0.isEmpty ? .null : .text($0) }))
                }
            }
        case .stored(.dataset(let name), let column):
            let found = try data.dataset(named: name)
            guard case .table(let summary) = found.contents else {
                let documents = try data.texts(dataset: name).documents
                self.column = column ?? "text"
                let places = try Self.places(
                    of: keeping + [self.column], in: ["name", "label", "text"], role: role)
                kept = keeping.map { ResultColumn(name: $0, kind: .text) }
                forEach = { body in
                    for document in documents {
                        let row: [QueryValue] = [
                            .text(document.name), document.label.map { .text($0) } ?? .null, .text(document.text),
                        ]
                        try body(
                            Row(text: row[places[places.count - 1]].plainText, kept: places.dropLast().map { row[$0] }))
                    }
                }
                return
            }
            let query = try data.query("SELECT * FROM \(summary.table) ORDER BY rowid")
            (kept, self.column, forEach) = try Self.rows(of: query, column, keeping, role, what: "data set '\(name)'")
        case .stored(.sql(let sql), let column):
            (kept, self.column, forEach) = try Self.rows(of: data.query(sql), column, keeping, role, what: "--sql")
        }
    }

    /// Hands the texts over, so many at a time.
    func forEachPart(of count: Int, _ body: ([Row]) throws -> Void) throws {
        var part: [Row] = []
        try forEach { row in
            part.append(row)
            if part.count == count {
                try body(part)
                part.removeAll(keepingCapacity: true)
            }
        }
        if !part.isEmpty { try body(part) }
    }

    private static func rows(
        of query: ReadOnlyQuery, _ column: String?, _ keeping: [String], _ role: String, what: String
    ) throws -> ([ResultColumn], String, ((Row) throws -> Void) throws -> Void) {
        if let parameter = query.parameters.first {
            throw WorkflowError.invalid(
                what: what, reason: "it has the parameter '\(parameter)': write its value into the SELECT")
        }
        let places = try places(of: keeping, in: query.columns, role: role)
        let others = query.columns.indices.filter { !places.contains($0) }
        let text: Int
        if let column {
            text = try Self.places(of: [column], in: query.columns, role: "--text-column")[0]
        } else if let place = others.count == 1 ? others[0] : query.columns.firstIndex(of: "text") {
            text = place
        } else {
            let known = query.columns.map { "'\($0)'" }.joined(separator: ", ")
            throw WorkflowError.invalid(
                what: what, reason: "it has the columns \(known): --text-column names the one with the texts")
        }
        let columns = zip(keeping, places).map { name, place in
            ResultColumn(name: name, kind: query.declarations[place].flatMap(ValueKind.init(declaredAs:)))
        }
        return (
            columns, query.columns[text],
            { body in
                var count = 0
                try query.forEachRow { row in
                    count += 1
                    if case .blob = row[text] {
                        throw WorkflowError.invalid(what: what, blob: query.columns[text], row: count)
                    }
                    try body(Row(text: row[text] == .null ? "" : row[text].plainText, kept: places.map { row[$0] }))
                    return true
                }
            }
        )
    }

    private static func places(of names: [String], in columns: [String], role: String) throws -> [Int] {
        try names.map { name in
            let alike = columns.indices.filter { columns[$0].lowercased() == name.lowercased() }
            guard let place = columns.firstIndex(of: name) ?? (alike.count == 1 ? alike[0] : nil) else {
                let known = columns.map { "'\($0)'" }.joined(separator: ", ")
                throw WorkflowError.invalid(what: "\(role) \(name)", reason: "the input has the columns \(known)")
            }
            return place
        }
    }
}

extension WorkflowError {
    /// A BLOB stands where a text should.
    static func invalid(what: String, blob column: String, row: Int) -> WorkflowError {
        .invalid(
            what: what,
            reason: "row \(row) holds a BLOB in its column '\(column)': CAST(… AS TEXT) reads its bytes as text")
    }
}

extension ValueKind {
    /// The kind of the values of a column by the type that it was declared with; nil for one that takes them as they come.
    fileprivate init?(declaredAs declaration: String) {
        let type = declaration.uppercased()
        let kinds: [(String, ValueKind)] = [
            ("INT", .integer), ("CHAR", .text), ("CLOB", .text), ("TEXT", .text), ("REAL", .real), ("FLOA", .real),
            ("DOUB", .real), ("BOOL", .boolean), ("DATETIME", .datetime), ("DATE", .date),
        ]
        guard let kind = kinds.first(where: { type.contains($0.0) })?.1 else { return nil }
        self = kind
    }
}
