import Foundation
import ZooRecords

/// Ratings that a SELECT gives, for a training without an import.
package struct RatingsQuery: Sendable, Equatable {
    /// The SELECT: a user, an item, and a rating unless each row is a choice; perhaps a time.
    package var sql: String
    /// The names of the columns.
    package var columns = RatingColumns()
    /// How they are meant, and what tells more of items and users.
    package var options = ImportOptions()

    /// Asks for the ratings of a SELECT, whose columns have the usual names, or their order.
    package init(sql: String) { self.sql = sql }

    package static func == (a: RatingsQuery, b: RatingsQuery) -> Bool {
        a.sql == b.sql && a.columns == b.columns && a.options.rules == b.options.rules
            && a.options.items == b.options.items && a.options.users == b.options.users
    }
}

/// The ratings of a SELECT as compact arrays, sorted by user, then item.
package struct QueriedRatings: Sendable {
    let parsed: ParsedRatings
    /// SHA-256 of the contents; a data set with the same ratings has the same.
    package let fingerprint: String

    /// What was found out or decided, and what was made of repeated pairs, a sentence each.
    package var notes: [String] { parsed.notes }
    /// Pairs of user and item that occurred more than once.
    package var repeated: RepeatedRatings { parsed.repeated }
    /// By rating: the row of `userKeys`.
    package var users: [Int32] { parsed.table.users }
    /// By rating: the row of `itemKeys`.
    package var items: [Int32] { parsed.table.items }
    /// The ratings.
    package var ratings: [Float] { parsed.table.ratings.map { Float($0) } }
    /// Seconds since 1970, as those of `StoredInteractions`.
    package var timestamps: [Int64] { parsed.table.timestamps }
    /// What the users are called.
    package var userKeys: [String] { parsed.table.userKeys }
    /// What the items are called in the data.
    package var itemKeys: [String] { parsed.table.itemKeys }
    /// What people call the items.
    package var itemTitles: [String] { parsed.table.itemTitles }
    /// The least and greatest rating.
    package var scale: ClosedRange<Double> { parsed.table.scale }
    /// What a rating says.
    package var feedback: Feedback { parsed.table.feedback }
    /// What else is known of the items and users.
    package var attributes: RatingAttributes { parsed.attributes }
}

extension DataStore {
    /// Reads the ratings that a SELECT gives.
    ///
    /// - Throws: `DataError.query` for a SELECT that fails or has no such columns, `.badRow` for a value that is none
    package func ratings(of request: RatingsQuery) throws -> QueriedRatings {
        let query = try query(request.sql)
        let rules = request.options.rules
        let (places, note) = try Self.places(request.columns, in: query.columns, rules.feedback)
        let sides = try sides(request.options, request.columns)
        let rating = rules.feedback == .choices ? nil : places.rating
        let names = query.columns
        var builder = RatingsBuilder(
            file: "the rows of the SELECT",
            names: RatingColumnNames(
                user: names[places.user], item: names[places.item], rating: rating.map { names[$0] } ?? "rating",
                timestamp: places.timestamp.map { names[$0] } ?? "timestamp"), encoding: .utf8,
            scale: request.options.scale, badRows: BadRows(isSkipping: request.options.skipsBadRows), rules: rules,
            values: request.options.table.rules)
        try builder.addItems(of: sides.items)
        var row = 0
        try query.forEachRow { values in
            row += 1
            for place in [places.user, places.item] {
                if case .blob(let bytes) = values[place], bytes.count != 16 {
                    let reason =
                        "column '\(names[place])' holds a BLOB of \(bytes.count) bytes in row \(row): it is no key"
                    throw DataError.query(reason: reason, line: nil, column: nil)
                }
            }
            var bytes: [UInt8] = []
            let ranges = [places.user, places.item, rating, places.timestamp, places.title].map { place in
                place.map { place in
                    let start = bytes.count
                    bytes += (values[place].keyText ?? "").utf8
                    return start..<bytes.count
                }
            }
            try bytes.withUnsafeBufferPointer { bytes in
                let fields = ranges.map { $0.map { UnsafeBufferPointer(rebasing: bytes[$0]) } }
                guard let user = fields[0], let item = fields[1] else { return }
                try builder.add(
                    .init(line: row, user: user, item: item, rating: fields[2], timestamp: fields[3], title: fields[4]))
            }
            return true
        }
        guard row > 0 else { throw DataError.query(reason: "it gives no rows", line: nil, column: nil) }
        let parsed = ParsedRatings(try builder.finish(), builder, sides: sides, notes: [note].compactMap { $0 })
        return QueriedRatings(parsed: parsed, fingerprint: parsed.table.fingerprint)
    }

    /// By name, else by their order.
    private static func places(
        _ columns: RatingColumns, in names: [String], _ feedback: Feedback
    ) throws -> (RatingColumns.Places, note: String?) {
        let needed = feedback == .choices ? 2 : 3
        switch columns.places(in: names, counts: feedback == .counts) {
        case .success(let places) where places.rating != nil || feedback == .choices: return (places, nil)
        case .success, .failure:
            guard !columns.isGiven, (needed...4).contains(names.count) else {
                let what = ["user", "item", "rating", "timestamp"].prefix(needed).joined(separator: ", ")
                let given = names.map { "'\($0)'" }.joined(separator: ", ")
                throw DataError.query(
                    reason: "it gives \(given): name its columns \(what), with AS", line: nil, column: nil)
            }
            let order = ["user", "item", "rating", "timestamp"].prefix(names.count)
            return (
                .init(
                    user: 0, item: 1, rating: names.count > 2 ? 2 : nil, timestamp: names.count > 3 ? 3 : nil,
                    title: nil),
                "the columns are taken for \(order.joined(separator: ", ")), in this order: AS gives them other names"
            )
        }
    }
}
