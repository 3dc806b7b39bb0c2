import Foundation
import ZooData
import ZooQueries

/// A query that is built in, for a list of them.
public struct NamedQuerySummary: Sendable, Encodable {
    /// What `zoo query` calls it.
    public let name: String
    /// What it answers.
    public let purpose: String
    /// Names of its parameters; those in brackets may be left out.
    public let parameters: [String]
}

/// A query that is ready to run.
public struct PreparedQuery {
    /// The statement.
    public let statement: ReadOnlyQuery
    /// What its parameters are bound to.
    public let values: [String: QueryValue]
}

extension Workspace {
    /// The queries that are built in, by name.
    public static var namedQueries: [NamedQuerySummary] {
        NamedQuery.all.map { query in
            NamedQuerySummary(
                name: query.name, purpose: query.purpose,
                parameters: query.parameters.map { $0.isRequired ? $0.name : "[\($0.name)]" })
        }
    }

    /// Prepares a named query, or the one in a file that ends in `.sql`.
    ///
    /// - Throws: `WorkflowError.unknown` for a name that no query has, `.invalid` for a parameter that is missing or
    ///   for a file that cannot be read; `DataError.query` when it is not one SELECT.
    public func query(_ name: String, parameters: [String: String]) throws -> PreparedQuery {
        let values = parameters.mapValues { QueryValue(parsing: $0) }
        if name.hasSuffix(".sql") {
            return PreparedQuery(statement: try data.query(try Self.text(ofFile: name)), values: values)
        }
        guard let query = NamedQuery.named(name) else {
            throw WorkflowError.unknown(
                kind: "query", name: name,
                advice:
                    "there are \(NamedQuery.all.map(\.name).joined(separator: ", ")); your own is a file ending in .sql"
            )
        }
        let missing = query.parameters.filter { $0.isRequired && parameters[$0.name] == nil }
        guard missing.isEmpty else {
            throw WorkflowError.invalid(
                what: "query '\(name)'",
                reason: "it needs " + missing.map { "--param \($0.name)=… (\($0.meaning))" }.joined(separator: ", "))
        }
        // A query about a model that is not there would answer with nothing: say so instead.
        if let model = parameters["model"] { _ = try installedModel(named: model) }
        return PreparedQuery(statement: try data.query(query.sql), values: values)
    }

    private static func text(ofFile path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw WorkflowError.invalid(what: path, reason: "the file cannot be read")
        }
        guard bytes.count <= 1 << 20, let text = String(data: bytes, encoding: .utf8), !text.contains("\0") else {
            throw WorkflowError.invalid(what: path, reason: "it is no SQL text: UTF-8 of at most 1 MB")
        }
        return text
    }
}
