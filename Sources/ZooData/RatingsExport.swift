/// The form in which another program writes somebody's ratings, known by its header.
struct RatingsExport {
    /// Whose it is.
    let name: String
    /// Columns that only this form has, all of them.
    let marks: [String]
    let title: String
    let rating: String
    let year = "Year"
    /// The column of the dates of the ratings.
    let time: String
    /// The column that tells a film from an episode.
    let kind: String?
    /// Columns with other names of the item: an id, the original title.
    let others: [String]
    /// The least and the highest rating.
    let scale: ClosedRange<Double>

    /// - Source: IMDb's "Export" of one's ratings, Letterboxd's `ratings.csv` and `diary.csv`, Trakt's CSV of ratings
    static let known = [
        RatingsExport(
            name: "IMDb", marks: ["Const", "Your Rating"], title: "Title", rating: "Your Rating", time: "Date Rated",
            kind: "Title Type", others: ["Const", "Original Title"], scale: 1...10),
        RatingsExport(
            name: "Letterboxd", marks: ["Letterboxd URI"], title: "Name", rating: "Rating", time: "Date", kind: nil,
            others: [], scale: 0.5...5),
        RatingsExport(
            name: "Trakt", marks: ["rated_at", "type"], title: "title", rating: "rating", time: "rated_at",
            kind: "type", others: ["imdb_id"], scale: 1...10),
    ]

    /// Whether an entry of this kind is a part of a series, which has the series' title.
    static func isEpisode(_ kind: String) -> Bool {
        kind.lowercased().contains("episode") || kind.lowercased() == "season"
    }
}
