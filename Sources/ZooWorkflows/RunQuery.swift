import Foundation
import ZooData
import ZooEmbeddings
import ZooQueries

/// A query that is built in, for a list of them.
package struct NamedQuerySummary: Sendable, Encodable {
    /// What `zoo query` calls it.
    package let name: String
    /// What it answers.
    package let purpose: String
    /// Names of its parameters; those in brackets may be left out.
    package let parameters: [String]
    /// Its parameters in full.
    package let parameterDetails: [Parameter]

    /// A parameter of a query.
    package struct Parameter: Sendable, Encodable {
        /// Its name.
        package let name: String
        /// What it stands for.
        package let meaning: String
        /// What it is where it is left out; nil for one that is required.
        @StableKey package var defaultValue: String?
    }
}

/// A query that is ready to run.
package struct PreparedQuery {
    /// The statement.
    package let statement: ReadOnlyQuery
    /// What its parameters are bound to.
    package let values: [String: QueryValue]
    fileprivate let sql: String
}

extension Workspace {
    /// Whether a model has learned biases of items.
    package func hasBiases(_ model: String) throws -> Bool {
        let sql =
            "SELECT 1 FROM zoo_stored_embeddings WHERE model = :model AND field = 'item' AND bias IS NOT NULL LIMIT 1"
        return try !data.query(sql).rows(["model": .text(data.resolved(model))]).isEmpty
    }

    /// The queries that are built in, by name.
    package static var namedQueries: [NamedQuerySummary] {
        NamedQuery.all.map { query in
            NamedQuerySummary(
                name: query.name, purpose: query.purpose,
                parameters: query.parameters.map { $0.isRequired ? $0.name : "[\($0.name)]" },
                parameterDetails: query.parameters.map {
                    NamedQuerySummary.Parameter(name: $0.name, meaning: $0.meaning, defaultValue: $0.defaultValue)
                })
        }
    }

    /// Prepares a named query, the one in a file that ends in `.sql`, or a statement itself: a text with a blank that
    /// begins as SQL does.
    ///
    /// - Throws: `WorkflowError.unknown` for a name that no query has, `.invalid` for a parameter that is missing or that
    ///   the query does not have, or for a file that cannot be read; `DataError.query` when it is not one SELECT.
    package func query(_ name: String, parameters: [String: String]) throws -> PreparedQuery {
        if name.hasSuffix(".sql") { return try query(file: name, parameters: parameters) }
        if Self.isStatement(name) { return try prepared("the query", sql: name, parameters: parameters) }
        guard let query = NamedQuery.named(name) else {
            let nearest = NearestName.of(name, among: NamedQuery.all.map(\.name)).map { "did you mean '\($0)'? " } ?? ""
            throw WorkflowError.unknown(
                kind: "query", name: name,
                advice: "\(nearest)there are \(NamedQuery.all.map(\.name).joined(separator: ", ")); "
                    + "your own is a file ending in .sql, or \"SELECT …\"")
        }
        return try prepared("query '\(name)'", sql: query.sql, parameters: parameters, described: query.parameters)
    }

    /// Prepares the query in a file.
    ///
    /// - Parameter name: of the file, for messages; nil for its path
    /// - Throws: as `query(_:parameters:)`
    package func query(file path: String, named name: String? = nil, parameters: [String: String]) throws
        -> PreparedQuery
    {
        let name = name ?? path
        return try prepared(name, sql: try Self.text(ofFile: path, named: name), parameters: parameters)
    }

    /// Whether a text is SQL and no name, rightly or wrongly so: what writes is refused with its own reason.
    static func isStatement(_ text: String) -> Bool {
        let words = text.split(whereSeparator: { $0.isWhitespace || $0 == "(" })
        guard let first = words.first, text.contains(where: \.isWhitespace) else { return false }
        let beginnings = [
            "select", "with", "values", "explain", "pragma", "insert", "update", "delete", "replace", "create", "drop",
            "alter", "attach", "vacuum",
        ]
        return beginnings.contains(first.lowercased()) || first.hasPrefix("--") || first.hasPrefix("/*")
    }

    private func prepared(
        _ what: String, sql: String, parameters: [String: String], described: [QueryParameter] = []
    ) throws -> PreparedQuery {
        try installShipped(namedIn: sql, parameters.values)
        let statement = try data.query(sql)
        // A file's own parameters are described nowhere; the built-in ones are, in the order of their header.
        let names = described.isEmpty ? statement.parameters : described.map(\.name)
        func text(_ name: String) -> String {
            let value = described.first { $0.name == name }?.defaultValue
            return name + (value.map { " (default \($0))" } ?? "")
        }
        if let unknown = parameters.keys.sorted().first(where: { !names.contains($0) }) {
            let nearest = NearestName.of(unknown, among: names).map { "; did you mean '\($0)'?" } ?? ";"
            let all = names.isEmpty ? "it takes none" : "it takes " + names.map(text).joined(separator: ", ")
            throw WorkflowError.invalid(what: what, reason: "it has no parameter '\(unknown)'\(nearest) \(all)")
        }
        if described.isEmpty, let open = names.first(where: { parameters[$0] == nil }) {
            throw WorkflowError.invalid(what: what, reason: "parameter '\(open)' has no value: --param \(open)=…")
        }
        let missing = described.filter { $0.isRequired && parameters[$0.name] == nil }
        guard missing.isEmpty else {
            let others = described.filter { !$0.isRequired && parameters[$0.name] == nil }.map { text($0.name) }
            throw WorkflowError.invalid(
                what: what,
                reason: "it needs " + missing.map { "--param \($0.name)=… (\($0.meaning))" }.joined(separator: ", ")
                    + (others.isEmpty ? "" : "; it also takes " + others.joined(separator: ", ")))
        }
        // LIMIT takes a negative number for none.
        for parameter in described where parameter.defaultValue.flatMap({ Int($0) }) != nil {
            guard let text = parameters[parameter.name], Int(text).map({ $0 < 0 }) ?? true else { continue }
            throw WorkflowError.invalid(
                what: what, reason: "'\(parameter.name)' is '\(text.prefix(100))': it is a whole number, 0 or more")
        }
        // A query about a model that is not there would answer with nothing: say so instead.
        var parameters = parameters
        if let model = parameters["model"] {
            parameters["model"] = try described.isEmpty ? data.resolved(model) : installedModel(named: model).name
        }
        return PreparedQuery(
            statement: statement, values: parameters.mapValues { QueryValue(parsing: $0) }, sql: sql)
    }

    /// Models that ship are there when they are asked for, in SQL too: those that it names, or all where it lists the models.
    private func installShipped(namedIn sql: String, _ values: some Collection<String>) throws {
        let listsModels = sql.contains("zoo_models") || sql.contains("zoo_versions")
        for name in ShippedModel.names where listsModels || sql.contains("'\(name)'") || values.contains(name) {
            _ = try installedModel(named: name)
        }
    }

    /// Where the rows are that a query without any asked for by the name of a version; nil where it named none.
    package func versionAdvice(_ query: PreparedQuery) throws -> String? {
        guard query.sql.contains("zoo_"), !query.sql.contains("zoo_version"), !query.sql.contains("zoo_stored_") else {
            return nil
        }
        let quoted = query.sql.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
        let given = query.values.values.map(\.plainText)
        let versions = try (quoted + given).filter { name in
            guard name.contains("@"), !name.contains(where: \.isWhitespace) else { return false }
            let stored = try data.resolved(name)
            return try data.models().contains { $0.name == stored }
        }
        return versions.first.map {
            "'\($0)' is a version: zoo_version_embeddings, zoo_version_metadata and zoo_version_clusters have all versions by all "
                + "their names, zoo_versions lists them"
        }
    }

    private static func text(ofFile path: String, named name: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw WorkflowError.invalid(what: name, reason: "the file cannot be read")
        }
        guard bytes.count <= 1 << 20, let text = String(data: bytes, encoding: .utf8), !text.contains("\0") else {
            throw WorkflowError.invalid(what: name, reason: "it is not SQL text: UTF-8 of at most 1 MB")
        }
        return text
    }
}
