/// One person's ratings as they wrote them down.
public struct PersonalRating: Sendable, Equatable {
    /// The item: its key, its title, or part of it.
    public let item: String
    /// The rating, in stars.
    public let rating: Double
    /// Line of the file, from 1.
    public let line: Int
}

extension PersonalRating {
    /// Reads a CSV file with a header: a column `item`, `title`, `movie`, `itemId` or `movieId`, and a column `rating`.
    ///
    /// - Throws: `DataError.unreadable`, `.missingColumns`, `.badRow`, `.empty`, `.wrongEncoding`
    public static func read(
        path: String, scale: ClosedRange<Double>, encoding: TextEncoding = .utf8
    ) throws -> [PersonalRating] {
        var table = try HeadedReader.open(path: path)
        let (itemColumn, ratingColumn) = try columns(of: table, encoding: encoding)
        var ratings: [PersonalRating] = []
        while try table.reader.next() {
            let line = table.reader.line
            if let problem = table.raggedness() {
                throw DataError.badRow(BadRow(file: path, line: line, column: nil, reason: problem))
            }
            guard let item = encoding.text(table.reader[itemColumn]) else {
                throw DataError.wrongEncoding(
                    file: path, line: line, reason: "this is not UTF-8; if it is Latin-1, say so (--encoding latin1)")
            }
            let field = table.reader[ratingColumn]
            guard let rating = FieldParsing.number(field) else {
                let text = String(decoding: field, as: UTF8.self)
                throw DataError.badRow(
                    BadRow(file: path, line: line, column: "rating", reason: "'\(text)' is no number"))
            }
            // Models keep their scale in single precision, in which 0.1 is more than 0.1.
            guard scale.contains(rating) || scale.contains(Double(Float(rating))) else {
                throw DataError.badRow(
                    BadRow(
                        file: path, line: line, column: "rating",
                        reason: "\(rating) is outside \(scale.lowerBound) to \(scale.upperBound)"))
            }
            ratings.append(PersonalRating(item: item, rating: rating, line: line))
        }
        guard !ratings.isEmpty else { throw DataError.empty(file: path) }
        return ratings
    }

    private static func columns(of table: borrowing HeadedReader, encoding: TextEncoding) throws -> (Int, Int) {
        let names = ["item", "title", "movie", "itemId", "movieId"]
        for name in names {
            if let found = try? table.positions(of: [name, "rating"], encoding: encoding) {
                return (found[0], found[1])
            }
        }
        let found = try table.positions(of: [names[0], "rating"], encoding: encoding)
        return (found[0], found[1])
    }
}
