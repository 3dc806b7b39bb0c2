/// Values with intervals, one below the other, each with its name.
package struct IntervalPlot: Plot {
    /// A value with its interval.
    package struct Item: Sendable, Hashable {
        /// Its name, shown left of it.
        package let label: String
        /// The value.
        package let value: Double
        /// Where the interval begins and ends.
        package let low: Double
        package let high: Double

        /// Creates an item.
        package init(label: String, value: Double, low: Double, high: Double) {
            (self.label, self.value, self.low, self.high) = (label, value, low, high)
        }
    }

    /// How many items an image has room for.
    package static let maximumItems = 28

    /// The heading and the name of the values.
    package let titles: PlotTitles
    /// The items from top to bottom.
    package let items: [Item]

    /// Creates a plot; items beyond `maximumItems` and those with a number that is not finite are left out.
    package init(titles: PlotTitles, items: [Item]) {
        self.titles = titles
        let shown = items.filter { item in [item.value, item.low, item.high].allSatisfy(AxisScale.linear.shows) }
        self.items = Array(shown.prefix(Self.maximumItems))
    }

    /// The plot as an SVG document.
    package func svg(width: Int, height: Int) -> String {
        let frame = SVGFrame(
            titles: titles, x: xAxis(7), y: yAxis(36), isEmpty: items.isEmpty, width: width, height: height)
        let c = NumberText.coordinate
        var marks = "<g stroke=\"\(Palette.colour(0))\" stroke-width=\"2\" fill=\"\(Palette.colour(0))\">\n"
        for (row, item) in items.enumerated() {
            guard let low = frame.pixel(place(item.low, row)), let high = frame.pixel(place(item.high, row)),
                let middle = frame.pixel(place(item.value, row))
            else { continue }
            marks += "<path d=\"M\(c(low.x)) \(c(low.y))H\(c(high.x))"
            for end in [low, high] { marks += "M\(c(end.x)) \(c(end.y - 4))v8" }
            marks += "\"/>\n"
            let title =
                "\(item.label): \(NumberText.short(item.value)), from \(NumberText.short(item.low)) to "
                + NumberText.short(item.high)
            marks += SVGText.circle(middle.x, middle.y, radius: 4, title: title)
        }
        return frame.document(content: marks + "</g>\n")
    }

    /// The plot as text, of a row for each item where there are enough.
    package func text(width: Int, height: Int) -> String {
        let rows = max(height, items.count + 5)
        var canvas = TextFrame(
            titles: titles, x: xAxis(5), y: yAxis(max(8, width / 3)), isEmpty: items.isEmpty, width: width, height: rows
        )
        for (row, item) in items.enumerated() {
            canvas.line(place(item.low, row), place(item.high, row))
            canvas.sign("●", at: place(item.value, row))
        }
        return canvas.rendered()
    }

    /// Rows lie at -1, -2 and so on: 0 would be the line of zero.
    private func place(_ value: Double, _ row: Int) -> PlotPoint { PlotPoint(x: value, y: -1 - Double(row)) }

    private func xAxis(_ ticks: Int) -> Axis {
        Axis(title: titles.x, values: items.flatMap { [$0.low, $0.value, $0.high] }, margin: 0.04, ticks: ticks)
    }

    private func yAxis(_ limit: Int) -> Axis {
        Axis(
            title: titles.y, range: (-Double(max(1, items.count)) - 0.5)...(-0.5),
            ticks: items.enumerated().map { row, item in
                Tick(value: place(0, row).y, text: TextMetrics.shortened(item.label, limit: limit))
            })
    }
}
