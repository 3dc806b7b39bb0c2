import Foundation
import GRDB

/// What each column of a file of ratings was taken for.
package struct RatingColumnUse: Sendable, Equatable, Encodable {
    /// `user`, `item`, `rating`, `timestamp`, `title`, or `attribute or not used`.
    package let use: String
    /// What its values say.
    package let evidence: ColumnEvidence
}

/// How a file of ratings would be imported: its columns, and its first ratings.
package struct RatingsPreview: Sendable, Encodable {
    /// What the columns are taken for.
    package let columns: [RatingColumnUse]
    /// The first ratings as they would be stored: user, item, rating, timestamp, title.
    package let firstRows: [[String?]]
    /// What an import would do.
    package let report: ImportReport

    /// The names of the columns of `firstRows`.
    package static let names = ["user", "item", "rating", "timestamp", "title"]

    /// Reads a file as an import would, into a database without a name.
    ///
    /// - Parameter rows: how many to give
    /// - Throws: as `DataStore.importCSV`; `DataError.invalid` for items or users by a SELECT
    package init(file: URL, columns: RatingColumns, options: ImportOptions, rows count: Int) throws {
        for case .query? in [options.items, options.users] {
            throw DataError.invalid("--preview reads files alone: leave out the SELECT in --items and --users")
        }
        let store = try DataStore(temporaryFor: file)
        report = try store.importCSV(file: file, name: "preview", columns: columns, options: options)
        self.columns = try DataStore.ratingEvidence(file: file, columns: columns, options: options)
        let first = """
            SELECT u.key, i.key, r.rating, datetime(r.timestamp, 'unixepoch'), nullif(i.title, i.key) FROM zoo_ratings r
            JOIN zoo_users u ON (u.dataset, u.idx) = (r.dataset, r.user)
            JOIN zoo_items i ON (i.dataset, i.idx) = (r.dataset, r.item) ORDER BY r.position LIMIT \(count)
            """
        firstRows = try store.read { db in
            try Row.fetchAll(db, sql: first).map { [$0[0], $0[1], ($0[2] as Double?)?.plainText, $0[3], $0[4]] }
        }
    }
}

extension DataStore {
    /// What the columns of a file of ratings were taken for, and what their values say.
    ///
    /// - Throws: as `importCSV`
    package static func ratingEvidence(
        file: URL, columns: RatingColumns, options: ImportOptions
    ) throws -> [RatingColumnUse] {
        let layout = try RatingLayout.find(path: file.path, columns: columns, options: options)
        var reading = options.table
        reading.skipsBadRows = true  // they were told by the import
        let evidence = try TableInspection(path: file.path, layout: layout.table, options: reading) { _ in }.evidence
        let places = layout.places
        let uses = [
            (places.user, "user"), (places.item, "item"), (places.rating, "rating"), (places.timestamp, "timestamp"),
            (places.title, "title"),
        ]
        return evidence.enumerated().map { place, evidence in
            RatingColumnUse(
                use: uses.first { $0.0 == place }?.1 ?? "attribute or not used", evidence: evidence)
        }
    }
}
