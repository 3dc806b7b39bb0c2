import ZooData

/// Texts with keys, in their order.
struct KeyedTexts {
    private(set) var texts: [String] = []
    private(set) var keys: [String] = []
    /// What was decided, and which option says otherwise.
    private(set) var notes: [String] = []

    /// Reads texts.
    ///
    /// - Parameter keyColumn: nil for the column called `key` or `id`, a document's name, else numbers from 1
    /// - Throws: as `TextRows`; `WorkflowError.invalid` for keys that are empty or there twice, or where there are no texts
    init(_ input: TextInput, keyColumn: String?, in data: DataStore) throws {
        let (rows, column) = try Self.rows(input, keyColumn, data)
        if keyColumn == nil, input.hasColumns {
            notes.append(
                column.map { "keys are the column '\($0)'; --key names another" }
                    ?? "keys are the numbers of the texts, from 1; --key names a column")
        }
        var known: [[UInt8]: Int] = [:]
        try rows.forEachPart(of: 1 << 12) { part in
            for row in part {
                let key = column == nil ? "\(keys.count + 1)" : row.kept[0] == .null ? "" : row.kept[0].plainText
                func refuse(_ reason: String) -> WorkflowError {
                    .invalid(what: "text \(keys.count + 1)", reason: reason)
                }
                guard !key.isEmpty, !key.utf8.contains(0) else { throw refuse("its key is empty or holds a NUL") }
                if let first = known.updateValue(keys.count + 1, forKey: Array(key.utf8)) {
                    throw refuse("its key '\(key.prefix(100))' is that of text \(first)")
                }
                keys.append(key)
                texts.append(row.text)
            }
        }
        guard !texts.isEmpty else { throw WorkflowError.invalid(what: "the texts", reason: "there are none") }
    }

    /// The rows with the column of their keys; nil for none.
    private static func rows(
        _ input: TextInput, _ keyColumn: String?, _ data: DataStore
    ) throws -> (TextRows, column: String?) {
        func rows(_ keeping: [String]) throws -> TextRows {
            try TextRows(input, keeping: keeping, role: "--key", in: data)
        }
        if let keyColumn { return (try rows([keyColumn]), keyColumn) }
        guard input.hasColumns else { return (try rows([]), nil) }
        for name in ["key", "id", "name"] {
            // A column called 'name' may hold anything but in a data set of documents.
            if name == "name" { guard try input.isOfDocuments(data) else { break } }
            if let found = try? rows([name]), found.column.lowercased() != name { return (found, name) }
        }
        return (try rows([]), nil)
    }
}

extension TextInput {
    /// Whether there may be a column of keys.
    fileprivate var hasColumns: Bool { if case .texts = self { false } else { true } }

    /// Whether it is a data set of documents.
    fileprivate func isOfDocuments(_ data: DataStore) throws -> Bool {
        guard case .stored(.dataset(let name), _) = self else { return false }
        if case .table = try data.dataset(named: name).contents { return false }
        return true
    }
}
