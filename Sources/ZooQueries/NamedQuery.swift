/// A query of `queries/`: one SELECT, and what its header comment says of it.
///
/// The header is the run of `--` lines at the top: the purpose, then `Parameters:` and `Columns:` with one
/// `name: meaning` a line; a parameter that may be left out says `(default …)`.
package struct NamedQuery: Sendable, Equatable {
    /// The file's name without `.sql`.
    package let name: String
    /// What it answers.
    package let purpose: String
    /// What it asks for, in order.
    package let parameters: [QueryParameter]
    /// What it gives, in order.
    package let columns: [QueryColumn]
    /// The whole file.
    package let sql: String

    /// Reads the header of a query file.
    package init(name: String, sql: String) {
        var purpose: [String] = []
        var parameters: [QueryParameter] = []
        var columns: [QueryColumn] = []
        var section = ""
        for line in sql.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("--") else { break }
            let text = NamedQuery.trimmed(line.dropFirst(2))
            if text == "Parameters:" || text == "Columns:" {
                section = text
                continue
            }
            guard !section.isEmpty else {
                purpose.append(text)
                continue
            }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let (name, meaning) = (NamedQuery.trimmed(parts[0]), NamedQuery.trimmed(parts[1]))
            if section == "Columns:" {
                columns.append(QueryColumn(name: name, meaning: meaning))
            } else {
                parameters.append(QueryParameter(name: name, meaning: meaning))
            }
        }
        self.name = name
        self.purpose = purpose.joined(separator: " ")
        self.parameters = parameters
        self.columns = columns
        self.sql = sql
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// A parameter of a named query, `:name` in its SQL.
package struct QueryParameter: Sendable, Equatable {
    /// Its name without the colon.
    package let name: String
    /// What it stands for, with its default.
    package let meaning: String
    /// Whether the query cannot answer without it.
    package var isRequired: Bool { defaultValue == nil }
    /// What it is where it is left out; nil for one that is required.
    package var defaultValue: String? {
        let parts = meaning.split(separator: "(default ", maxSplits: 1)
        guard parts.count == 2, let end = parts[1].firstIndex(of: ")") else { return nil }
        return String(parts[1][..<end])
    }
}

/// A column that a named query gives.
package struct QueryColumn: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// What it holds.
    package let meaning: String

    /// A column of a name and a meaning.
    package init(name: String, meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}
