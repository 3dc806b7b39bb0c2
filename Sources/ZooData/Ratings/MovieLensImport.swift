import Foundation
import ZooRecords

extension DataStore {
    /// Imports a MovieLens folder in one transaction: the ML-100K form (`u.data`, `u.item`, and `u1`…`u5`, `ua`, `ub` as
    /// splits), that of 1M and 10M (`ratings.dat`, `movies.dat`), or the newer one (`ratings.csv`, `movies.csv`).
    ///
    /// - Parameter name: the data set's name
    /// - Throws: `DataError.unreadable`, `.badRow`, `.missingColumns`, `.empty`, `.wrongEncoding`, `.exists`, `.database` …;
    ///   then nothing was changed
    package func importMovieLens(
        folder: URL, name: String, options: ImportOptions = ImportOptions()
    ) throws -> ImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        let files = try folderContents(folder)
        var options = options
        options.folder = url.deletingLastPathComponent().path
        let parsed: ParsedRatings
        if files.contains("u.data") {
            parsed = try MovieLens100K.read(folder: folder, files: files, options: options)
        } else if files.contains("ratings.dat") {
            parsed = try MovieLensDat.read(folder: folder, files: files, options: options)
        } else if files.contains("ratings.csv") {
            parsed = try readNewerForm(folder, files, options)
        } else {
            throw DataError.unreadable(
                path: folder.path, reason: "there is neither u.data, nor ratings.dat, nor ratings.csv in it")
        }
        return try store(parsed, name: name, source: folder.path, options)
    }

    /// Reads `ratings.csv`, with `movies.csv` of MovieLens or `books.csv` of goodbooks-10k.
    private func readNewerForm(_ folder: URL, _ files: Set<String>, _ options: ImportOptions) throws -> ParsedRatings {
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        var options = options
        options.rules.repeats = options.rules.repeats ?? .refuse
        var sides = try sides(options, RatingColumns())
        if sides.items == nil, files.contains("movies.csv") {
            let rows = try SideRows(path: path("movies.csv"), encoding: options.encoding, missing: [])
            sides.items = MovieLensFilms.withYears(try SideTable(rows, key: "movieId", usual: [], hasTitles: true))
        } else if sides.items == nil, files.contains("books.csv") {
            let rows = try SideRows(path: path("books.csv"), encoding: options.encoding, missing: [])
            sides.items = Goodbooks.books(try SideTable(rows, key: "book_id", usual: [], hasTitles: true))
        }
        let layout = try RatingLayout.find(path: path("ratings.csv"), columns: RatingColumns(), options: options)
        let isOfFilms = layout.names.contains { RatingColumns.normalized($0) == "movieid" }
        options.scale = options.scale ?? (isOfFilms ? 0.5...5 : nil)
        return try RatingsFile.read(path: path("ratings.csv"), layout, sides: sides, options)
    }

    private func folderContents(_ folder: URL) throws -> Set<String> {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
            throw DataError.unreadable(path: folder.path, reason: "there is no such folder")
        }
        guard isFolder.boolValue else {
            throw DataError.unreadable(path: folder.path, reason: "it is a file; give the unpacked MovieLens folder")
        }
        do { return Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) } catch {
            throw DataError.unreadable(path: folder.path, reason: error.localizedDescription)
        }
    }
}

/// The files of the ML-100K folder: tab-separated, without header; titles in Latin-1.
enum MovieLens100K {
    static let splitNames = ["u1", "u2", "u3", "u4", "u5", "ua", "ub"]

    static func read(folder: URL, files: Set<String>, options: ImportOptions) throws -> ParsedRatings {
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let names = RatingColumnNames(user: "user id", item: "item id", rating: "rating", timestamp: "timestamp")
        var rules = options.rules
        rules.repeats = rules.repeats ?? .refuse
        var builder = RatingsBuilder(
            file: path("u.data"), names: names, encoding: .utf8, scale: options.scale ?? 1...5,
            badRows: BadRows(isSkipping: options.skipsBadRows), rules: rules, folder: options.folder)
        let genres = try MovieLens100KAttributes.genres(files.contains("u.genre") ? path("u.genre") : nil)
        let films = try readItems(path("u.item"), genres: genres, into: &builder)
        try readRatings(path("u.data"), into: &builder)
        let built = try builder.finish()
        var sides = RatingSides(items: films)
        if files.contains("u.user") { sides.users = try MovieLens100KAttributes.people(path("u.user")) }
        var parsed = ParsedRatings(built, builder, sides: sides)
        let places = try built.table.places()
        for name in splitNames where files.contains(name + ".base") || files.contains(name + ".test") {
            var parts = [UInt8](repeating: 0, count: built.table.rows.count)
            try readPart(path(name + ".base"), .train, builder, built, places, &parts, options)
            try readPart(path(name + ".test"), .test, builder, built, places, &parts, options)
            parsed.splits.append(SplitTable(name: name, parts: parts))
        }
        return parsed
    }

    private static func readItems(
        _ path: String, genres: [String], into builder: inout RatingsBuilder
    ) throws -> SideTable {
        var films = MovieLens100KAttributes.Films()
        var reader = try DelimitedReader(path: path, delimiter: UInt8(ascii: "|"), isQuoting: false)
        while try reader.next() {
            guard reader.fieldCount >= 2, let title = TextEncoding.latin1.text(reader[1]) else {
                throw DataError.badRow(
                    BadRow(file: path, line: reader.line, column: nil, reason: "there is no title behind a '|'"))
            }
            try builder.addItem(key: reader[0], title: title, line: reader.line)
            films.add(
                (0..<reader.fieldCount).map { TextEncoding.latin1.text(reader[$0]) ?? "" }, names: genres)
        }
        return films.finish()
    }

    private static func readRatings(_ path: String, into builder: inout RatingsBuilder) throws {
        var reader = try DelimitedReader(path: path, delimiter: UInt8(ascii: "\t"), isQuoting: false)
        while true {
            do { if try !reader.next() { return } } catch DataError.badRow(let row) {
                try builder.report(row)
                continue
            }
            guard reader.fieldCount == 4 else {
                let reason = "\(reader.fieldCount.counting("field")) separated by tabs, not 4"
                try builder.report(BadRow(file: path, line: reader.line, column: nil, reason: reason))
                continue
            }
            try builder.add(
                .init(line: reader.line, user: reader[0], item: reader[1], rating: reader[2], timestamp: reader[3]))
        }
    }

    /// Marks the ratings that a split's file lists.
    private static func readPart(
        _ path: String, _ part: DataPart, _ builder: RatingsBuilder, _ built: RatingsBuilder.Built,
        _ places: RatingPlaces, _ parts: inout [UInt8], _ options: ImportOptions
    ) throws {
        var reader = try DelimitedReader(path: path, delimiter: UInt8(ascii: "\t"), isQuoting: false)
        while try reader.next() {
            func bad(_ reason: String) -> DataError {
                .badRow(BadRow(file: path, line: reader.line, column: nil, reason: reason))
            }
            guard reader.fieldCount >= 2 else {
                throw bad("\(reader.fieldCount.counting("field")) separated by tabs, not 4")
            }
            guard let user = builder.users.number(of: reader[0]), let item = builder.items.number(of: reader[1]),
                let position = places.position(
                    user: built.userRank[Int(user)], item: built.itemRank[Int(item)])
            else {
                if options.skipsBadRows { continue }  // the rating itself may have been left out
                throw bad("this rating is not in u.data")
            }
            guard parts[position] == 0 else { throw bad("this rating is in the split already") }
            parts[position] = part.mark
        }
    }
}
