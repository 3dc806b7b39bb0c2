import ZooData
import ZooPlots

extension PreparedQuery {
    /// The rows as values with intervals: columns named `low` and `high` around the column before `low`, each row named by the
    /// first column, and by the number of ratings where that is a column.
    ///
    /// - Throws: `WorkflowError.invalid` without these columns; `DataError.query`
    package func intervalPlot(titled title: String) throws -> IntervalPlot {
        let columns = statement.columns
        guard let low = columns.firstIndex(of: "low"), low > 0, let high = columns.firstIndex(of: "high") else {
            throw WorkflowError.invalid(
                what: "--plot",
                reason:
                    "it draws intervals, and the query has no columns named low and high with a number before low, as "
                    + "'zoo query item-biases' has")
        }
        let ratings = columns.firstIndex(of: "ratings")
        var items: [IntervalPlot.Item] = []
        try statement.forEachRow(values) { row in
            if let value = row[low - 1].number, let low = row[low].number, let high = row[high].number {
                let count = ratings.flatMap { row[$0].number }.map { " (\(Int($0)))" } ?? ""
                items.append(IntervalPlot.Item(label: row[0].text + count, value: value, low: low, high: high))
            }
            return items.count < IntervalPlot.maximumItems
        }
        let x = columns[low - 1] + (ratings == nil ? "" : " (behind a name: the number of ratings)")
        return IntervalPlot(titles: PlotTitles(title: title, x: x), items: items)
    }
}

extension QueryValue {
    /// The number; nil for a value that is none.
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .null, .text, .blob: nil
        }
    }

    /// The value as a name.
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .null, .blob: ""
        }
    }
}
