import ZooRecords

/// What MovieLens tells of films besides their titles: genres, and the year in the title.
enum MovieLensFilms {
    /// A table of films with their years, and without a genre where none is listed.
    static func withYears(_ films: SideTable) -> SideTable {
        var films = films
        let genres = films.attributes.map(withoutPlaceholder)
        films.attributes = [Attribute("year", .numbers(films.titles.map(TitleYear.year)))] + genres
        return films
    }

    private static func withoutPlaceholder(_ genres: Attribute) -> Attribute {
        guard case .sets(let sets, let names) = genres.values else { return genres }
        return Attribute(
            genres.name, sets: sets.map { $0.map { names[Int($0)] }.filter { $0 != "(no genres listed)" } })
    }
}

/// What goodbooks-10k tells of books that is no rating in another form: authors, the year, the language.
///
/// - Source: https://github.com/zygmuntz/goodbooks-10k
enum Goodbooks {
    /// A table of books with these attributes alone.
    static func books(_ books: SideTable) -> SideTable {
        var books = books
        books.notes = []
        books.attributes = books.attributes.compactMap { attribute in
            switch (attribute.name, attribute.values) {
            case ("authors", .categories(let places, let names)):
                Attribute(
                    "authors", sets: places.map { $0 < 0 ? [] : names[Int($0)].split(separator: ", ").map(String.init) }
                )
            case ("original_publication_year", let years): Attribute("year", years)
            case ("language_code", let codes): Attribute("language", codes)
            default: nil
            }
        }
        return books
    }
}
