import Foundation
import ZooCollab
import ZooData
import ZooRecords

/// Which items a list may name: `--only` and `--exclude`.
struct ItemFilter {
    /// By row of the model's items; nil where all may be named.
    let isAllowed: [Bool]?
    /// What the reader should know.
    let notes: [String]

    /// - Parameters:
    ///   - only: a SELECT whose first column are keys of items, or a condition over what is known of the items
    ///   - exclude: such a SELECT, or a file with a key or title in each line
    /// - Throws: `WorkflowError.invalid` for SQL that is wrong, for a file that cannot be read, and where nothing is left
    init(
        only: String?, exclude: String?, _ vocabulary: CollabVocabulary, of model: any StoredRecommender,
        _ entry: CatalogueModel, in workspace: Workspace
    ) throws {
        guard only != nil || exclude != nil else {
            (isAllowed, notes) = (nil, [])
            return
        }
        let rows = ItemRows(vocabulary)
        var allowed = [Bool](repeating: only == nil, count: vocabulary.itemKeys.count)
        var notes: [String] = []
        if let only {
            let named: [Int]
            if Workspace.isStatement(only) {
                named = try workspace.firstColumn(only, of: "--only").flatMap { rows[$0] }
            } else {
                let columns = try ItemColumns(vocabulary, of: model, entry, in: workspace)
                named = try columns.rows(where: only, in: workspace)
                notes = columns.notes
            }
            for row in named { allowed[row] = true }
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
    private let byKey: KeyPlaces
    private let byTitle: [String: [Int]]

    init(_ vocabulary: CollabVocabulary) {
        byKey = vocabulary.itemRows
        byTitle = Dictionary(grouping: vocabulary.itemTitles.indices) { vocabulary.itemTitles[$0] }
    }

    subscript(name: String) -> [Int] { byKey[name].map { [$0] } ?? byTitle[name] ?? [] }
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
