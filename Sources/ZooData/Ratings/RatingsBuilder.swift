import ZooRecords

/// Collects the rows of a ratings file, checks them, and makes a sorted table of them.
struct RatingsBuilder {
    var users: KeyTable
    private(set) var items: KeyTable
    var badRows: BadRows
    var repeated: RepeatedRatings
    /// Rows that have no rating, which are left out.
    private(set) var unrated = BadRows(isSkipping: true)
    /// Whether rows whose rating is a number in some other format are left out, for the file to be read again.
    var looksForMarks = false
    private var evidence = NumberEvidence()
    /// How many items a second file told of, and whether any of them was rated.
    var toldItems = 0
    private(set) var hasToldItem = false
    /// What was found out.
    private(set) var notes: [String] = []
    let file: String
    private let rules: RatingRules
    private let format: NumberFormat
    /// Texts that stand for a rating that there is not.
    private let withoutRating: MissingMarkers
    private let withoutTitle: MissingMarkers
    private let names: RatingColumnNames
    private let scale: ClosedRange<Double>?
    private var titles: [String] = []  // by item, empty where not known
    private let folder: String
    private var rows: RowSpool<RatedRow>
    private var userCounts: [Int] = []  // rows by user
    private var times: RatingTimes
    /// Whole numbers up to it are Doubles, sums of many of them too.
    private static let largestRating = 1e15

    /// - Parameters:
    ///   - scale: the ratings possible, or nil to take what occurs
    ///   - format: how ratings are written; nil for what the rules say
    ///   - form: what times that are numbers are; nil finds out
    ///   - folder: where temporary files may be made
    init(
        file: String, names: RatingColumnNames, encoding: TextEncoding, scale: ClosedRange<Double>?, badRows: BadRows,
        rules: RatingRules = RatingRules(), values: ValueRules = ValueRules(), format: NumberFormat? = nil,
        times form: RatingTimes.NumberKind? = nil, folder: String
    ) {
        self.file = file
        self.names = names
        self.scale = scale
        self.badRows = badRows
        self.folder = folder
        rows = RowSpool(folder: folder)
        (self.rules, self.format) = (rules, format ?? NumberFormat(given: values))
        repeated = RepeatedRatings(rule: rules.repeatRule)
        withoutRating = MissingMarkers(values.missing)
        withoutTitle = MissingMarkers(ValueRules.given(values.missing))
        times = RatingTimes(values, form: form)
        users = KeyTable(encoding: encoding)
        items = KeyTable(encoding: encoding)
    }

    /// The bytes of one row.
    struct Row {
        let line: Int
        let user: UnsafeBufferPointer<UInt8>
        let item: UnsafeBufferPointer<UInt8>
        /// nil where every row is a choice.
        var rating: UnsafeBufferPointer<UInt8>?
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
        if let bytes = row.rating, withoutRating.contains(Blanks.trimmed(bytes)) {
            return try unrated.report(bad(names.rating, "it is missing"))
        }
        guard let rating = row.rating == nil ? 1 : row.rating.flatMap({ format.rating($0) }) else {
            if looksForMarks, let bytes = row.rating.map(Blanks.trimmed), NumberForm(bytes) != nil {
                evidence.see(text: bytes)
                return
            }
            let text = quoted(row.rating ?? row.user)
            return try badRows.report(bad(names.rating, "\(text) is not a number"))
        }
        if looksForMarks, let bytes = row.rating { evidence.see(real: bytes) }
        if rules.feedback == .counts, rating <= 0 {
            return try badRows.report(bad(names.rating, "\(rating.formatted()) is not a count above 0"))
        }
        if let scale, !scale.contains(rating) {
            let range = "\(scale.lowerBound.formatted()) to \(scale.upperBound.formatted())"
            return try badRows.report(bad(names.rating, "\(rating.formatted()) is outside \(range)"))
        }
        guard abs(rating) <= Self.largestRating else {
            return try badRows.report(bad(names.rating, "\(rating) is larger than 1e15, the most that is taken"))
        }
        var time: RatingTimes.Reading?
        if let bytes = row.timestamp {
            time = times.reading(bytes)
            let reason =
                time.map { times.refusal($0) }
                ?? "\(quoted(bytes)) is not a time: neither seconds or milliseconds since 1970, nor a date"
            if let reason { return try badRows.report(bad(names.timestamp, reason)) }
        }
        if row.user.isEmpty { return try badRows.report(bad(names.user, "it is empty")) }
        if row.item.isEmpty { return try badRows.report(bad(names.item, "it is empty")) }
        guard let user = users.insert(row.user), let item = items.insert(row.item) else {
            throw DataError.notUTF8(file: file, line: row.line)
        }
        if Int(item) < toldItems {
            hasToldItem = true
            items.settle(item, as: row.item)
        }
        if let title = row.title, !withoutTitle.contains(title) { try setTitle(title, item: item, line: row.line) }
        if user == userCounts.count { userCounts.append(0) }
        userCounts[Int(user)] += 1
        let (value, isNumber) = time.map { times.take($0) } ?? (StoredInteractions.withoutTime, false)
        try rows.append(
            RatedRow(
                rating: rating, time: value, user: user, item: item, line: Int32(truncatingIfNeeded: row.line),
                isNumber: isNumber))
    }

    /// Whether ratings have marks that only all of them together can tell apart.
    var hasOpenMarks: Bool {
        !evidence.forms.isEmpty || evidence.openCommas > 0 || evidence.openPoints > 0 && evidence.points == 0
    }

    /// Counts a row that the reader could not split.
    mutating func report(_ row: BadRow) throws { try badRows.report(row) }

    /// Names an item; it need not have been rated.
    mutating func addItem(key: UnsafeBufferPointer<UInt8>, title: String, line: Int) throws {
        guard let item = items.insert(key) else { throw DataError.notUTF8(file: file, line: line) }
        while titles.count <= item { titles.append("") }
        titles[Int(item)] = title
    }

    private mutating func setTitle(_ bytes: UnsafeBufferPointer<UInt8>, item: Int32, line: Int) throws {
        while titles.count <= item { titles.append("") }
        guard titles[Int(item)].isEmpty else { return }
        guard let title = items.encoding.text(bytes) else { throw DataError.notUTF8(file: file, line: line) }
        titles[Int(item)] = title
    }

    private func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        "'" + String(decoding: bytes.prefix(40), as: UTF8.self) + "'"
    }

    /// The table of all rows, and the place of each key's first number in it.
    ///
    /// Of a pair of user and item that occurs twice, the rule says what is kept.
    /// - Throws: `DataError.empty`, `.badRow`; `.invalid` for sums beyond the scale; `.notWritten`
    mutating func finish() throws -> Built {
        guard rows.count > 0 else { throw DataError.empty(file: file) }
        let clock = times.finish(unit: rules.unit)
        notes = clock.notes
        if unrated.count > 0, let first = unrated.listed.first {
            notes.append("left out \(unrated.count.counting("row")) without a rating, the first in line \(first.line)")
        }
        notes += [users.formNote("user"), items.formNote("item"), users.wayNote("user"), items.wayNote("item")]
            .compactMap { $0 }
        let userOrder = KeyTable.sorted(users.keys)
        let itemOrder = KeyTable.sorted(items.keys)
        let (userRank, itemRank) = (inverse(userOrder), inverse(itemOrder))
        let userKeys = userOrder.map { users.keys[Int($0)] }
        let itemKeys = itemOrder.map { items.keys[Int($0)] }
        var sorting = RatingsSorting(
            users: userOrder.count, items: itemOrder.count, rule: repeated.rule, folder: folder)
        try sorting.sort(rows, counts: userOrder.map { userCounts[Int($0)] }) { row in
            var row = row
            (row.user, row.item) = (userRank[Int(row.user)], itemRank[Int(row.item)])
            row.time = clock.seconds(row)
            return row
        }
        rows = RowSpool(folder: folder)
        try report(sorting, userKeys: userKeys, itemKeys: itemKeys)
        while titles.count < items.keys.count { titles.append("") }
        let (lowest, highest) = sorting.range
        if let scale, lowest < scale.lowerBound || highest > scale.upperBound {
            throw DataError.invalid(
                "\(file): repeated ratings add up to \(highest.formatted()), which is outside the scale: "
                    + "take another --repeats than sum")
        }
        let table = RatingTable(
            userKeys: userKeys, itemKeys: itemKeys,
            itemTitles: itemOrder.map { titles[Int($0)].isEmpty ? items.keys[Int($0)] : titles[Int($0)] },
            rows: sorting.sorted, hasTimes: clock.isKnown, scale: scale ?? lowest...highest, feedback: rules.feedback)
        return Built(table: table, userRank: userRank, itemRank: itemRank)
    }

    /// Says which rows gave way to others of the same user and item.
    private mutating func report(_ sorting: RatingsSorting, userKeys: [String], itemKeys: [String]) throws {
        func bad(_ line: Int32, _ row: DroppedRating, _ text: String) -> BadRow {
            let (user, item) = (userKeys[Int(row.user)], itemKeys[Int(row.item)])
            return BadRow(
                file: file, line: Int(line), column: nil, reason: "user '\(user)' rated item '\(item)' on line \(text)")
        }
        let dropped = sorting.dropped
        guard repeated.rule == .refuse else {
            repeated.count = sorting.droppedCount
            let verb =
                repeated.rule == .sum ? "is added to" : repeated.rule == .mean ? "is averaged with" : "gives way to"
            repeated.listed = dropped.map { bad($0.line, $0, "\($0.keptLine) too: this row \(verb) that one") }
            return
        }
        // Without skipping, the first that comes is the error, and it is the later of two.
        for row in dropped {
            try badRows.report(
                badRows.isSkipping
                    ? bad(row.line, row, "\(row.keptLine) too")
                    : bad(max(row.line, row.keptLine), row, "\(min(row.line, row.keptLine)) already"))
        }
        badRows.countOthers(sorting.droppedCount - dropped.count)
    }

    /// What `finish` gives: the table, and for the numbers in `users` and `items` their rows in it.
    struct Built {
        let table: RatingTable
        let userRank: [Int32]
        let itemRank: [Int32]
    }

    /// What all times say, where single ones were read otherwise; nil where nothing is to be read again.
    func settledTimes(_ values: ValueRules) -> RatingTimes.Settled? { times.settled(values, unit: rules.unit) }

    private func inverse(_ order: [Int32]) -> [Int32] {
        var rank = [Int32](repeating: 0, count: order.count)
        for (position, number) in order.enumerated() { rank[Int(number)] = Int32(position) }
        return rank
    }
}

/// The names of columns, for messages.
struct RatingColumnNames: Sendable {
    var user: String
    var item: String
    var rating: String
    var timestamp: String
}
