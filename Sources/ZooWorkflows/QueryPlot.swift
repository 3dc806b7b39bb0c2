import ZooData
import ZooPlots

/// What a query's rows look like, and what to know of it.
package struct QueryPlot {
    /// The plot.
    package let plot: any Plot
    /// That rows were left out; nil where none were.
    package let note: String?
}

extension PreparedQuery {
    /// The rows drawn: intervals where columns are named `low` and `high`, else lines.
    ///
    /// - Parameter hasArrowheads: whether each line shows where it ends
    /// - Throws: `WorkflowError.invalid` where the columns are those of neither, or there are no numbers; `DataError.query`
    package func plot(titled title: String, hasArrowheads: Bool) throws -> QueryPlot {
        guard statement.columns.contains("low"), statement.columns.contains("high") else {
            return try linePlot(titled: title, hasArrowheads: hasArrowheads)
        }
        guard !hasArrowheads else {
            throw WorkflowError.invalid(
                what: "--arrows", reason: "the query has columns named low and high, and intervals have no direction")
        }
        let plot = try intervalPlot(titled: title)
        let most = IntervalPlot.maximumItems
        return QueryPlot(plot: plot, note: plot.items.count == most ? "the plot shows the first \(most) rows" : nil)
    }

    /// The rows as values with intervals: columns named `low` and `high` around the column before `low`, each row named by the
    /// first column, and by the number of ratings where that is a column.
    ///
    /// - Throws: `WorkflowError.invalid` without these columns; `DataError.query`
    private func intervalPlot(titled title: String) throws -> IntervalPlot {
        let columns = statement.columns
        guard let low = columns.firstIndex(of: "low"), low > 0, let high = columns.firstIndex(of: "high") else {
            throw WorkflowError.invalid(
                what: "--plot",
                reason: "the interval of low and high is that of the column before low, and there is none before it; "
                    + "'zoo query item-biases' has one")
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

    /// Rows that a plot of lines takes at most.
    private static let mostRows = 100_000

    /// The rows as lines: of the column `line`, in which the first other column is x and the second y; without it, one for each
    /// column after the first, which is x. Lines with a number other than 0 in `faint` stand behind the others.
    private func linePlot(titled title: String, hasArrowheads: Bool) throws -> QueryPlot {
        let columns = statement.columns
        let (line, faint) = (columns.firstIndex(of: "line"), columns.firstIndex(of: "faint"))
        let others = columns.indices.filter { $0 != line && $0 != faint }
        guard others.count >= 2 else {
            throw WorkflowError.invalid(
                what: "--plot",
                reason: "it draws the second column over the first, and the query has no two columns for that; see "
                    + "'zoo query --help'")
        }
        let ys = line == nil ? Array(others.dropFirst()) : [others[1]]
        var lines: [(key: LineKey, points: [PlotPoint])] = []
        var places: [LineKey: Int] = [:]
        var (rows, numbers) = (0, 0)
        try statement.forEachRow(values) { row in
            rows += 1
            let x = row[others[0]].number ?? .nan
            let isFaint = faint.map { row[$0].number ?? 0 != 0 } ?? false
            for column in ys {
                let y = row[column].number ?? .nan
                numbers += x.isFinite && y.isFinite ? 1 : 0
                let name = line.map { row[$0].text } ?? columns[column]
                let key = LineKey(name: name, column: column, isFaint: isFaint)
                let place = places[key, default: lines.count]
                if place == lines.count {
                    places[key] = place
                    lines.append((key, []))
                }
                lines[place].points.append(PlotPoint(x: x, y: y))
            }
            return rows < Self.mostRows
        }
        guard numbers > 0 else {
            throw WorkflowError.invalid(
                what: "--plot",
                reason: "no row has numbers in '\(columns[others[0]])' and '\(columns[ys[0]])', which it would draw")
        }
        let titles = PlotTitles(title: title, x: columns[others[0]], y: ys.count == 1 ? columns[ys[0]] : "")
        let series = lines.map { LinePlot.Series(name: $0.key.name, points: $0.points, isFaint: $0.key.isFaint) }
        return QueryPlot(
            plot: LinePlot(titles: titles, series: series, hasArrowheads: hasArrowheads),
            note: rows == Self.mostRows ? "the plot shows the first \(rows) rows" : nil)
    }
}

/// What tells the lines of a query apart.
private struct LineKey: Hashable {
    let name: String
    let column: Int
    let isFaint: Bool
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
