import Foundation
import ZooCollab
import ZooData

/// Which items a list may name: `--only` and `--exclude`.
struct ItemFilter {
    /// By row of the model's items; nil where all may be named.
    let isAllowed: [Bool]?
    /// What the reader should know.
    let notes: [String]

    /// - Parameters:
    ///   - only: a SELECT whose first column are keys of items, or a condition over what is known of the items
    ///   - exclude: such a SELECT, or a file with a key or title in each line
    /// - Throws: `DataError.query` for SQL that is wrong; `WorkflowError.invalid` for a file that cannot be read, and where nothing is
    ///   left
    init(
        only: String?, exclude: String?, _ vocabulary: CollabVocabulary, of entry: CatalogueModel,
        in workspace: Workspace
    ) throws {
        guard only != nil || exclude != nil else {
            (isAllowed, notes) = (nil, [])
            return
        }
        let rows = ItemRows(vocabulary)
        var allowed = [Bool](repeating: only == nil, count: vocabulary.itemKeys.count)
        var notes: [String] = []
        if let only {
            let sql =
                Workspace.isStatement(only)
                ? only : try ItemColumns(of: entry, in: workspace).select(where: only)
            for name in try workspace.firstColumn(sql, of: "--only") { for row in rows[name] { allowed[row] = true } }
        }
        if let exclude {
            let names =
                try Workspace.isStatement(exclude)
                ? workspace.firstColumn(exclude, of: "--exclude") : Self.lines(ofFile: exclude)
            var unknown: [String] = []
            for name in names {
                let found = rows[name]
                if found.isEmpty { unknown.append("'\(name)'") }
                for row in found { allowed[row] = false }
            }
            if !unknown.isEmpty {
                let some = unknown.prefix(5).joined(separator: ", ") + (unknown.count > 5 ? ", …" : "")
                notes.append("\(unknown.count.counting("item")) of --exclude not known to the model: \(some)")
            }
        }
        guard allowed.contains(true) else {
            throw WorkflowError.invalid(
                what: [only.map { _ in "--only" }, exclude.map { _ in "--exclude" }].compactMap { $0 }.joined(
                    separator: " and "), reason: "no item that the model knows is left to recommend")
        }
        (isAllowed, self.notes) = (allowed, notes)
    }

    private static func lines(ofFile path: String) throws -> [String] {
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(data: bytes, encoding: .utf8)
        else {
            throw WorkflowError.invalid(
                what: "--exclude \(path)",
                reason: "it is neither a SELECT nor a file of UTF-8 text with the key or title of an item in each line")
        }
        return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }
}

/// The rows of items by key, else by title, which several may have.
private struct ItemRows {
    private let byKey: [String: Int]
    private let byTitle: [String: [Int]]

    init(_ vocabulary: CollabVocabulary) {
        byKey = Dictionary(zip(vocabulary.itemKeys, vocabulary.itemKeys.indices)) { first, _ in first }
        byTitle = Dictionary(grouping: vocabulary.itemTitles.indices) { vocabulary.itemTitles[$0] }
    }

    subscript(name: String) -> [Int] { byKey[name].map { [$0] } ?? byTitle[name] ?? [] }
}

/// What is known of a model's items, as columns of SQL.
private struct ItemColumns {
    private let source: String

    /// Of the data set that the model was trained on: key, title, and each attribute of an import, the names of a set between bars,
    /// as in `|Comedy|Drama|`. Bias, mean and count are the model's. Without the data set, what the model's table has.
    init(of entry: CatalogueModel, in workspace: Workspace) throws {
        func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
        let embeddings = "zoo_embeddings WHERE model = \(quoted(entry.name)) AND field = 'item'"
        guard let dataset = try workspace.data.dataset(.ratings, fingerprint: entry.datasetFingerprint) else {
            source = "SELECT key, label AS title, bias, mean, count FROM \(embeddings)"
            return
        }
        let attributes = try workspace.data.attributes(dataset: dataset.name).items.map { attribute in
            let value = attribute.kind == .set ? "'|' || group_concat(value, '|') || '|'" : "value"
            let name = "\"" + attribute.name.replacing("\"", with: "\"\"") + "\""
            return ", (SELECT \(value) FROM zoo_item_attributes AS a WHERE a.dataset = i.dataset AND a.item = i.idx "
                + "AND a.name = \(quoted(attribute.name))) AS \(name)"
        }
        source = """
            SELECT i.key AS key, i.title AS title, e.bias AS bias, e.mean AS mean, e.count AS count\(attributes.joined())
            FROM zoo_items AS i LEFT JOIN (SELECT * FROM \(embeddings)) AS e ON e.key = i.key
            WHERE i.dataset = \(dataset.id)
            """
    }

    /// The keys of the items of which a condition is true.
    func select(where condition: String) -> String {
        "SELECT key FROM (\(source)) WHERE (\(condition)\n)"
    }
}

extension Workspace {
    /// The first column of a SELECT, as texts.
    fileprivate func firstColumn(_ sql: String, of option: String) throws -> [String] {
        let query: ReadOnlyQuery
        do { query = try data.query(sql) } catch let DataError.query(reason, _, _) {
            throw WorkflowError.invalid(what: option, reason: reason)
        }
        var names: [String] = []
        try query.forEachRow { row in
            if row[0] != .null { names.append(row[0].plainText) }
            return true
        }
        return names
    }
}
