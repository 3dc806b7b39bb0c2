/// Collects the rows of a ratings file, checks them, and makes a sorted table of them.
struct RatingsBuilder {
    private(set) var users: KeyTable
    private(set) var items: KeyTable
    private(set) var badRows: BadRows
    private let file: String
    private let names: RatingColumnNames
    private let scale: ClosedRange<Double>?
    private var titles: [String] = []  // by item, empty where not known
    private var userColumn: [Int32] = []
    private var itemColumn: [Int32] = []
    private var ratings: [Double] = []
    private var timestamps: [Int64] = []
    private var lines: [Int32] = []
    /// Beyond it, no model in Float32 tells neighbouring ratings apart.
    private static let largestRating = 1e6

    /// - Parameter scale: the ratings possible, or nil to take what occurs
    init(
        file: String, names: RatingColumnNames, encoding: TextEncoding, scale: ClosedRange<Double>?, badRows: BadRows
    ) {
        self.file = file
        self.names = names
        self.scale = scale
        self.badRows = badRows
        users = KeyTable(encoding: encoding)
        items = KeyTable(encoding: encoding)
    }

    /// The bytes of one row.
    struct Row {
        let line: Int
        let user: UnsafeBufferPointer<UInt8>
        let item: UnsafeBufferPointer<UInt8>
        let rating: UnsafeBufferPointer<UInt8>
        var timestamp: UnsafeBufferPointer<UInt8>?
        var title: UnsafeBufferPointer<UInt8>?
    }

    /// Takes a row in.
    ///
    /// - Throws: `DataError.badRow`, unless bad rows are skipped; `.wrongEncoding`
    mutating func add(_ row: Row) throws {
        func bad(_ column: String?, _ reason: String) -> BadRow {
            BadRow(file: file, line: row.line, column: column, reason: reason)
        }
        guard let rating = FieldParsing.number(row.rating) else {
            return try badRows.report(bad(names.rating, "\(quoted(row.rating)) is not a number"))
        }
        if let scale, !scale.contains(rating) {
            let range = "\(scale.lowerBound.formatted()) to \(scale.upperBound.formatted())"
            return try badRows.report(bad(names.rating, "\(rating.formatted()) is outside \(range)"))
        }
        guard abs(rating) <= Self.largestRating else {
            return try badRows.report(bad(names.rating, "\(quoted(row.rating)) is too large for a rating"))
        }
        var timestamp: Int64 = 0
        if let bytes = row.timestamp {
            guard let seconds = FieldParsing.integer(bytes) else {
                return try badRows.report(bad(names.timestamp, "\(quoted(bytes)) is not a number of seconds"))
            }
            timestamp = seconds
        }
        if row.user.isEmpty { return try badRows.report(bad(names.user, "it is empty")) }
        if row.item.isEmpty { return try badRows.report(bad(names.item, "it is empty")) }
        guard let user = users.insert(row.user), let item = items.insert(row.item) else { throw notUTF8(row.line) }
        if let title = row.title, !title.isEmpty { try setTitle(title, item: item, line: row.line) }
        userColumn.append(user)
        itemColumn.append(item)
        ratings.append(rating)
        if row.timestamp != nil { timestamps.append(timestamp) }
        lines.append(Int32(truncatingIfNeeded: row.line))
    }

    /// Counts a row that the reader could not split.
    mutating func report(_ row: BadRow) throws { try badRows.report(row) }

    /// Names an item; it need not have been rated.
    mutating func addItem(key: UnsafeBufferPointer<UInt8>, title: String, line: Int) throws {
        guard let item = items.insert(key) else { throw notUTF8(line) }
        while titles.count <= item { titles.append("") }
        titles[Int(item)] = title
    }

    private mutating func setTitle(_ bytes: UnsafeBufferPointer<UInt8>, item: Int32, line: Int) throws {
        while titles.count <= item { titles.append("") }
        guard titles[Int(item)].isEmpty else { return }
        guard let title = items.encoding.text(bytes) else { throw notUTF8(line) }
        titles[Int(item)] = title
    }

    private func notUTF8(_ line: Int) -> DataError {
        .wrongEncoding(
            file: file, line: line, reason: "this is not UTF-8; if it is Latin-1, say so (--encoding latin1)")
    }

    private func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        "'" + String(decoding: bytes.prefix(40), as: UTF8.self) + "'"
    }

    /// The table of all rows, and the place of each key's first number in it.
    ///
    /// A pair of user and item that occurs twice is a bad row; where those are skipped, the rating with the latest
    /// timestamp is kept, and of equal timestamps (or none) the one that stands later in the file.
    /// - Throws: `DataError.empty`, `.badRow`
    mutating func finish() throws -> Built {
        guard !ratings.isEmpty else { throw DataError.empty(file: file) }
        let userOrder = KeyTable.sorted(users.keys)
        let itemOrder = KeyTable.sorted(items.keys)
        let (userRank, itemRank) = (inverse(userOrder), inverse(itemOrder))
        let order = try sortedRows(userRank: userRank, itemRank: itemRank)
        while titles.count < items.keys.count { titles.append("") }
        let kept = order.map { ratings[$0] }
        let lowest = kept.min() ?? 0
        let highest = kept.max() ?? 0
        let table = RatingTable(
            userKeys: userOrder.map { users.keys[Int($0)] }, itemKeys: itemOrder.map { items.keys[Int($0)] },
            itemTitles: itemOrder.map { titles[Int($0)].isEmpty ? items.keys[Int($0)] : titles[Int($0)] },
            users: order.map { userRank[Int(userColumn[$0])] }, items: order.map { itemRank[Int(itemColumn[$0])] },
            ratings: kept, timestamps: timestamps.isEmpty ? [] : order.map { timestamps[$0] },
            scale: scale ?? lowest...highest)
        return Built(table: table, userRank: userRank, itemRank: itemRank)
    }

    /// What `finish` gives: the table, and for the numbers in `users` and `items` their rows in it.
    struct Built {
        let table: RatingTable
        let userRank: [Int32]
        let itemRank: [Int32]
    }

    private func inverse(_ order: [Int32]) -> [Int32] {
        var rank = [Int32](repeating: 0, count: order.count)
        for (position, number) in order.enumerated() { rank[Int(number)] = Int32(position) }
        return rank
    }

    /// The rows by user and item, each pair once.
    private mutating func sortedRows(userRank: [Int32], itemRank: [Int32]) throws -> [Int] {
        var keys = [UInt64](repeating: 0, count: ratings.count)
        for row in keys.indices {
            keys[row] = UInt64(userRank[Int(userColumn[row])]) << 32 | UInt64(itemRank[Int(itemColumn[row])])
        }
        // Counted by user first: then only the short stretch of each user is to be sorted.
        var ends = [Int](repeating: 0, count: userRank.count + 1)
        for key in keys { ends[Int(key >> 32) + 1] += 1 }
        for user in userRank.indices { ends[user + 1] += ends[user] }
        let starts = ends
        var order = [Int](repeating: 0, count: keys.count)
        for (row, key) in keys.enumerated() {
            order[ends[Int(key >> 32)]] = row
            ends[Int(key >> 32)] += 1
        }
        for user in userRank.indices {
            order[starts[user]..<starts[user + 1]].sort { (keys[$0], $0) < (keys[$1], $1) }
        }
        return try withoutDuplicates(order, keys)
    }

    private mutating func withoutDuplicates(_ order: [Int], _ keys: [UInt64]) throws -> [Int] {
        var kept: [Int] = []
        kept.reserveCapacity(order.count)
        var duplicates: [(first: Int, second: Int)] = []
        for row in order {
            guard let last = kept.last, keys[last] == keys[row] else {
                kept.append(row)
                continue
            }
            duplicates.append((last, row))
            if timestamps.isEmpty || timestamps[row] >= timestamps[last] { kept[kept.count - 1] = row }
        }
        for (first, second) in duplicates.sorted(by: { $0.second < $1.second }) {
            let (user, item) = (users.keys[Int(userColumn[second])], items.keys[Int(itemColumn[second])])
            let reason = "user '\(user)' rated item '\(item)' on line \(lines[first]) already"
            try badRows.report(BadRow(file: file, line: Int(lines[second]), column: nil, reason: reason))
        }
        return kept
    }
}

/// The names of columns, for messages.
struct RatingColumnNames: Sendable {
    var user: String
    var item: String
    var rating: String
    var timestamp: String
}
