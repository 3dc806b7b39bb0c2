import Foundation
import ZooRecords

/// Ratings that a SELECT gives, for a training without an import.
package struct RatingsQuery: Sendable {
    /// The SELECT: a user, an item, and a rating unless each row is a choice; perhaps a time.
    package var sql: String
    /// The names of the columns.
    package var columns = RatingColumns()
    /// How they are meant, and what tells more of items and users.
    package var options = ImportOptions()

    /// Asks for the ratings of a SELECT, whose columns have the usual names, or their order.
    package init(sql: String) { self.sql = sql }
}

extension DataStore {
    /// Reads the ratings that a SELECT gives, as though they were a data set; with what was found out, a sentence each.
    ///
    /// - Throws: `DataError.query` for a SELECT that fails or has no such columns, `.badRow` for a value that is none
    package func ratings(of request: RatingsQuery) throws -> (ratings: StoredInteractions, notes: [String]) {
        let query = try query(request.sql)
        let rules = request.options.rules
        var (places, note) = try Self.places(request.columns, in: query.columns, rules.feedback)
        let sides = try sides(request.options, request.columns)
        let rating = rules.feedback == .choices ? nil : places.rating
        let names = query.columns
        if let repeated = places.repeated {
            throw DataError.query(
                reason: "column '\(names[repeated])' is named for two things: name two columns", line: nil, column: nil)
        }
        var timeNote: String?
        if let time = request.columns.possibleTime(in: names, places) {
            let times = RatingTimes(request.options.table.rules)
            var isTime = true
            try query.forEachRow { values in
                var text = values[time].keyText ?? ""
                isTime = text.withUTF8 { times.looksLikeTime($0) }
                return isTime
            }
            if isTime { places.timestamp = time }
            timeNote = RatingTimes.note(names[time], isTime: isTime)
        }
        let found = places
        var (values, form) = (request.options.table.rules, RatingTimes.NumberKind?.none)
        var (format, numberNotes): (NumberFormat?, [String]) = (nil, [])
        func read() throws -> RatingsBuilder {
            var builder = RatingsBuilder(
                file: "the rows of the SELECT",
                names: RatingColumnNames(
                    user: names[found.user], item: names[found.item], rating: rating.map { names[$0] } ?? "rating",
                    timestamp: found.timestamp.map { names[$0] } ?? "timestamp"), encoding: .utf8,
                scale: request.options.scale, badRows: BadRows(isSkipping: false, offersSkipping: false), rules: rules,
                values: values, format: format, times: form, folder: url.deletingLastPathComponent().path)
            builder.looksForMarks = format == nil
            try builder.addItems(of: sides.items)
            var row = 0
            try query.forEachRow { values in
                row += 1
                for place in [found.user, found.item] {
                    if case .blob(let bytes) = values[place], bytes.count != 16 {
                        let reason =
                            "column '\(names[place])' holds a BLOB of \(bytes.count) bytes in row \(row): it is not a key"
                        throw DataError.query(reason: reason, line: nil, column: nil)
                    }
                }
                var bytes: [UInt8] = []
                let ranges = [found.user, found.item, rating, found.timestamp, found.title].map { place in
                    place.map { place in
                        let start = bytes.count
                        let value = values[place]
                        bytes += (place == rating ? value.ratingText(in: format) : value.keyText ?? "").utf8
                        return start..<bytes.count
                    }
                }
                try bytes.withUnsafeBufferPointer { bytes in
                    let fields = ranges.map { $0.map { UnsafeBufferPointer(rebasing: bytes[$0]) } }
                    guard let user = fields[0], let item = fields[1] else { return }
                    try builder.add(
                        .init(
                            line: row, user: user, item: item, rating: fields[2], timestamp: fields[3], title: fields[4]
                        ))
                }
                return true
            }
            guard row > 0 else { throw DataError.query(reason: "it gives no rows", line: nil, column: nil) }
            return builder
        }
        var builder = try read()
        if builder.hasOpenMarks, let rating {
            let numbers = try RatingNumbers(of: names[rating], delimiter: nil, isQuery: true, rules: values) { add in
                var row = 0
                try query.forEachRow { values in
                    row += 1
                    if case .text(var text) = values[rating] { text.withUTF8 { add($0, row) } }
                    return true
                }
            }
            (format, numberNotes) = (numbers.format, numbers.notes)
            builder = try read()
        }
        var timeNotes: [String] = []
        if let settled = builder.settledTimes(values) {
            (values, form, timeNotes) = (settled.rules, settled.form, settled.notes)
            builder = try read()
        }
        builder.users.meet(sides.users?.keys ?? [])
        let built = try builder.finish()
        try builder.checkKeys(of: sides, request.options)
        let parsed = ParsedRatings(
            built, builder, sides: sides, notes: [note, timeNote].compactMap { $0 } + numberNotes + timeNotes)
        let table = parsed.table
        let summary = RatingsSummary(table)
        let rows = try table.rows.all()
        let stored = StoredInteractions(
            dataset: Dataset(sql: request.sql, fingerprint: try table.fingerprint(), ratings: summary),
            summary: summary,
            users: rows.map(\.user), items: rows.map(\.item), ratings: rows.map { Float($0.rating) },
            timestamps: table.hasTimes ? rows.map(\.time) : [],
            parts: [UInt8](repeating: DataPart.train.mark, count: rows.count), userKeys: table.userKeys,
            itemKeys: table.itemKeys, itemTitles: table.itemTitles, attributes: parsed.attributes)
        return (stored, parsed.notes + parsed.repeated.notes)
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
                let choices = names.count == 2 && needed == 3 ? ", or say --feedback choices if each row is one" : ""
                throw DataError.query(
                    reason: "it gives \(given): name its columns \(what), with AS\(choices)", line: nil, column: nil)
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
