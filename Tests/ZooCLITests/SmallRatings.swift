import Testing

/// A few hundred ratings by 40 people of 30 films, in the forms that `zoo` imports.
enum SmallRatings {
    static let users = 40
    static let films = 30

    /// User, film and rating, all from 1.
    static var rows: [(user: Int, film: Int, rating: Int)] {
        (1...users).flatMap { user in
            (1...films).filter { (user + 2 * $0) % 3 != 0 }.map { film in
                (user, film, 1 + (user % 4 + 3 * film + (user * film) % 3) % 5)
            }
        }
    }

    static func title(_ film: Int) -> String {
        switch film {
        case 1: "O'Hara's \"Élan\", again (1999)"
        case 2: "東京の夜 (1953)"
        case 3...5: "Harbour \(film) (198\(film))"
        default: "Film \(film) (19\(50 + film))"
        }
    }

    /// A ratings file with titles.
    static var csv: String {
        "user,item,rating,title\n"
            + rows.map { "u\($0.user),i\($0.film),\($0.rating),\(quoted(title($0.film)))\n" }.joined()
    }

    /// A field between quotes.
    static func quoted(_ field: String) -> String { "\"" + field.replacing("\"", with: "\"\"") + "\"" }
}

extension Sandbox {
    /// Imports the small ratings as `small`.
    func importSmallRatings() throws {
        try succeed(
            "data", "import", "csv", try write("small.csv", SmallRatings.csv), "--name", "small", "--title-column",
            "title")
    }

    /// Imports the small ratings and trains `films` on them.
    func trainSmallModel() throws {
        try importSmallRatings()
        try succeed("train", "collab", "--data", "small", "--factors", "12", "--save", "films", "--quiet")
    }

    /// Writes the small ratings as an ML-100K folder with one fold, and gives its path.
    func writeMovieLens100K() throws -> String {
        let lines = SmallRatings.rows.map { "\($0.user)\t\($0.film)\t\($0.rating)\t88125\($0.film + 1000)" }
        // Latin-1, as the original: É is one byte.
        let items = (1...SmallRatings.films).map { film in
            "\(film)|" + (film == 2 ? "Élan (1953)" : "Film \(film) (1990)") + "|01-Jan-1990||http://x|0|1"
        }
        let latin1 = items.joined(separator: "\n").unicodeScalars.map { UInt8($0.value) } + [10]
        try write("ml-100k/u.item", latin1)
        try write("ml-100k/u.data", lines.joined(separator: "\n") + "\n")
        let test = lines.indices.filter { $0 % 5 == 0 }
        let train = lines.indices.filter { $0 % 5 != 0 }
        try write("ml-100k/u1.base", train.map { lines[$0] + "\n" }.joined())
        try write("ml-100k/u1.test", test.map { lines[$0] + "\n" }.joined())
        return folder.appendingPathComponent("ml-100k").path
    }

    /// Writes the small ratings in MovieLens' newer form, and gives the folder's path.
    func writeMovieLensCSV() throws -> String {
        let ratings = SmallRatings.rows.map { "\($0.user),\($0.film),\($0.rating == 5 ? "4.5" : "\($0.rating)"),9\n" }
        let movies = (1...SmallRatings.films).map {
            "\($0),\(SmallRatings.quoted(SmallRatings.title($0))),Drama|Comedy\n"
        }
        try write("ml-latest/ratings.csv", "userId,movieId,rating,timestamp\n" + ratings.joined())
        try write("ml-latest/movies.csv", "movieId,title,genres\n" + movies.joined())
        return folder.appendingPathComponent("ml-latest").path
    }
}
