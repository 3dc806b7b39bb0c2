import Foundation
import ZooRecords

extension DataStore {
    /// Imports a MovieLens folder in one transaction: the ML-100K form (`u.data`, `u.item`, and `u1`…`u5`, `ua`, `ub` as
    /// splits), or the newer one (`ratings.csv`, `movies.csv`).
    ///
    /// - Parameter name: the data set's name
    /// - Throws: `DataError.unreadable`, `.badRow`, `.missingColumns`, `.empty`, `.wrongEncoding`, `.exists`, `.database` …;
    ///   then nothing was changed
    public func importMovieLens(
        folder: URL, name: String, options: ImportOptions = ImportOptions()
    ) throws -> ImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        let files = try folderContents(folder)
        if files.contains("u.data") {
            let parsed = try MovieLens100K.read(folder: folder, files: files, options: options)
            return ImportReport(
                dataset: try store(
                    parsed.table, splits: parsed.splits, attributes: parsed.attributes, name: name,
                    source: folder.path, isReplacing: options.isReplacing),
                badRows: parsed.badRows)
        }
        guard files.contains("ratings.csv") else {
            throw DataError.unreadable(path: folder.path, reason: "there is neither u.data nor ratings.csv in it")
        }
        var columns = RatingColumns(user: "userId", item: "movieId", rating: "rating")
        columns.timestamp = "timestamp"
        var options = options
        options.scale = options.scale ?? 0.5...5
        let titles: RatingsFile.Titles? =
            files.contains("movies.csv")
            ? .init(path: folder.appendingPathComponent("movies.csv").path, item: "movieId", title: "title") : nil
        let parsed = try RatingsFile.read(
            path: folder.appendingPathComponent("ratings.csv").path, columns: columns, titles: titles, options: options)
        return ImportReport(
            dataset: try store(
                parsed.table, splits: [], name: name, source: folder.path, isReplacing: options.isReplacing),
            badRows: parsed.badRows)
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
        var builder = RatingsBuilder(
            file: path("u.data"), names: names, encoding: .utf8, scale: options.scale ?? 1...5,
            badRows: BadRows(isSkipping: options.skipsBadRows))
        let genres = try MovieLens100KAttributes.genres(files.contains("u.genre") ? path("u.genre") : nil)
        let films = try readItems(path("u.item"), genres: genres, into: &builder)
        try readRatings(path("u.data"), into: &builder)
        let built = try builder.finish()
        var attributes = RatingAttributes()
        attributes.items = films.aligned(to: built.table.itemKeys)
        if files.contains("u.user") {
            attributes.users = try MovieLens100KAttributes.people(path("u.user")).aligned(to: built.table.userKeys)
        }
        var splits: [SplitTable] = []
        for name in splitNames where files.contains(name + ".base") || files.contains(name + ".test") {
            var parts = [UInt8](repeating: 0, count: built.table.ratings.count)
            try readPart(path(name + ".base"), .train, builder, built, &parts, options)
            try readPart(path(name + ".test"), .test, builder, built, &parts, options)
            splits.append(SplitTable(name: name, parts: parts))
        }
        return ParsedRatings(table: built.table, splits: splits, badRows: builder.badRows, attributes: attributes)
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
        _ parts: inout [UInt8], _ options: ImportOptions
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
                let position = built.table.position(
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

/// What was read of files, before it is stored.
struct ParsedRatings {
    let table: RatingTable
    let splits: [SplitTable]
    let badRows: BadRows
    var attributes = RatingAttributes()
}
