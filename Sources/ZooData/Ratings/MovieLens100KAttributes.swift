import Foundation
import ZooRecords

/// What MovieLens 100K tells of films and people besides ratings.
enum MovieLens100KAttributes {
    /// Of `u.item`: the year and the genres, which are its columns of 0 and 1.
    struct Films {
        private var table = SideTable()
        private var years: [Double?] = []
        private var genres: [[String]] = []

        /// Takes in a film by its line.
        mutating func add(_ fields: [String], names: [String]) {
            table.keys.append(fields[0])
            let released = fields.count > 2 ? fields[2].split(separator: "-").last.flatMap { Double($0) } : nil
            years.append(released ?? TitleYear.year(of: fields[1]))
            let marks = fields.dropFirst(5)
            genres.append(zip(marks, names).filter { $0.0 == "1" && $0.1 != "unknown" }.map(\.1))
        }

        /// The films with what is known of them.
        func finish() -> SideTable {
            var table = table
            table.attributes = [Attribute("year", .numbers(years)), Attribute("genres", sets: genres)]
            return table
        }
    }

    /// The names of the genres, in the order of the columns of `u.item`.
    ///
    /// - Parameter path: `u.genre`; nil where it is not there
    static func genres(_ path: String?) throws -> [String] {
        guard let path else { return usualGenres }
        var reader = try DelimitedReader(path: path, delimiter: UInt8(ascii: "|"), isQuoting: false)
        var names: [String] = []
        while try reader.next() { names.append(String(decoding: reader[0], as: UTF8.self)) }
        return names
    }

    private static let usualGenres = [
        "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
        "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    ]

    /// The people of `u.user`: age, gender, occupation and zip code.
    static func people(_ path: String) throws -> SideTable {
        var reader = try DelimitedReader(path: path, delimiter: UInt8(ascii: "|"), isQuoting: false)
        var table = SideTable()
        var ages: [Double?] = []
        var categories: [[String?]] = [[], [], []]
        while try reader.next() {
            guard reader.fieldCount == 5 else {
                let reason = "\(reader.fieldCount.counting("field")) separated by '|', not 5"
                throw DataError.badRow(BadRow(file: path, line: reader.line, column: nil, reason: reason))
            }
            let fields = (0..<5).map { String(decoding: reader[$0], as: UTF8.self) }
            table.keys.append(fields[0])
            ages.append(Double(fields[1]))
            for column in 0..<3 { categories[column].append(fields[column + 2].isEmpty ? nil : fields[column + 2]) }
        }
        table.attributes =
            [Attribute("age", .numbers(ages))]
            + zip(["gender", "occupation", "zip"], categories).map { Attribute($0, categories: $1) }
        return table
    }
}

/// The year that stands in parentheses at the end of a title.
enum TitleYear {
    /// The year of `Toy Story (1995)`; nil of a title without one.
    static func year(of title: String) -> Double? {
        guard title.hasSuffix(")"), let open = title.lastIndex(of: "(") else { return nil }
        let inside = title[title.index(after: open)...].dropLast()
        return inside.utf8.count == 4 ? Double(inside) : nil
    }
}
