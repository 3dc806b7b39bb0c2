/// A delimited file of ratings: how it is written, and which columns mean what.
struct RatingLayout {
    let table: TableLayout
    let places: RatingColumns.Places
    /// The names of the columns, without types.
    let names: [String]
    /// Whether the header has RecBole's types.
    let isTyped: Bool
    /// What was found out.
    let notes: [String]
    /// Whether it was found out that fields are separated by blanks or `::`.
    var isFoundBetweenBlanks = false

    /// Finds the columns by their names in the header or in the options; of a file without header and names, by their order.
    ///
    /// - Throws: `DataError.missingColumns`, `.empty`, `.invalid`, and as `TableLayout`
    static func find(path: String, columns: RatingColumns, options: ImportOptions) throws -> RatingLayout {
        let table = options.table
        if table.header != .none, table.columnNames == nil {
            let headed = try layout(path, .first, options)
            let found = columns.places(in: headed.names, counts: options.rules.feedback == .counts)
            if case .success(let places) = found {
                return try RatingLayout(path, headed, places, options: options, note: nil)
            }
            let isHeaded = try table.header == .first || layout(path, .auto, options).header != nil
            if isHeaded || columns.isGiven, case .failure(let missing) = found {
                throw DataError.missingColumns(file: path, missing: missing.names, present: headed.header ?? [])
            }
        }
        let plain = try layout(path, table.columnNames == nil ? .none : table.header, options)
        if table.columnNames != nil {
            switch columns.places(in: plain.names, counts: options.rules.feedback == .counts) {
            case .success(let places): return try RatingLayout(path, plain, places, options: options, note: nil)
            case .failure(let missing):
                throw DataError.missingColumns(file: path, missing: missing.names, present: plain.names)
            }
        }
        guard columns == RatingColumns() else {
            throw DataError.invalid(
                "\(path): without a header there are no columns with names: give them, as --columns user,item,rating")
        }
        let count = plain.names.count
        guard (2...4).contains(count) else {
            throw DataError.invalid(
                "\(path): \(count.counting("column")) without a header: name them, as --columns user,item,rating")
        }
        let order = ["user", "item", "rating", "timestamp"].prefix(count)
        let places = RatingColumns.Places(
            user: 0, item: 1, rating: count > 2 ? 2 : nil, timestamp: count > 3 ? 3 : nil, title: nil)
        return try RatingLayout(
            path, plain, places, options: options,
            note: "the first row is taken for data, its columns for \(order.joined(separator: ", ")): "
                + "--columns names others, --header first takes names from the row")
    }

    /// A layout that is known.
    init(table: TableLayout, places: RatingColumns.Places) {
        (self.table, self.places, names) = (table, places, table.names)
        (isTyped, notes) = (false, [])
    }

    private init(
        _ path: String, _ table: TableLayout, _ places: RatingColumns.Places, options: ImportOptions, note: String?
    ) throws {
        let cut = (table.header ?? table.names).map(AtomicType.cut)
        (self.table, self.places) = (table, places)
        names = zip(cut, table.names).map { $0.type == nil ? $1 : $0.name }
        isTyped = cut.contains { $0.type != nil }
        var notes =
            [note].compactMap { $0 } + (table.dialect.json?.notes ?? []) + table.dialectNotes(options.table)
        if options.table.delimiter == nil, table.dialect.delimiter == 32 || !table.dialect.delimiterRest.isEmpty {
            isFoundBetweenBlanks = true
            notes.append(
                "fields are taken to be separated by \(table.dialect.delimiter == 32 ? "blanks" : "'::'"): --delimiter says otherwise"
            )
        }
        self.notes = notes
        if let repeated = places.repeated {
            throw DataError.invalid("\(path): column '\(names[repeated])' is named for two things: name two columns")
        }
        guard places.rating != nil || options.rules.feedback == .choices || isTyped else {
            throw DataError.invalid(
                "\(path): there is no column of \(options.rules.feedback.rawValue) among "
                    + "\(names.map { "'\($0)'" }.joined(separator: ", ")): name it by --rating-column, or say "
                    + "--feedback choices where each row is a choice")
        }
    }

    /// Checks that no name of a column that is used is there twice.
    ///
    /// - Throws: `DataError.invalid`
    func checkNames(of path: String) throws {
        guard let header = table.header?.map({ AtomicType.cut($0).name }) else { return }
        let used = [places.user, places.item, places.rating, places.timestamp, places.title].compactMap { $0 }
        for place in used where place < header.count {
            let name = header[place]
            guard header.count(where: { $0.lowercased() == name.lowercased() }) > 1 else { continue }
            throw DataError.invalid("\(path): two columns are called '\(name)': give them different names")
        }
    }

    /// What is to be said of columns that were recognised by other names than the usual ones; nil where they have those.
    func recognized(by columns: RatingColumns) -> String? {
        let pairs = [
            ("user", columns.user, places.user), ("item", columns.item, places.item),
            ("rating", columns.rating, places.rating),
        ]
        let other = pairs.compactMap { noun, given, place -> String? in
            guard given == nil, let place, names[place].lowercased() != noun, table.header != nil else { return nil }
            return "'\(names[place])' for the \(noun)"
        }
        guard !other.isEmpty else { return nil }
        return "columns are taken by their names: \(other.joined(separator: ", ")); --user-column, --item-column and "
            + "--rating-column say otherwise, --as table reads a table"
    }

    /// Whether the columns of a file are by their names a user, an item and a rating.
    static func holdsRatings(path: String, options: ImportOptions) -> Bool {
        // What is wrong with the file is said by the import that follows.
        guard let layout = try? find(path: path, columns: RatingColumns(), options: options) else { return false }
        guard layout.table.header != nil || options.table.columnNames != nil else {
            // Triples between blanks or '::', as LIBMF and MovieLens write them, are hardly anything else.
            guard layout.isFoundBetweenBlanks, layout.names.count > 2,
                options.table.header == .none || !layout.table.dialect.delimiterRest.isEmpty,
                let sample = try? TableSample(path: path, dialect: layout.table.dialect)
            else { return false }
            return sample.rows.allSatisfy { $0.count > 2 && Double($0[2]) != nil }
        }
        guard let rating = layout.places.rating else { return layout.isTyped }
        return RatingColumns.ratings.contains(RatingColumns.normalized(layout.names[rating]))
    }

    /// What is said of a small table whose columns are by their names a user and an item without a rating; nil of others.
    static func choicesNote(path: String, options: ImportOptions) -> String? {
        var options = options
        options.rules.feedback = .choices
        guard let layout = try? find(path: path, columns: RatingColumns(), options: options),
            layout.table.header != nil, layout.places.rating == nil, layout.names.count <= 4
        else { return nil }
        let (user, item) = (layout.names[layout.places.user], layout.names[layout.places.item])
        let counts = layout.names.first { RatingColumns.counts.contains(RatingColumns.normalized($0)) }
        let reading = counts.map { ", or --feedback counts with '\($0)' as how often" } ?? ""
        return
            "the file is read as a table; --feedback choices reads '\(user)' and '\(item)' as who chose what\(reading)"
    }

    /// The layout of the table; one that seems to have a single column is tried with blanks and `::` between fields, too.
    static func layout(_ path: String, _ header: HeaderChoice, _ options: ImportOptions) throws -> TableLayout {
        var table = options.table
        (table.header, table.encoding) = (header, options.encoding)
        func find() throws -> TableLayout {
            do { return try TableLayout.find(path: path, options: table) } catch DataError.emptyTable {
                throw DataError.empty(file: path)
            }
        }
        let found = Result { try find() }
        // Names that are too many may be those of fields between blanks.
        let isOneColumn =
            (try? found.get()).map { $0.names.count == 1 && $0.dialect.json == nil } ?? (table.columnNames != nil)
        guard table.delimiter == nil, isOneColumn else { return try found.get() }
        for delimiter in ["::", " "] {
            table.delimiter = delimiter.utf8.first
            table.delimiterRest = Array(delimiter.utf8.dropFirst())
            if let other = try? find(), other.names.count > 1 { return other }
        }
        return try found.get()
    }
}
