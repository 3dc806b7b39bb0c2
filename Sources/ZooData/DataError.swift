import Foundation

/// What can go wrong between the outside world and the data store.
package enum DataError: Error, Equatable, CustomStringConvertible, LocalizedError {
    /// A file or folder is not there, not readable, or of the wrong sort.
    case unreadable(path: String, reason: String)
    /// A row of a file that cannot be taken.
    case badRow(BadRow)
    /// A line beyond the limit, which bounds the memory that a damaged file can take.
    case lineTooLong(file: String, line: Int, limit: Int)
    /// A quoted field that no quote ends; all that follows would be swallowed.
    case unclosedQuote(file: String, line: Int)
    /// The file is in another encoding.
    case wrongEncoding(file: String, line: Int, reason: String)
    /// Columns that are asked for and are not in the header.
    case missingColumns(file: String, missing: [String], present: [String])
    /// A file without ratings.
    case empty(file: String)
    /// A file without rows.
    case emptyTable(file: String, hasHeader: Bool)
    /// More columns than SQLite takes.
    case tooManyColumns(file: String, count: Int, limit: Int)
    /// A file that cannot be written.
    case notWritten(path: String, reason: String)
    /// A submission that would be refused.
    case submission(String)
    /// Values given in memory that contradict each other.
    case invalid(String)
    /// The name is taken.
    case exists(kind: String, name: String)
    /// The name is not known.
    case unknown(kind: String, name: String, known: [String])
    /// A data set of another kind than what is needed.
    case otherKind(name: String, kind: String, wanted: String)
    /// Another process holds the database for longer than the timeout.
    case locked(path: String, seconds: Double)
    /// The database was made by a newer program.
    case newerSchema(path: String, unknown: [String])
    /// SQLite refuses: damaged, full, read-only, not a database.
    case database(path: String, reason: String, advice: String)
    /// A query that is refused or fails.
    case query(reason: String, line: Int?, column: Int?)

    /// One line: what, where, what to do next.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .badRow(let row): "\(row); correct it" + (row.isSkippable ? ", or skip bad rows (--skip-bad-rows)" : "")
        case .lineTooLong(let file, let line, let limit):
            "\(file), line \(line): longer than \(limit) bytes; is it a table, and is every quote closed?"
        case .unclosedQuote(let file, let line): "\(file), line \(line): a quote opens here and is never closed"
        case .wrongEncoding(let file, let line, let reason): "\(file), line \(line): \(reason)"
        case .missingColumns(let file, let missing, let present):
            "\(file), line 1: no column \(list(missing)); there are \(list(present)): name the columns to use"
        case .empty(let file): "\(file): there are no ratings in it"
        case .emptyTable(let file, let hasHeader):
            "\(file): there are no rows in it" + (hasHeader ? " below the header" : "")
        case .tooManyColumns(let file, let count, let limit):
            "\(file): it has \(count) columns, SQLite takes at most \(limit): leave some out, as with cut(1), or of JSON with jq(1)"
        case .notWritten(let path, let reason): "\(path) was not written: \(reason)"
        case .submission(let reason): "submission: \(reason); nothing was written"
        case .invalid(let reason): reason
        case .exists(let kind, let name):
            "there is a \(kind) '\(name)' already: choose another name, or --replace replaces it"
        case .unknown(let kind, let name, let known):
            "there is no \(kind) '\(name)'"
                + (known.isEmpty ? Self.absence(of: kind) : "; there are \(list(known))")
        case .otherKind(let name, let kind, let wanted):
            "data set '\(name)' holds \(kind), not \(wanted): 'zoo data list' shows what there is"
        case .locked(let path, let seconds):
            "\(path) is locked by another process for more than \(seconds.formatted()) s: wait for it, or end it"
        case .newerSchema(let path, let unknown):
            "\(path) was made by a newer zoo (\(list(unknown))): update zoo"
        case .database(let path, let reason, let advice): "\(path): \(reason): \(advice)"
        case .query(let reason, let line?, let column?): "query, line \(line), column \(column): \(reason)"
        case .query(let reason, _, _): "query: \(reason)"
        }
    }

    /// Bytes that are not UTF-8, in a file that `--encoding` can name another encoding of.
    ///
    /// - Parameter what: what holds them
    static func notUTF8(_ what: String = "this", file: String, line: Int) -> DataError {
        .wrongEncoding(
            file: file, line: line, reason: "\(what) is not UTF-8; if it is Latin-1, say so (--encoding latin1)")
    }

    /// The same line, for `localizedDescription`.
    package var errorDescription: String? { description }

    /// What is said where nothing of a kind is there.
    private static func absence(of kind: String) -> String {
        kind == "data set" ? ": the database holds none yet, 'zoo data import demo' makes one" : "; there are none yet"
    }

    private func list(_ names: [String]) -> String {
        names.prefix(20).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
}

/// A row of a file that cannot be taken, and why.
public struct BadRow: Error, Sendable, Equatable, Codable, CustomStringConvertible {
    /// The file's path as it was given.
    public let file: String
    /// The line on which the row begins, from 1.
    public let line: Int
    /// The name of the column, if one is to blame.
    public let column: String?
    /// What is wrong with it.
    public let reason: String
    /// Whether the command can leave such rows out.
    package var isSkippable = false

    private enum CodingKeys: CodingKey { case file, line, column, reason }

    /// Where and why, in one line.
    public var description: String {
        "\(file), line \(line)" + (column.map { ", column '\($0)'" } ?? "") + ": \(reason)"
    }

    /// Whether the place and the reason are the same.
    public static func == (one: BadRow, other: BadRow) -> Bool {
        (one.file, one.line, one.column, one.reason) == (other.file, other.line, other.column, other.reason)
    }
}
