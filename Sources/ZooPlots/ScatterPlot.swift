/// Points in the plane, the most important of them named.
package struct ScatterPlot: Plot {
    /// A point with what it stands for.
    package struct Item: Sendable, Hashable {
        /// Where it lies.
        package let point: PlotPoint
        /// Its name: shown where there is room, and as a tooltip.
        package let label: String?
        /// Which labels come first: the higher the earlier, of equal ones the one farthest from the middle.
        package let priority: Double

        /// Creates an item.
        package init(x: Double, y: Double, label: String? = nil, priority: Double = 0) {
            point = PlotPoint(x: x, y: y)
            self.label = label
            self.priority = priority
        }
    }

    /// The heading and the axes' names.
    package let titles: PlotTitles
    /// The points.
    package let items: [Item]
    /// At most this many labels are written; fewer where there is no room.
    package let maximumLabels: Int
    /// What the points' colours stand for; one colour for all when nil.
    package let colouring: PointColouring?

    /// Creates a plot.
    ///
    /// - Parameter colouring: a number or group for each of `items`, in their order
    package init(titles: PlotTitles, items: [Item], maximumLabels: Int = 40, colouring: PointColouring? = nil) {
        self.titles = titles
        self.items = items
        self.maximumLabels = maximumLabels
        self.colouring = colouring
    }

    /// The plot as an SVG document.
    package func svg(width: Int, height: Int) -> String {
        let (colours, legend) = colouring?.colours(count: items.count) ?? ([], .none)
        let frame = SVGFrame(
            titles: titles, x: xAxis(8), y: yAxis(7), legend: legend, isEmpty: shown.isEmpty, width: width,
            height: height)
        let placed = items.enumerated().compactMap { index, item in
            frame.pixel(item.point).map { (item: item, pixel: $0, colour: colours.isEmpty ? nil : colours[index]) }
        }
        let radius = placed.count < 60 ? 4.5 : placed.count < 600 ? 3.5 : 2.5
        let opacity = placed.count < 60 ? "0.85" : placed.count < 600 ? "0.6" : "0.4"
        var discs = "<g fill=\"\(Palette.colour(0))\" fill-opacity=\"\(opacity)\">\n"
        for (item, pixel, colour) in placed {
            let fill = colour.map { " fill=\"\($0)\"" } ?? ""
            discs += SVGText.circle(pixel.x, pixel.y, radius: radius, extra: fill, title: item.label)
        }
        discs += "</g>\n"
        let area = LabelPlacement.Box(left: frame.left, top: frame.top, right: frame.right, bottom: frame.bottom)
        var placement = LabelPlacement(area: area, points: placed.map(\.pixel), lineHeight: 15, distance: radius + 4)
        var (labels, written) = ("", 0)
        for (text, point, index) in ranked where written < maximumLabels {
            guard let pixel = frame.pixel(point) else { continue }
            let short = TextMetrics.shortened(text, limit: 32)
            guard let box = placement.place(width: TextMetrics.width(short, size: 12), at: pixel) else { continue }
            let look =
                colours.isEmpty
                ? " fill=\"\(Palette.colour(1))\""
                : " fill=\"\(colours[index])\" stroke=\"#1f2933\" stroke-width=\"1.2\""
            discs += SVGText.circle(pixel.x, pixel.y, radius: radius, extra: look, title: text)
            // Anchored on the point's side: fonts differ in width, and the gap beside the point should not.
            let (x, anchor) =
                box.left > pixel.x
                ? (box.left, "start") : box.right < pixel.x ? (box.right, "end") : (pixel.x, "middle")
            labels += SVGText.haloed(short, x: x, y: box.bottom - 4, anchor: anchor)
            written += 1
        }
        return frame.document(content: discs, overlay: labels)
    }

    /// The plot as text.
    package func text(width: Int, height: Int) -> String {
        var canvas = TextFrame(
            titles: titles, x: xAxis(6), y: yAxis(5), isEmpty: shown.isEmpty, width: width, height: height)
        for item in items { canvas.dot(item.point) }
        var written = 0
        for (text, point, _) in ranked where written < maximumLabels {
            if canvas.write(TextMetrics.shortened(text, limit: 24), beside: point) { written += 1 }
        }
        return canvas.rendered()
    }

    private var shown: [Item] { items.filter(Self.isShown) }

    private static func isShown(_ item: Item) -> Bool {
        AxisScale.linear.shows(item.point.x) && AxisScale.linear.shows(item.point.y)
    }

    private func xAxis(_ ticks: Int) -> Axis {
        Axis(title: titles.x, values: shown.map(\.point.x), margin: 0.06, ticks: ticks)
    }

    private func yAxis(_ ticks: Int) -> Axis {
        Axis(title: titles.y, values: shown.map(\.point.y), margin: 0.06, ticks: ticks)
    }

    /// Labels in the order in which they get room.
    private var ranked: [(text: String, point: PlotPoint, index: Int)] {
        let (x, y) = (xAxis(1), yAxis(1))
        let ranks = items.enumerated().compactMap { index, item -> (item: Item, distance: Double, index: Int)? in
            guard let label = item.label, !label.isEmpty, Self.isShown(item) else { return nil }
            let (dx, dy) = (x.place(item.point.x) - 0.5, y.place(item.point.y) - 0.5)
            return (item, dx * dx + dy * dy, index)
        }
        let sorted = ranks.sorted { a, b in
            let (first, second) = (a.item.priority, b.item.priority)
            return first != second ? first > second : (-a.distance, a.index) < (-b.distance, b.index)
        }
        return sorted.map { ($0.item.label ?? "", $0.item.point, $0.index) }
    }
}
