import ZooRecords

/// A row of a ratings file: first by the numbers that its keys got, then by their ranks.
struct RatedRow: BitwiseCopyable {
    var rating: Double
    var time: Int64
    var user: Int32
    var item: Int32
    let line: Int32
    /// Whether the time is a number whose unit is not settled yet.
    var isNumber: Bool
}

/// Sorts ratings by user, then item, and settles what is kept of pairs that occur more than once.
///
/// Rows are divided by user into parts that fit into memory, each of which is sorted by counting.
struct RatingsSorting {
    let users: Int
    let items: Int
    let rule: RepeatRule
    /// Where temporary files may be made.
    let folder: String
    /// The rows sorted so far, each pair once.
    let sorted: RowSpool<SortedRating>
    /// The least and greatest rating that was kept.
    private(set) var range = (lowest: Double.infinity, highest: -Double.infinity)
    /// How many rows were dropped or taken into others.
    private(set) var droppedCount = 0
    private var droppedRows: [DroppedRating] = []
    // That a part and its order stay in the caches.
    private static let partRows = 1 << 17
    private static let mostParts = 64
    private static let mostListed = 20

    init(users: Int, items: Int, rule: RepeatRule, folder: String) {
        (self.users, self.items, self.rule, self.folder) = (users, items, rule, folder)
        sorted = RowSpool(folder: folder)
    }

    /// Sorts all rows.
    ///
    /// - Parameters:
    ///   - counts: how many rows a user has, by rank
    ///   - ranked: gives a row its ranks and its time
    mutating func sort(_ rows: RowSpool<RatedRow>, counts: [Int], ranked: (RatedRow) -> RatedRow) throws {
        let partRows = max(Self.partRows, rows.count / Self.mostParts)
        guard rows.count > partRows else { return try add(rows.all().map(ranked), users: 0..<users) }
        var ends: [Int] = []  // by part, the rank behind its last user
        var partOfUser: [Int] = []
        var size = 0
        for (user, count) in counts.enumerated() {
            if size > 0, size + count > partRows {
                ends.append(user)
                size = 0
            }
            size += count
            partOfUser.append(ends.count)
        }
        ends.append(users)
        var parts = ends.map { _ in RowSpool<RatedRow>(folder: folder, limit: 1 << 12) }
        try rows.forEachBlock { block in
            for row in block {
                let row = ranked(row)
                try parts[partOfUser[Int(row.user)]].append(row)
            }
        }
        for part in parts.indices {
            let rows = try parts[part].all()
            parts[part] = RowSpool(folder: folder)  // its file is not needed any longer
            try add(rows, users: (part == 0 ? 0 : ends[part - 1])..<ends[part])
        }
    }

    private mutating func add(_ rows: [RatedRow], users: Range<Int>) throws {
        let byItem = Self.sorted(rows.indices.map { Int32($0) }, bins: items) { Int(rows[Int($0)].item) }
        let order = Self.sorted(byItem, bins: users.count) { Int(rows[Int($0)].user) - users.lowerBound }
        var start = 0
        while start < order.count {
            let first = rows[Int(order[start])]
            var end = start + 1
            while end < order.count, rows[Int(order[end])].item == first.item, rows[Int(order[end])].user == first.user
            {
                end += 1
            }
            try add(end - start == 1 ? first : kept(of: order[start..<end].map { rows[Int($0)] }))
            start = end
        }
    }

    private mutating func add(_ row: RatedRow) throws {
        range = (min(range.lowest, row.rating), max(range.highest, row.rating))
        try sorted.append(SortedRating(user: row.user, item: row.item, rating: row.rating, time: row.time))
    }

    /// Places in the order of a key from 0 to `bins` - 1; those of equal keys stay in theirs.
    private static func sorted(_ places: [Int32], bins: Int, by key: (Int32) -> Int) -> [Int32] {
        var ends = [Int](repeating: 0, count: bins + 1)
        for place in places { ends[key(place) + 1] += 1 }
        for bin in 0..<bins { ends[bin + 1] += ends[bin] }
        return [Int32](unsafeUninitializedCapacity: places.count) { sorted, count in
            for place in places {
                let bin = key(place)
                sorted[ends[bin]] = place
                ends[bin] += 1
            }
            count = places.count
        }
    }

    /// What is kept of several rows of one pair, given as they stand in the file: a row, or for means and sums the last with
    /// the others in it.
    private mutating func kept(of rows: [RatedRow]) -> RatedRow {
        // Of equal times, the one that stands last is the last.
        let inOrder = rows.sorted { ($0.time, $0.line) < ($1.time, $1.line) }
        var kept = rule == .first ? inOrder[0] : inOrder[inOrder.count - 1]
        for row in rows where row.line != kept.line { drop(row, for: kept) }
        if rule == .mean || rule == .sum {
            let sum = rows.reduce(0) { $0 + $1.rating }
            kept.rating = rule == .sum ? sum : sum / Double(rows.count)
        }
        return kept
    }

    private mutating func drop(_ row: RatedRow, for kept: RatedRow) {
        droppedCount += 1
        droppedRows.append(DroppedRating(user: row.user, item: row.item, line: row.line, keptLine: kept.line))
        if droppedRows.count >= 100 * Self.mostListed { droppedRows = dropped }
    }

    /// The first of the rows that were dropped; where repeats are refused, in the order in which they are found out.
    var dropped: [DroppedRating] {
        let isRefusing = rule == .refuse
        func place(_ row: DroppedRating) -> Int32 { isRefusing ? max(row.line, row.keptLine) : row.line }
        return Array(droppedRows.sorted { place($0) < place($1) }.prefix(Self.mostListed))
    }
}

/// A row that gave way to another of the same user and item, or was taken into it.
struct DroppedRating {
    let user: Int32
    let item: Int32
    let line: Int32
    let keptLine: Int32
}
