import Foundation
import GRDB

/// What the store knows of a data set without reading it.
public struct Dataset: Sendable, Equatable {
    /// Its number in the tables.
    package let id: Int64
    /// How it is asked for.
    public let name: String
    /// The file, folder or generator that it came from.
    package let source: String
    /// When it was imported, ISO 8601.
    public let created: String
    /// SHA-256 of its contents: equal data have equal fingerprints, whatever they are called.
    package let fingerprint: String
    /// What it holds.
    package let contents: DatasetContents
    /// The names of its splits.
    package let splits: [Split]

    /// What sort of data it holds.
    package var kind: DatasetKind { contents.kind }

    /// A named way to divide the examples.
    package struct Split: Sendable, Equatable, Codable {
        /// How it is asked for: `u1`.
        package let name: String
        /// Examples to learn from.
        package let train: Int
        /// Examples to measure with.
        package let test: Int
    }

    /// What a SELECT gives, as though it were stored.
    init(sql: String, fingerprint: String, ratings: RatingsSummary) {
        (id, name, source, created, self.fingerprint) = (0, sql, sql, "", fingerprint)
        (contents, splits) = (.ratings(ratings), [])
    }

    /// - Throws: `DataError.invalid` for a row that this program does not understand
    init(row: Row, splits: [Split]) throws {
        id = row["id"]
        name = row["name"]
        source = row["source"]
        created = row["created"]
        fingerprint = row["fingerprint"]
        contents = try DatasetContents(row: row)
        self.splits = splits
    }

    /// What the ratings amount to.
    ///
    /// - Throws: `DataError.otherKind` where it holds something else
    package func ratings() throws -> RatingsSummary {
        guard case .ratings(let summary) = contents else { throw otherKind(wanted: .ratings) }
        return summary
    }

    /// The error of a data set that holds something else than what is needed.
    func otherKind(wanted: DatasetKind) -> DataError {
        guard wanted == .ratings, case .table(let summary) = contents else {
            return .otherKind(name: name, kind: kind.rawValue, wanted: wanted.rawValue)
        }
        return .invalid(
            "data set '\(name)' is a table, not ratings: --sql 'SELECT … FROM \(summary.view ?? summary.table)' takes its columns of users, "
                + "items and ratings, with --feedback choices users and items alone")
    }
}

extension Dataset: Encodable {
    private enum Keys: String, CodingKey { case id, name, kind, source, created, fingerprint, splits }

    /// One flat object: what all data sets have, and the summary of the kind.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(id, forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(kind.rawValue, forKey: .kind)
        try values.encode(source, forKey: .source)
        try values.encode(created, forKey: .created)
        try values.encode(fingerprint, forKey: .fingerprint)
        try values.encode(splits, forKey: .splits)
        try contents.summary.encode(to: encoder)
    }
}
