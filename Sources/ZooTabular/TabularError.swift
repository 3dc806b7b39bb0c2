/// What can go wrong with a table, a model of one, or its training.
package enum TabularError: Error, Equatable, CustomStringConvertible {
    /// A column that was asked for is not there.
    case unknownColumn(String, role: String, present: [String])
    /// Columns that a model needs are not there.
    case missingColumns([String], present: [String])
    /// Columns that give the target away.
    case leakage([Leak])
    /// The target cannot be learned.
    case target(String, reason: String)
    /// Settings or values out of range.
    case invalid(String)
    /// A temporary file cannot be written or read.
    case temporaryFile(reason: String)

    /// A column with how it gives the target away.
    package struct Leak: Sendable, Hashable {
        /// The column.
        package let column: String
        /// How.
        package let how: String

        /// Names a column.
        package init(column: String, how: String) {
            self.column = column
            self.how = how
        }
    }

    /// One line: what, where, and what to do next.
    package var description: String {
        switch self {
        case .unknownColumn(let name, let role, let present):
            "there is no column '\(name)' (\(role)): "
                + (NearestText.nearest(to: name, among: present).map { "the nearest is '\($0)'; " } ?? "")
                + "the columns are \(Self.list(present))"
        case .missingColumns(let names, let present):
            "the model needs \(names.count == 1 ? "the column" : "the columns") \(Self.list(names)): the rows have "
                + Self.list(present)
        case .leakage(let leaks):
            leaks.map { "column '\($0.column)' gives the target away (\($0.how))" }.joined(separator: "; ")
                + ": leave it out with --ignore, or insist with --allow"
        case .target(let name, let reason): "target '\(name)': \(reason)"
        case .invalid(let reason): reason
        case .temporaryFile(let reason):
            "the temporary file of the encoded rows failed: \(reason); set TMPDIR to a folder with room"
        }
    }

    static func list(_ names: [String]) -> String {
        let shown = names.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
        return names.isEmpty ? "none" : names.count > 12 ? shown + " and \(names.count - 12) more" : shown
    }
}
