import ZooRecords

/// One person's rating of an item, as they wrote it down.
package struct PersonalRating: Sendable, Equatable {
    /// The item: its key, its title, or part of it.
    package let item: String
    /// The year of a title, where it has a column of its own.
    package let year: Int?
    /// Other names of the item: an id, the original title.
    package let otherNames: [String]
    /// What `item` is.
    package let naming: Naming
    /// The rating, on the scale of the file.
    package let rating: Double
    /// When it was given, in seconds since 1970; nil where that is not known or cannot be read.
    package let time: Int64?
    /// Line of the file, or number of the entry in JSON, from 1.
    package let line: Int

    /// What somebody calls an item by.
    package enum Naming: Sendable {
        /// A key, by the name of its column.
        case key
        /// A key or a title.
        case any
        /// A title by the name of its column, or as a year stands beside; a key where no item has that title.
        case title
        /// A title and nothing else, as in the exports of other programs.
        case titleOnly
    }
}

/// How a file of ratings is read.
public struct PersonalRatingsOptions: Sendable, Hashable {
    /// The column of the items; nil for the usual names.
    public var itemColumn: String?
    /// The column of the ratings; nil for the usual name.
    public var ratingColumn: String?
    /// The least and the highest rating that the file could have; nil for those of the export that it is, or of the model.
    public var scale: ClosedRange<Double>?
    /// The encoding of a CSV file.
    public var encoding = TextEncoding.utf8

    /// The usual names and scales.
    public init() {}
}

/// A file of one person's ratings.
package struct PersonalRatings: Sendable, Equatable {
    /// The ratings, in the order of the file.
    package let ratings: [PersonalRating]
    /// The least and the highest rating that the file could have.
    package let scale: ClosedRange<Double>
    /// The program whose export it is; nil for a file of your own.
    package let source: String?
    /// How many entries have no rating.
    package let unrated: Int
    /// How many entries are episodes or seasons, which are left out.
    package let episodes: Int
    /// What a place in the file is called: `line`, or `entry` in JSON.
    package let place: String
    /// What was decided of how the file is read.
    package let notes: [String]

    /// Reads a delimited file as the import of ratings does, or Trakt's JSON.
    ///
    /// The columns are those of the export of IMDb, Letterboxd or Trakt that the header is of; else an item in `item`,
    /// `title`, `movie`, `name`, `itemId`, `movieId` or a name that an import knows, perhaps its `year`, and `rating`. Without a header
    /// they are item and rating, or as in an import user, item, rating and time.
    /// - Parameter scale: the model's, for a file whose scale is not known
    /// - Parameter feedback: what the model's data says, of which counts have no highest and choices need no rating; nil if not known
    /// - Parameter takesLikes: whether a list of items without ratings is one of items that are liked
    /// - Throws: `DataError.unreadable`, `.missingColumns`, `.invalid` for a rating that is none or beyond the scale, and for
    ///   several people, `.badRow`, `.empty`, `.wrongEncoding`
    package static func read(
        path: String, scale: ClosedRange<Double>, feedback: Feedback? = nil, takesLikes: Bool = false,
        options: PersonalRatingsOptions = PersonalRatingsOptions()
    ) throws -> PersonalRatings {
        // The highest count is no measure of what is liked.
        let likes = feedback == .counts ? 1...1 : scale
        if let entries = try TraktRatings.entries(path: path) {
            let areLikes = takesLikes && !entries.contains { $0.rating != nil }
            return try PersonalRatings(
                entries, path: path, scale: options.scale, likes: areLikes ? likes : nil, feedback)
        }
        let (table, columns) = try PersonalColumns.find(path: path, feedback, takesLikes: takesLikes, options)
        var values = ValueRules()
        let format = try columns.rating.map { try RatingNumbers(of: path, table, column: $0, rules: values).format }
        let markers = MissingMarkers(values.missing)
        var (times, people) = (RatingTimes(values), Set<String>())
        try table.forEachRecord(of: path) { record, block in
            if let problem = table.reasonToRefuse(record, block) {
                throw DataError.invalid("\(path), line \(record.line): \(problem)")
            }
            if let time = columns.time, let reading = times.reading(block[record.firstField + time]) {
                _ = times.take(reading)
            }
            if let user = columns.user, people.count < 3 {
                people.insert(String(decoding: block[record.firstField + user], as: UTF8.self))
            }
        }
        guard people.count < 2 else {
            let (first, second) = (people.sorted()[0], people.sorted()[1])
            throw DataError.invalid(
                "\(path): it holds ratings of several people, such as '\(first)' and '\(second)': keep the rows of one of them"
            )
        }
        let settled = times.settled(values, unit: nil)
        if let settled { values = settled.rules }
        let (dates, clock) = (RatingTimes(values, form: settled?.form), times.finish(unit: nil))
        let areLikes = columns.rating == nil && feedback != .choices
        var gathering = RatingGathering(scale: areLikes ? likes : options.scale ?? columns.export?.scale ?? scale)
        gathering.notes = columns.notes + (areLikes ? [Self.likesNote(likes.upperBound, feedback)] : [])
        gathering.isCounts = columns.isCounts && options.scale == nil
        let column = "column '\(columns.rating.flatMap { table.header?[$0] } ?? "rating")'"
        if format?.decimal == .comma { gathering.notes.append("ratings are read with a decimal comma") }
        if table.dialect.comment != 0 {
            gathering.notes.append("lines with '#' at the beginning are left out as comments")
        }
        try table.forEachRecord(of: path) { record, block in
            let line = record.line
            func text(_ column: Int) throws -> String {
                guard let text = TextEncoding.utf8.text(block[record.firstField + column]) else {
                    throw DataError.notUTF8(file: path, line: line)
                }
                return text
            }
            if let kind = columns.kind, RatingsExport.isEpisode(try text(kind)) {
                gathering.episodes += 1
                return
            }
            let time = columns.time.flatMap { dates.reading(block[record.firstField + $0]) }
                .flatMap { dates.refusal($0) == nil ? $0 : nil }
            // Of choices and likes, every row is one.
            var rating = gathering.scale.upperBound
            if let format, let place = columns.rating {
                let field = block[record.firstField + place]
                guard !markers.contains(Blanks.trimmed(field)) else {
                    gathering.unrated += 1
                    return
                }
                guard let number = format.rating(field) else {
                    let written = String(decoding: field, as: UTF8.self)
                    throw DataError.invalid("\(path), line \(line), \(column): '\(written)' is not a number")
                }
                try gathering.check(number, place: "\(path), line \(line), \(column)")
                rating = number
            }
            gathering.ratings.append(
                PersonalRating(
                    item: try text(columns.item), year: try columns.year.map(text).flatMap { Int($0) },
                    otherNames: try columns.others.map(text).filter { !$0.isEmpty }, naming: columns.naming,
                    rating: rating, time: time.flatMap { clock.seconds($0) }, line: line))
        }
        return try gathering.finish(path: path, source: columns.export?.name, place: "line")
    }

    private static func likesNote(_ like: Double, _ feedback: Feedback?) -> String {
        "there is no column of ratings: each row is an item that is liked\(rated(like, feedback)) (--rating-column names one)"
    }

    private static func rated(_ like: Double, _ feedback: Feedback?) -> String {
        feedback == .counts ? "" : ", rated \(like.formatted())"
    }

    /// Items that somebody likes, each with the highest rating.
    package init(items: [String], scale: ClosedRange<Double>) {
        ratings = items.enumerated().map {
            PersonalRating(
                item: $1, year: nil, otherNames: [], naming: .any, rating: scale.upperBound, time: nil, line: $0 + 1)
        }
        (self.scale, source, unrated, episodes, place, notes) = (scale, nil, 0, 0, "item", [])
    }

    /// - Parameter likes: the model's scale, where no entry has a rating and each is an item that is liked
    private init(
        _ entries: [TraktRatings.Entry], path: String, scale: ClosedRange<Double>?, likes: ClosedRange<Double>? = nil,
        _ feedback: Feedback? = nil
    ) throws {
        var gathering = RatingGathering(scale: likes ?? scale ?? 1...10)
        if let likes {
            gathering.notes = [
                "no entry has a rating: each is an item that is liked\(Self.rated(likes.upperBound, feedback))"
            ]
        }
        for (index, entry) in entries.enumerated() {
            if let kind = entry.type, RatingsExport.isEpisode(kind) {
                gathering.episodes += 1
                continue
            }
            guard let item = entry.item, let title = item.title, let rating = entry.rating ?? likes?.upperBound else {
                gathering.unrated += 1
                continue
            }
            try gathering.check(rating, place: "\(path), entry \(index + 1)")
            gathering.ratings.append(
                PersonalRating(
                    item: title, year: item.year, otherNames: [item.ids?.imdb].compactMap { $0 }, naming: .titleOnly,
                    rating: rating, time: entry.time, line: index + 1))
        }
        self = try gathering.finish(path: path, source: "Trakt", place: "entry")
    }

    fileprivate init(_ gathering: RatingGathering, source: String?, place: String) {
        (ratings, scale, self.source) = (gathering.ratings, gathering.scale, source)
        (unrated, episodes, self.place) = (gathering.unrated, gathering.episodes, place)
        notes = gathering.notes
    }
}

/// Ratings while they are read.
private struct RatingGathering {
    let scale: ClosedRange<Double>
    var ratings: [PersonalRating] = []
    var unrated = 0
    var episodes = 0
    var notes: [String] = []
    /// Whether they are counts, of which any above 0 will do.
    var isCounts = false

    init(scale: ClosedRange<Double>) { self.scale = scale }

    func check(_ rating: Double, place: String) throws {
        if isCounts {
            guard rating > 0 else { throw DataError.invalid("\(place): \(rating.formatted()) is not a count above 0") }
            return
        }
        // Models keep their scale in single precision, in which 0.1 is more than 0.1.
        guard scale.contains(rating) || scale.contains(Double(Float(rating))) else {
            let range = "\(scale.lowerBound.formatted()) to \(scale.upperBound.formatted())"
            let advice = "give the scale of the file, as --scale 10, or --scale 0,100 for 0 to 100"
            throw DataError.invalid("\(place): \(rating.formatted()) is outside \(range): \(advice)")
        }
    }

    func finish(path: String, source: String?, place: String) throws -> PersonalRatings {
        guard !ratings.isEmpty else { throw DataError.empty(file: path) }
        return PersonalRatings(self, source: source, place: place)
    }
}
