import ZooRecords

/// Reading delimited files of ratings.
enum RatingsFile {
    /// Reads a file whose form is detected or given by the options.
    ///
    /// - Throws: `DataError`
    static func read(
        path: String, columns: RatingColumns, sides: RatingSides = RatingSides(), _ options: ImportOptions
    ) throws -> ParsedRatings {
        let layout = try RatingLayout.find(path: path, columns: columns, options: options)
        try options.table.checkNames(in: layout.names, of: path)
        try layout.checkNames(of: path)
        var parsed = try read(path: path, layout, columns, sides: sides, options)
        if let note = layout.recognized(by: columns) { parsed.notes.insert(note, at: 0) }
        return parsed
    }

    /// Reads a file of a known form.
    ///
    /// - Throws: `DataError`
    static func read(
        path: String, _ layout: RatingLayout, _ columns: RatingColumns = RatingColumns(), sides: RatingSides,
        _ options: ImportOptions
    ) throws -> ParsedRatings {
        var places = layout.places
        let (names, table) = (layout.names, layout.table)
        var rules = options.rules
        var notes = layout.notes
        if places.rating == nil, rules.feedback == .ratings {
            rules.feedback = .choices
            let counts = names.first { RatingColumns.counts.contains(RatingColumns.normalized($0)) }
            let other = counts.map { ", with '\(AtomicType.cut($0).name)' left out; --feedback counts reads it" } ?? ""
            notes.append("there is no column of ratings: each row is taken for a choice (--feedback choices)\(other)")
        }
        if layout.table.header != nil, let time = columns.possibleTime(in: names, places) {
            let times = RatingTimes(options.table.rules)
            var isTime = true
            try table.forEachRecord(of: path) { record, block in
                guard isTime, table.reasonToRefuse(record, block) == nil else { return }
                isTime = times.looksLikeTime(block[record.firstField + time])
            }
            if isTime { places.timestamp = time }
            notes.append(RatingTimes.note(names[time], isTime: isTime))
        }
        let found = places
        let rating = rules.feedback == .choices ? nil : found.rating
        var values = options.table.rules
        var format: NumberFormat?
        func settleFormat() throws {
            guard let rating else { return }
            let numbers = try RatingNumbers(of: path, table, column: rating, rules: values)
            format = numbers.format
            notes += numbers.notes
        }
        var form: RatingTimes.NumberKind?
        func builder() throws -> RatingsBuilder {
            var builder = RatingsBuilder(
                file: path,
                names: RatingColumnNames(
                    user: names[found.user], item: names[found.item], rating: rating.map { names[$0] } ?? "rating",
                    timestamp: found.timestamp.map { names[$0] } ?? "timestamp"), encoding: .utf8,
                scale: options.scale, badRows: BadRows(isSkipping: options.skipsBadRows), rules: rules, values: values,
                format: format, times: form, folder: options.folder)
            builder.looksForMarks = format == nil
            try builder.addItems(of: sides.items)
            try table.forEachRecord(of: path) { record, block in
                if let reason = table.reasonToRefuse(record, block) {
                    return try builder.report(BadRow(file: path, line: record.line, column: nil, reason: reason))
                }
                try builder.add(
                    .init(
                        line: record.line, user: block[record.firstField + found.user],
                        item: block[record.firstField + found.item],
                        rating: rating.map { block[record.firstField + $0] },
                        timestamp: found.timestamp.map { block[record.firstField + $0] },
                        title: found.title.map { block[record.firstField + $0] }))
            }
            return builder
        }
        if NumberFormat(given: values) != .plain { try settleFormat() }
        var read = try builder()
        if read.hasOpenMarks {
            try settleFormat()
            read = try builder()
        }
        if let settled = read.settledTimes(values) {
            (values, form) = (settled.rules, settled.form)
            notes += settled.notes
            read = try builder()
        }
        read.users.meet(sides.users?.keys ?? [])
        let built = try read.finish()
        try read.checkKeys(of: sides, options)
        return ParsedRatings(built, read, sides: sides, notes: notes)
    }
}

extension RatingsBuilder {
    /// Takes in the items that a second file or table has, whether they were rated or not.
    mutating func addItems(of side: SideTable?) throws {
        guard let side else { return }
        for (place, key) in side.keys.enumerated() {
            try addItem(key: key, title: side.titles.isEmpty ? "" : side.titles[place])
        }
        toldItems = items.keys.count
    }

    /// Checks that items and users that are told of are those of the ratings.
    ///
    /// - Throws: `DataError.invalid` where not a single key is, unless that is allowed
    func checkKeys(of sides: RatingSides, _ options: ImportOptions) throws {
        guard !options.takesUnmatched else { return }
        func refuse(_ side: SideTable, _ noun: String, _ rated: String?) -> DataError {
            .invalid(
                "\(side.place): none of its keys, such as '\(side.keys.first ?? "")', is \(noun) of the ratings, such as "
                    + "'\(rated ?? "")' (--allow-unmatched takes them all the same)")
        }
        if let side = sides.items, !side.keys.isEmpty, !hasToldItem {
            throw refuse(side, "an item", items.keys.dropFirst(toldItems).first)
        }
        if let side = sides.users, !side.keys.isEmpty,
            Set(side.keys.map(KeyText.canonical)).isDisjoint(with: users.keys.map(KeyText.canonical))
        {
            throw refuse(side, "a user", users.keys.first)
        }
    }

    /// Names an item by its key.
    mutating func addItem(key: String, title: String) throws {
        var key = key
        try key.withUTF8 { try addItem(key: $0, title: title, line: 0) }
    }
}
