import Foundation

/// The columns of a ratings file, by the names in its header (case does not matter where it is not needed).
public struct RatingColumns: Sendable, Equatable {
    /// Who rated.
    public var user: String
    /// What was rated.
    public var item: String
    /// The rating.
    public var rating: String
    /// When, in seconds since 1970; left out if nil.
    public var timestamp: String?
    /// What the item is called; its key if nil.
    public var title: String?

    /// The three columns that a ratings file must have.
    public init(user: String, item: String, rating: String) {
        self.user = user
        self.item = item
        self.rating = rating
    }

    /// Whether the header of a file names the user, the item and the rating.
    public func areIn(file: URL, encoding: TextEncoding = .utf8) -> Bool {
        // What is wrong with the file is said by the import that follows.
        guard let table = try? HeadedReader.open(path: file.path) else { return false }
        return (try? table.positions(of: [user, item, rating], encoding: encoding)) != nil
    }
}

extension DataStore {
    /// Imports any ratings file with a header, in one transaction. Comma, semicolon, tab or bar is found by itself.
    ///
    /// - Parameters:
    ///   - file: RFC 4180 text: quotes, doubled quotes and line breaks in fields are read
    ///   - columns: the names of the columns to use
    /// - Throws: as `importMovieLens`
    public func importCSV(
        file: URL, name: String, columns: RatingColumns, options: ImportOptions = ImportOptions()
    ) throws -> ImportReport {
        try check(name: name)
        if !options.isReplacing { try read { db in try checkIsFree(name, db) } }
        let parsed = try RatingsFile.read(path: file.path, columns: columns, titles: nil, options: options)
        return ImportReport(
            dataset: try store(
                parsed.table, splits: [], name: name, source: file.path, isReplacing: options.isReplacing),
            badRows: parsed.badRows)
    }
}

/// Reading ratings files with a header.
enum RatingsFile {
    /// A second file that names the items.
    struct Titles {
        let path: String
        let item: String
        let title: String
    }

    static func read(path: String, columns: RatingColumns, titles: Titles?, options: ImportOptions) throws
        -> ParsedRatings
    {
        let names = RatingColumnNames(
            user: columns.user, item: columns.item, rating: columns.rating, timestamp: columns.timestamp ?? "timestamp")
        var builder = RatingsBuilder(
            file: path, names: names, encoding: options.encoding, scale: options.scale,
            badRows: BadRows(isSkipping: options.skipsBadRows))
        if let titles { try readTitles(titles, options, into: &builder) }
        var table = try HeadedReader.open(path: path)
        let wanted =
            [columns.user, columns.item, columns.rating] + [columns.timestamp, columns.title].compactMap { $0 }
        let found = try table.positions(of: wanted, encoding: options.encoding)
        let timestamp = columns.timestamp == nil ? nil : found[3]
        let title = columns.title == nil ? nil : found.last
        while true {
            do { if try !table.reader.next() { break } } catch DataError.badRow(let row) {
                try builder.report(row)
                continue
            }
            if let problem = table.raggedness() {
                try builder.report(BadRow(file: path, line: table.reader.line, column: nil, reason: problem))
                continue
            }
            try builder.add(
                .init(
                    line: table.reader.line, user: table.reader[found[0]], item: table.reader[found[1]],
                    rating: table.reader[found[2]], timestamp: timestamp.map { table.reader[$0] },
                    title: title.map { table.reader[$0] }))
        }
        let built = try builder.finish()
        return ParsedRatings(table: built.table, splits: [], badRows: builder.badRows)
    }

    private static func readTitles(_ titles: Titles, _ options: ImportOptions, into builder: inout RatingsBuilder)
        throws
    {
        var table = try HeadedReader.open(path: titles.path)
        let found = try table.positions(of: [titles.item, titles.title], encoding: options.encoding)
        while try table.reader.next() {
            if let problem = table.raggedness() {
                throw DataError.badRow(
                    BadRow(file: titles.path, line: table.reader.line, column: nil, reason: problem))
            }
            guard let title = options.encoding.text(table.reader[found[1]]) else {
                throw DataError.wrongEncoding(
                    file: titles.path, line: table.reader.line,
                    reason: "this is not UTF-8; if it is Latin-1, say so (--encoding latin1)")
            }
            try builder.addItem(key: table.reader[found[0]], title: title, line: table.reader.line)
        }
    }
}
