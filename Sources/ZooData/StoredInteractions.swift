import Foundation
import GRDB
import GRDBSQLite
import ZooRecords

/// The ratings of a data set as compact arrays, sorted by user, then item.
package struct StoredInteractions: Sendable {
    /// The data set they are of.
    package let dataset: Dataset
    /// What they amount to.
    package let summary: RatingsSummary
    /// By rating: the row of `userKeys`.
    package let users: [Int32]
    /// By rating: the row of `itemKeys`.
    package let items: [Int32]
    /// The ratings.
    package let ratings: [Float]
    /// Seconds since 1970 by rating, `withoutTime` where it is not known; empty if the data set has none or none were read.
    package let timestamps: [Int64]
    /// By rating: a `DataPart`'s mark; all that of `.train` where no split was asked for.
    package let parts: [UInt8]
    /// What the users are called in the data.
    package let userKeys: [String]
    /// What the items are called in the data.
    package let itemKeys: [String]
    /// What people call the items.
    package let itemTitles: [String]
    /// What else is known of the items and users.
    package let attributes: RatingAttributes

    /// The timestamp of a rating whose time is not known, where others have one.
    package static let withoutTime = Int64.min
}

extension DataStore {
    /// Reads the ratings of a data set, in one snapshot.
    ///
    /// - Parameters:
    ///   - split: the name of a split, or nil to take all ratings as training data
    ///   - hasTimes: whether the timestamps are read, where there are any
    /// - Throws: `DataError.unknown`, naming the data sets or splits that there are
    package func interactions(
        dataset name: String, split: String? = nil, hasTimes: Bool = true
    ) throws -> StoredInteractions {
        try read { db in
            let dataset = try dataset(named: name, db)
            let summary = try dataset.ratings()
            let hasTimes = hasTimes && summary.hasTimestamps
            let count = summary.ratings
            var parts = [UInt8](repeating: DataPart.train.mark, count: count)
            if let split { parts = try splitParts(split, dataset, count: count, db) }
            var users = [Int32](repeating: 0, count: count)
            var items = users
            var ratings = [Float](repeating: 0, count: count)
            var timestamps = [Int64](repeating: 0, count: hasTimes ? count : 0)
            let sql = "SELECT user, item, rating, timestamp FROM zoo_ratings WHERE dataset = ? ORDER BY user, item"
            let rows = try RawStatement(db, sql)
            rows.bind(dataset.id, at: 1)
            var row = 0
            while try rows.step() {
                guard row < count else { throw damaged(name) }
                users[row] = Int32(truncatingIfNeeded: rows.int64(0))
                items[row] = Int32(truncatingIfNeeded: rows.int64(1))
                ratings[row] = Float(rows.double(2))
                if hasTimes {
                    timestamps[row] = rows.isNull(3) ? StoredInteractions.withoutTime : rows.int64(3)
                }
                row += 1
            }
            let arguments: StatementArguments = [dataset.id]
            let userKeys = try String.fetchAll(
                db, sql: "SELECT key FROM zoo_users WHERE dataset = ? ORDER BY idx", arguments: arguments)
            let itemKeys = try String.fetchAll(
                db, sql: "SELECT key FROM zoo_items WHERE dataset = ? ORDER BY idx", arguments: arguments)
            let titles = try String.fetchAll(
                db, sql: "SELECT title FROM zoo_items WHERE dataset = ? ORDER BY idx", arguments: arguments)
            // Others may write to the file: indices lead into arrays, so they are not believed.
            guard row == count, userKeys.count == summary.users, itemKeys.count == summary.items,
                users.allSatisfy({ userKeys.indices.contains(Int($0)) }),
                items.allSatisfy({ itemKeys.indices.contains(Int($0)) })
            else { throw damaged(name) }
            return StoredInteractions(
                dataset: dataset, summary: summary, users: users, items: items, ratings: ratings,
                timestamps: timestamps, parts: parts,
                userKeys: userKeys, itemKeys: itemKeys, itemTitles: titles,
                attributes: try attributes(of: dataset, db))
        }
    }

    private func splitParts(_ split: String, _ dataset: Dataset, count: Int, _ db: Database) throws -> [UInt8] {
        let sql = "SELECT parts FROM zoo_splits WHERE dataset = ? AND name = ?"
        guard let blob = try Data.fetchOne(db, sql: sql, arguments: [dataset.id, split]) else {
            let known = dataset.splits.map(\.name)
            throw DataError.unknown(kind: "split of '\(dataset.name)'", name: split, known: known)
        }
        guard blob.count == count else { throw damaged(dataset.name) }
        return [UInt8](blob)
    }

    /// The error of rows that lead nowhere, as somebody else has written to the file.
    func damaged(_ name: String) -> DataError {
        .database(
            path: url.path, reason: "the rows of data set '\(name)' do not fit together", advice: "import it again")
    }
}
