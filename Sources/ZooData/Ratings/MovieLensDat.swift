import Foundation
import ZooRecords

/// The files of MovieLens 1M and 10M: `ratings.dat`, `movies.dat` and `users.dat`, with `::` between fields and no header.
enum MovieLensDat {
    static func read(folder: URL, files: Set<String>, options: ImportOptions) throws -> ParsedRatings {
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        var options = options
        options.rules.repeats = options.rules.repeats ?? .refuse
        let given = options.scale
        options.scale = given ?? 0.5...5
        var sides = RatingSides()
        if files.contains("movies.dat") {
            let rows = try rows(path("movies.dat"), ["movie_id", "title", "genres"])
            sides.items = MovieLensFilms.withYears(try SideTable(rows, key: "movie_id", usual: [], hasTitles: true))
        }
        if files.contains("users.dat") {
            let rows = try rows(
                path("users.dat"), ["user_id", "gender", "age", "occupation", "zip"],
                // 1 for those below 18, then the least age of each group; the occupation is a code.
                types: [.token, .token, .float, .token, .token])
            sides.users = try SideTable(rows, key: "user_id", usual: [], hasTitles: false)
        }
        let layout = RatingLayout(
            table: table(["user_id", "movie_id", "rating", "timestamp"]),
            places: .init(user: 0, item: 1, rating: 2, timestamp: 3, title: nil))
        var parsed = try RatingsFile.read(path: path("ratings.dat"), layout, sides: sides, options)
        // 1M has whole stars, 10M halves.
        var areWhole = given == nil
        if areWhole {
            try parsed.table.rows.forEachBlock { block in
                areWhole = areWhole && block.allSatisfy { $0.rating >= 1 && $0.rating == $0.rating.rounded() }
            }
        }
        if areWhole { parsed.table.scale = 1...5 }
        return parsed
    }

    /// Titles begin with quotes that are not closed: there are none of RFC 4180.
    private static func table(_ names: [String], _ encoding: TextEncoding = .utf8) -> TableLayout {
        var dialect = TableDialect(delimiter: UInt8(ascii: ":"))
        dialect.delimiterRest = [UInt8(ascii: ":")]
        dialect.quote = 0
        dialect.encoding = encoding
        return TableLayout(dialect: dialect, header: nil, names: names, notes: [])
    }

    /// 1M is in Latin-1, 10M in UTF-8.
    private static func rows(_ path: String, _ names: [String], types: [AtomicType?]? = nil) throws -> SideRows {
        func read(_ encoding: TextEncoding) throws -> SideRows {
            try SideRows(path: path, encoding: encoding, missing: [], layout: table(names, encoding), types: types)
        }
        do { return try read(.utf8) } catch DataError.wrongEncoding { return try read(.latin1) }
    }
}
