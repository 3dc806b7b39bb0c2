import ZooData

extension DatasetContents {
    /// What a data set amounts to, in one line.
    var headline: String {
        switch self {
        case .ratings(let summary):
            "\(summary.ratings) ratings by \(summary.users) users on \(summary.items) items, "
                + "from \(summary.ratingMinimum) to \(summary.ratingMaximum)"
        case .table(let summary): "\(summary.rows) rows"
        case .text(let summary): "\(summary.characters) characters in \(summary.documents) texts"
        case .images(let summary): "\(summary.images) pictures"
        }
    }

    /// What more there is to tell, a line each.
    var details: [(name: String, text: String)] { [] }
}
