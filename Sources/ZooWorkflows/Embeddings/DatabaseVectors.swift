import Foundation
import ZooData
import ZooEmbeddings

/// Vectors that lie in a table of an SQLite file: sqlite-vec's `vec0`, a collection of `llm`'s embeddings.db, or any table with a
/// key and a vector.
struct DatabaseVectors {
    /// The vectors, with what stands beside them.
    let found: QueriedVectors
    /// How they lie there: `vec0`, `llm`, `table`.
    let format: String

    /// Whether a file is an SQLite database.
    static func isDatabase(_ head: [UInt8]) -> Bool { head.starts(with: Array("SQLite format 3\0".utf8)) }

    /// - Parameters:
    ///   - table: the table, or the collection of `llm`; nil for the only one
    ///   - column: the column of vectors of a table; nil for the only one
    /// - Throws: `WorkflowError.invalid` for a table that is not there or not clear; what reading throws
    init(
        path: String, table: String?, column: String?, type: VectorValueType, width: Int? = nil, limit: Int?
    ) throws {
        func refuse(_ reason: String) -> WorkflowError { .invalid(what: path, reason: reason) }
        func names(_ sql: String) throws -> [String] {
            try ReadOnlyQuery(path: path, sql: sql).rows().map { $0[0].plainText }
        }
        let tables = try names("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")
        let isOfLLM = tables.contains("collections") && tables.contains("embeddings")
        let collections = isOfLLM ? try names("SELECT name FROM collections ORDER BY name") : []
        let vec0 = try names(
            "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING%vec0%(%' ORDER BY name")
        let known = collections + vec0
        guard let name = table ?? (known.count == 1 ? known[0] : nil) else {
            let choice = known.isEmpty ? tables : known
            throw refuse("--table names one of \(choice.prefix(20).map { "'\($0)'" }.joined(separator: ", "))")
        }
        if collections.contains(name) {
            guard column == nil else { throw refuse("--array goes with a table, and '\(name)' is a collection of llm") }
            format = "llm"
            found = try QueriedVectors(
                ReadOnlyQuery(
                    path: path,
                    sql: """
                        SELECT id AS key, coalesce(content, id) AS label, embedding AS vector, metadata FROM embeddings
                        WHERE collection_id = (SELECT id FROM collections WHERE name = :name) ORDER BY rowid
                        """), ["name": .text(name)], what: "collection '\(name)'", type: .float32, limit: limit)
            return
        }
        guard tables.contains(name) else {
            throw refuse(
                "there is no table '\(name)'; there are \(tables.prefix(20).map { "'\($0)'" }.joined(separator: ", "))")
        }
        guard let virtual = try Vec0Table(name, path: path) else {
            format = "table"
            let quoted = "\"" + name.replacing("\"", with: "\"\"") + "\""
            found = try QueriedVectors(
                ReadOnlyQuery(path: path, sql: "SELECT * FROM \(quoted)"), what: "table '\(name)'",
                column: column, type: type, width: width,
                limit: limit)
            return
        }
        format = "vec0"
        let matching = virtual.vectors.filter { column == nil || $0.name == column }
        guard matching.count == 1, let vector = matching.first, let type = VectorValueType(rawValue: vector.type) else {
            let list = virtual.vectors.map { "'\($0.name)'" }.joined(separator: ", ")
            throw refuse("table '\(name)' has the vectors \(list): --array names one of them")
        }
        var collector = VectorRows(what: "table '\(name)'")
        let label = virtual.others.firstIndex { $0.lowercased() == "label" }
        let others = virtual.others.indices.filter { $0 != label }
        try virtual.forEachRow(of: vector) { row in
            try collector.add(
                key: row.key, label: label.map { row.values[$0] }, vector: type.numbers(Array(row.vector)),
                values: others.map { row.values[$0] })
            return collector.keys.count < limit ?? .max
        }
        found = try QueriedVectors(
            collector, others: others.map { virtual.others[$0] }, label: label.map { virtual.others[$0] }, notes: [])
    }
}
