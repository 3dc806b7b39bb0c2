import ZooData

extension DatasetContents {
    /// What a data set amounts to, in one line.
    var headline: String {
        switch self {
        case .ratings(let summary):
            "\(summary.ratings) ratings by \(summary.users) users on \(summary.items) items, "
                + "from \(summary.ratingMinimum) to \(summary.ratingMaximum)"
        case .table(let summary): summary.headline
        case .text(let summary): "\(summary.characters) characters in \(summary.documents) texts"
        case .images(let summary): "\(summary.images) pictures"
        }
    }

    /// What more there is to tell, a line each.
    var details: [(name: String, text: String)] {
        guard case .table(let summary) = self else { return [] }
        return summary.columns.map { column in
            let values = column.valuesText
            let counts = "\(column.kind.rawValue), \(column.missing) missing, \(column.distinctText) distinct"
            return ("column \(column.name)", counts + (values.isEmpty ? "" : ": \(values)"))
        } + summary.allNotes.map { ("note", $0) }
    }
}
