/// The columns of a ratings file or of a SELECT, by their names (case does not matter where it is not needed).
public struct RatingColumns: Sendable, Equatable {
    /// Who rated; nil for the usual names, such as `user`, `user_id` and `userId`.
    public var user: String?
    /// What was rated; nil for the usual names, such as `item`, `movieId` and `book_id`.
    public var item: String?
    /// The rating or count; nil for the usual names.
    public var rating: String?
    /// When; nil for `timestamp` or another usual name, such as `date`, where such a column holds times.
    public var timestamp: String?
    /// What the item is called; its key if nil.
    public var title: String?

    /// Columns of these names; nil stands for the usual ones.
    public init(user: String? = nil, item: String? = nil, rating: String? = nil) {
        self.user = user
        self.item = item
        self.rating = rating
    }

    /// Whether a column is named that every file must have.
    var isGiven: Bool { user != nil || item != nil || rating != nil }

    static let users = ["user", "userid", "username", "customer", "customerid", "reviewerid"]
    static let items = [
        "item", "itemid", "movieid", "filmid", "bookid", "songid", "trackid", "artistid", "productid", "gameid",
        "animeid", "businessid", "isbn", "asin", "movie", "film", "book", "song", "track", "artist", "product", "game",
    ]
    /// Names that hardly anything but a rating has.
    static let ratings = ["rating", "stars", "bookrating"]
    private static let otherRatings = ["score", "overall", "value"]
    static let counts = ["count", "plays", "playcount", "listens", "quantity", "weight", "clicks", "purchases"]

    private static let times = [
        "date", "time", "datetime", "ts", "createdat", "created", "ratedat", "rateddate", "daterated", "ratingdate",
        "ratingtime", "timestamps", "unixtime", "reviewtime", "unixreviewtime", "watchedat", "playedat", "updatedat",
    ]

    /// A name as the usual ones are written: small letters and digits, without the type of RecBole's headers.
    static func normalized(_ name: String) -> String {
        AtomicType.cut(name).name.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Where the columns are.
    struct Places {
        let user: Int
        let item: Int
        let rating: Int?
        var timestamp: Int?
        let title: Int?

        /// A column that is taken for two things, which cannot be.
        var repeated: Int? {
            let taken = [user, item, rating, timestamp].compactMap { $0 }
            return taken.indices.first { taken[..<$0].contains(taken[$0]) }.map { taken[$0] }
        }
    }

    /// Where a column stands whose name says that it holds times; nil where one is known, and where there is none.
    func possibleTime(in names: [String], _ places: Places) -> Int? {
        guard timestamp == nil, places.timestamp == nil else { return nil }
        let others = [places.user, places.item, places.rating, places.title]
        return names.indices.first { Self.times.contains(Self.normalized(names[$0])) && !others.contains($0) }
    }

    /// Finds the columns.
    ///
    /// - Parameter counts: whether a column of counts will do for ratings
    /// - Returns: the places, or the names that are not there
    func places(in names: [String], counts: Bool) -> Result<Places, Missing> {
        let normalized = names.map(Self.normalized)
        // As it is written, in other letters, or without the type of RecBole's headers.
        let forms = [names.map { $0.lowercased() }, names.map { AtomicType.cut($0).name.lowercased() }]
        func place(_ name: String) -> Int? {
            names.firstIndex(of: name)
                ?? forms.lazy.compactMap { form in
                    form.count { $0 == name.lowercased() } == 1 ? form.firstIndex(of: name.lowercased()) : nil
                }.first
        }
        func usual(_ candidates: [String]) -> Int? {
            candidates.lazy.compactMap { normalized.firstIndex(of: $0) }.first
        }
        let ratings = counts ? Self.counts + Self.ratings + Self.otherRatings : Self.ratings + Self.otherRatings
        let (user, item) = (self.user.map(place) ?? usual(Self.users), self.item.map(place) ?? usual(Self.items))
        let rating = self.rating.map(place) ?? usual(ratings)
        let named = [(timestamp, timestamp.flatMap(place)), (title, title.flatMap(place)), (self.rating, rating)]
        var missing = named.filter { $0.0 != nil && $0.1 == nil }.compactMap(\.0)
        if item == nil { missing.insert(self.item ?? "item", at: 0) }
        if user == nil { missing.insert(self.user ?? "user", at: 0) }
        guard let user, let item, missing.isEmpty else { return .failure(Missing(names: missing)) }
        return .success(
            Places(
                user: user, item: item, rating: rating,
                timestamp: timestamp.flatMap(place) ?? normalized.firstIndex(of: "timestamp"),
                title: title.flatMap(place)))
    }

    /// Columns that are not there.
    struct Missing: Error { let names: [String] }
}

/// The types in the headers of RecBole's atomic files: `user_id:token`.
///
/// - Source: https://recbole.io/docs/user_guide/data/atomic_files.html
enum AtomicType: String {
    case token
    case tokens = "token_seq"
    case float
    case floats = "float_seq"

    /// A name without its type.
    static func cut(_ name: String) -> (name: String, type: AtomicType?) {
        guard let colon = name.lastIndex(of: ":"),
            let type = AtomicType(rawValue: String(name[name.index(after: colon)...]))
        else { return (name, nil) }
        return (String(name[..<colon]), type)
    }
}
