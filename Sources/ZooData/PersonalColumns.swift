import ZooRecords

/// Where the columns of a file of ratings are.
struct PersonalColumns {
    let item: Int
    /// nil where every row is a choice.
    let rating: Int?
    var isCounts = false
    var user: Int?
    var year: Int?
    var time: Int?
    var kind: Int?
    var others: [Int] = []
    /// What the column of the items holds.
    var naming = PersonalRating.Naming.any
    var export: RatingsExport?
    var notes: [String] = []

    /// Finds them by their names, or of a file without a header by their order.
    ///
    /// - Throws: `DataError.missingColumns`, `.invalid`, and as `TableLayout`
    static func find(
        path: String, _ feedback: Feedback?, takesLikes: Bool, _ options: PersonalRatingsOptions
    ) throws -> (TableLayout, PersonalColumns) {
        var reading = ImportOptions()
        reading.encoding = options.encoding
        let headed = try RatingLayout.layout(path, .first, reading)
        do {
            return (headed, try PersonalColumns(headed, path: path, feedback, takesLikes: takesLikes, options))
        } catch let error as DataError {
            if takesLikes, options == PersonalRatingsOptions(), let list = try list(path: path, reading) {
                var columns = PersonalColumns(item: 0, rating: nil)
                columns.notes = ["the file is taken for a list of items, one a line"]
                return (list, columns)
            }
            let plain = try RatingLayout.layout(path, .auto, reading)
            let count = plain.names.count
            guard plain.header == nil, options.itemColumn == nil, options.ratingColumn == nil, (2...4).contains(count)
            else { throw error }
            var columns = PersonalColumns(
                item: count > 2 ? 1 : 0, rating: feedback == .choices ? nil : count > 2 ? 2 : 1)
            columns.isCounts = feedback == .counts
            if count > 2 { columns.user = 0 }
            if count > 3 { columns.time = 3 }
            let order = count > 2 ? Array(["user", "item", "rating", "timestamp"].prefix(count)) : ["item", "rating"]
            columns.notes = ["the first row is taken for data, its columns for \(order.joined(separator: ", "))"]
            return (plain, columns)
        }
    }

    /// The layout of a file of one column without a header; nil for one with a header, and for one whose blanks part items and
    /// ratings, not the words of titles.
    private static func list(path: String, _ reading: ImportOptions) throws -> TableLayout? {
        let parted = try RatingLayout.layout(path, .none, reading)
        if parted.names.count > 1 {
            guard parted.dialect.delimiter == 32 else { return nil }
            let sample = try? TableSample(path: path, dialect: parted.dialect)
            let place = parted.names.count > 2 ? 2 : 1
            if let rows = sample?.rows, rows.allSatisfy({ $0.count == parted.names.count && Double($0[place]) != nil })
            {
                return nil
            }
        }
        var table = reading.table
        (table.header, table.encoding, table.delimiter) = (.none, reading.encoding, UInt8(ascii: "\t"))
        let plain = try TableLayout.find(path: path, options: table)
        return plain.names.count == 1 ? plain : nil
    }

    private init(item: Int, rating: Int?) { (self.item, self.rating) = (item, rating) }

    /// The columns of a headed file that hold numbers alone, as far as its beginning says: they may be ratings.
    private static func numbers(_ table: TableLayout, _ path: String) -> [Int] {
        let rows = (try? TableSample(path: path, dialect: table.dialect))?.rows.dropFirst() ?? []
        return (table.header ?? []).indices.filter { place in
            let values = rows.compactMap { place < $0.count && !$0[place].isEmpty ? $0[place] : nil }
            return !values.isEmpty && values.allSatisfy { Double($0.replacing(",", with: ".")) != nil }
        }
    }

    /// - Throws: `DataError.missingColumns`
    private init(
        _ table: TableLayout, path: String, _ feedback: Feedback?, takesLikes: Bool, _ options: PersonalRatingsOptions
    ) throws {
        let names = (table.header ?? []).map { AtomicType.cut($0).name }
        func position(_ name: String) -> Int? {
            names.firstIndex(of: name)
                ?? (names.count { $0.lowercased() == name.lowercased() } == 1
                    ? names.firstIndex { $0.lowercased() == name.lowercased() } : nil)
        }
        func usual(_ known: [String]) -> String? { names.first { known.contains(RatingColumns.normalized($0)) } }
        let isOwn = options.itemColumn != nil || options.ratingColumn != nil
        let export =
            isOwn
            ? nil
            : RatingsExport.known.first { export in
                (export.marks + [export.title] + (takesLikes ? [] : [export.rating])).allSatisfy {
                    position($0) != nil
                }
            }
        let titles = ["item", "title", "movie", "name", "itemId", "movieId"]
        let itemName =
            options.itemColumn ?? export?.title ?? titles.first { position($0) != nil } ?? usual(RatingColumns.items)
            ?? titles[0]
        let counts = feedback == .ratings ? nil : usual(RatingColumns.counts)
        let ratingName =
            options.ratingColumn ?? export?.rating
            ?? (position("rating") == nil ? usual(RatingColumns.ratings) ?? counts : nil) ?? "rating"
        let isChoice = feedback == .choices && export == nil && options.ratingColumn == nil
        let rating = isChoice ? nil : position(ratingName)
        let isLike =
            takesLikes && options.ratingColumn == nil
            && Self.numbers(table, path).allSatisfy { place in
                let name = RatingColumns.normalized(names[place])
                return name.hasSuffix("id") || ["year", "timestamp", RatingColumns.normalized(itemName)].contains(name)
            }
        guard let item = position(itemName), isChoice || isLike || rating != nil else {
            throw DataError.missingColumns(
                file: path,
                missing: [itemName, ratingName].filter {
                    position($0) == nil && !((isChoice || isLike) && $0 != itemName)
                },
                present: table.header ?? [])
        }
        (self.item, self.rating, self.export) = (item, rating, export)
        isCounts = export == nil && (feedback == .counts || ratingName == counts)
        if isChoice, position(ratingName) != nil {
            notes.append("the model knows choices: every row is one, whatever its \(ratingName)")
        }
        user = export == nil && !isOwn ? usual(RatingColumns.users).flatMap(position) : nil
        year = RatingColumns.normalized(itemName).hasSuffix("id") ? nil : position(export?.year ?? "year")
        time = export.map { position($0.time) } ?? names.firstIndex { RatingColumns.normalized($0) == "timestamp" }
        kind = export?.kind.flatMap(position)
        let noun = RatingColumns.normalized(itemName)
        naming =
            export != nil
            ? .titleOnly
            : noun.hasSuffix("id")
                ? .key : year != nil || ["title", "name", "film"].contains(where: noun.hasSuffix) ? .title : .any
        others = export?.others.compactMap(position) ?? []
    }
}
