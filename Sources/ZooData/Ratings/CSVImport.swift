import Foundation
import ZooRecords

extension DataStore {
    /// Imports any delimited file of ratings, in one transaction; how it is written is found out or said by the options.
    ///
    /// - Parameters:
    ///   - file: RFC 4180 text: quotes, doubled quotes and line breaks in fields are read
    ///   - columns: the names of the columns to use
    /// - Throws: as `importMovieLens`
    package func importCSV(
        file: URL, name: String, columns: RatingColumns, options: ImportOptions = ImportOptions()
    ) throws -> ImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        let options = withNeighbours(of: file, options)
        let sides = try sides(options, columns)
        var columns = columns
        if sides.items?.hasNamedTitles == true { columns.title = nil }
        let parsed: ParsedRatings
        do {
            parsed = try RatingsFile.read(path: file.path, columns: columns, sides: sides, options)
        } catch let DataError.missingColumns(path, missing, present) {
            guard let items = sides.items, missing.count == 1, missing[0] == columns.title else {
                throw DataError.missingColumns(file: path, missing: missing, present: present)
            }
            throw DataError.missingColumns(
                file: "\(items.place) and \(path)", missing: missing, present: items.columns + present)
        }
        return try store(parsed, name: name, source: file.path, options)
    }

    /// What is said of a small table that could be choices; nil of others.
    package static func choicesNote(file: URL, options: ImportOptions) -> String? {
        RatingLayout.choicesNote(path: file.path, options: options)
    }

    /// Whether the columns of a file are by their names a user, an item and a rating.
    package static func holdsRatings(file: URL, options: ImportOptions) -> Bool {
        RatingLayout.holdsRatings(path: file.path, options: options)
    }

    /// With the folder of the database, and for a file of RecBole the files of items and users of the same name.
    private func withNeighbours(of file: URL, _ options: ImportOptions) -> ImportOptions {
        var options = options
        options.folder = url.deletingLastPathComponent().path
        guard file.pathExtension == "inter" else { return options }
        func neighbour(_ kind: String) -> SideSource? {
            let path = file.deletingPathExtension().appendingPathExtension(kind).path
            return FileManager.default.fileExists(atPath: path) ? .file(path) : nil
        }
        options.items = options.items ?? neighbour("item")
        options.users = options.users ?? neighbour("user")
        return options
    }

    /// Stores what was read, and says what was done.
    func store(_ parsed: ParsedRatings, name: String, source: String, _ options: ImportOptions) throws -> ImportReport {
        ImportReport(
            dataset: try store(
                parsed.table, splits: parsed.splits, attributes: parsed.attributes, name: name, source: source,
                isReplacing: options.isReplacing),
            badRows: parsed.badRows, repeated: parsed.repeated, itemAttributes: parsed.attributes.items.map(\.name),
            userAttributes: parsed.attributes.users.map(\.name), notes: parsed.notes)
    }

    /// Reads attributes of items and users.
    func sides(_ options: ImportOptions, _ columns: RatingColumns) throws -> RatingSides {
        func rows(_ source: SideSource) throws -> SideRows {
            switch source {
            case .file(let path):
                try SideRows(path: path, encoding: options.encoding, missing: options.table.rules.missing)
            case .query(let sql): try SideRows(query(sql), sql: sql)
            }
        }
        return RatingSides(
            items: try options.items.map {
                try SideTable(
                    rows($0), key: columns.item ?? "item", usual: RatingColumns.items, hasTitles: true,
                    title: columns.title)
            },
            users: try options.users.map {
                try SideTable(rows($0), key: columns.user ?? "user", usual: RatingColumns.users, hasTitles: false)
            })
    }
}

/// What is told of items and users besides the ratings; nil where nothing is.
struct RatingSides {
    var items: SideTable?
    var users: SideTable?
}

/// What was read of files, before it is stored.
struct ParsedRatings {
    var table: RatingTable
    var splits: [SplitTable] = []
    let badRows: BadRows
    var repeated: RepeatedRatings
    var notes: [String] = []
    var attributes = RatingAttributes()

    /// All that a builder has.
    init(
        _ built: RatingsBuilder.Built, _ builder: RatingsBuilder, sides: RatingSides = RatingSides(),
        notes: [String] = []
    ) {
        table = built.table
        (badRows, repeated) = (builder.badRows, builder.repeated)
        self.notes = notes + builder.notes + (sides.items?.notes ?? []) + (sides.users?.notes ?? [])
        attributes.items = sides.items?.aligned(to: table.itemKeys) ?? []
        attributes.users = sides.users?.aligned(to: table.userKeys) ?? []
        self.notes += sides.items.map { Self.unknown($0, of: table.itemKeys, "item") } ?? []
        self.notes += sides.users.map { Self.unknown($0, of: table.userKeys, "user") } ?? []
    }

    private static func unknown(_ side: SideTable, of keys: [String], _ noun: String) -> [String] {
        let known = KeyPlaces(side.keys)
        let count = keys.count { known[$0] == nil }
        guard count > 0 else { return [] }
        return ["no attributes for \(count.counting(noun)) of \(keys.count)"]
    }
}
