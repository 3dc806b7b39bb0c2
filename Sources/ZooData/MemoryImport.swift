import Foundation
import ZooRecords

/// Ratings that a program made or has in memory, to be stored as a data set.
///
/// - Shapes: `users`, `items`, `ratings` [n], `timestamps` [n] or empty; `users` index `userKeys`, `items` `itemKeys`
package struct NewRatings: Sendable {
    /// What the users are called, each name once.
    package var userKeys: [String]
    /// What the items are called, each name once.
    package var itemKeys: [String]
    /// A title for each item.
    package var itemTitles: [String]
    /// By rating: who.
    package var users: [Int32]
    /// By rating: what.
    package var items: [Int32]
    /// By rating: how much.
    package var ratings: [Float]
    /// By rating: seconds since 1970, `StoredInteractions.withoutTime` where it is not known; or empty.
    package var timestamps: [Int64] = []
    /// The least and greatest rating possible.
    package var scale: ClosedRange<Double>
    /// Named splits: a `DataPart`'s mark for each rating.
    package var splits: [(name: String, parts: [UInt8])] = []

    /// Ratings without timestamps and splits.
    package init(
        userKeys: [String], itemKeys: [String], itemTitles: [String], users: [Int32], items: [Int32],
        ratings: [Float], scale: ClosedRange<Double>
    ) {
        self.userKeys = userKeys
        self.itemKeys = itemKeys
        self.itemTitles = itemTitles
        self.users = users
        self.items = items
        self.ratings = ratings
        self.scale = scale
    }
}

extension DataStore {
    /// Stores ratings from memory under `name`, in one transaction. Users and items keep their order.
    ///
    /// - Parameter source: where they come from, for people
    /// - Throws: `DataError.invalid` for arrays that do not fit together, `.exists`, `.locked`, `.database`
    @discardableResult
    package func importRatings(
        _ new: NewRatings, name: String, source: String, isReplacing: Bool = false
    ) throws -> Dataset {
        try check(name: name)
        if !isReplacing { try read { db in try checkIsFree(name, db) } }
        try check(new)
        let order = new.ratings.indices.sorted {
            (new.users[$0], new.items[$0]) < (new.users[$1], new.items[$1])
        }
        for (row, next) in zip(order, order.dropFirst()) where new.users[row] == new.users[next] {
            guard new.items[row] != new.items[next] else {
                let (user, item) = (new.userKeys[Int(new.users[row])], new.itemKeys[Int(new.items[row])])
                throw DataError.invalid("user '\(user)' rates item '\(item)' twice")
            }
        }
        let rows = RowSpool<SortedRating>(folder: url.deletingLastPathComponent().path)
        for row in order {
            try rows.append(
                SortedRating(
                    user: new.users[row], item: new.items[row], rating: Double(new.ratings[row]),
                    time: new.timestamps.isEmpty ? StoredInteractions.withoutTime : new.timestamps[row]))
        }
        let table = RatingTable(
            userKeys: new.userKeys, itemKeys: new.itemKeys, itemTitles: new.itemTitles, rows: rows,
            hasTimes: !new.timestamps.isEmpty, scale: new.scale)
        let splits = new.splits.map { split in SplitTable(name: split.name, parts: order.map { split.parts[$0] }) }
        return try store(table, splits: splits, name: name, source: source, isReplacing: isReplacing)
    }

    private func check(_ new: NewRatings) throws {
        let count = new.ratings.count
        func demand(_ condition: Bool, _ reason: String) throws { if !condition { throw DataError.invalid(reason) } }
        try demand(count > 0, "there are no ratings to store")
        try demand(
            new.users.count == count && new.items.count == count,
            "\(count) ratings of \(new.users.count) users and \(new.items.count) items")
        try demand(
            new.timestamps.isEmpty || new.timestamps.count == count,
            "\(count) ratings, \(new.timestamps.count) timestamps")
        try demand(
            new.itemTitles.count == new.itemKeys.count, "\(new.itemKeys.count) items, \(new.itemTitles.count) titles")
        try demand(new.users.allSatisfy { new.userKeys.indices.contains(Int($0)) }, "a rating of an unknown user")
        try demand(new.items.allSatisfy { new.itemKeys.indices.contains(Int($0)) }, "a rating of an unknown item")
        try demand(Set(new.userKeys).count == new.userKeys.count, "two users have the same key")
        try demand(Set(new.itemKeys).count == new.itemKeys.count, "two items have the same key")
        let range = "\(new.scale.lowerBound.formatted()) to \(new.scale.upperBound.formatted())"
        try demand(new.ratings.allSatisfy { new.scale.contains(Double($0)) }, "a rating outside \(range)")
        for split in new.splits {
            try demand(
                split.parts.count == count, "split '\(split.name)': \(split.parts.count) parts, \(count) ratings")
            try demand(split.parts.allSatisfy { $0 <= 2 }, "split '\(split.name)': a part other than 0, 1 and 2")
        }
    }
}
