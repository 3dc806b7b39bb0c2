/// Series of numbers over one axis, such as losses over learning rates or epochs.
package struct LinePlot: Plot {
    /// A line.
    package struct Series: Sendable, Hashable {
        /// What the legend calls it, when there are several.
        package let name: String
        /// Its points in drawing order; one that cannot be shown leaves a gap.
        package let points: [PlotPoint]
        /// Whether it is thin and grey behind the others, and has no place in the legend.
        package let isFaint: Bool

        /// Creates a series.
        package init(name: String, points: [PlotPoint], isFaint: Bool = false) {
            self.name = name
            self.points = points
            self.isFaint = isFaint
        }

        /// Creates a series of `values` at 1, 2, 3, ...
        package init(name: String, values: [Double]) {
            self.init(name: name, points: values.enumerated().map { PlotPoint(x: Double($0 + 1), y: $1) })
        }
    }

    /// A place that the plot points out.
    package struct Mark: Sendable, Hashable {
        /// Where it is.
        package let point: PlotPoint
        /// What to write beside it.
        package let label: String

        /// Creates a mark.
        package init(x: Double, y: Double, label: String) {
            point = PlotPoint(x: x, y: y)
            self.label = label
        }
    }

    /// The heading and the axes' names.
    package let titles: PlotTitles
    /// The lines.
    package let series: [Series]
    /// The places pointed out, such as a suggested learning rate.
    package let marks: [Mark]
    /// How the horizontal axis is spaced.
    package let xScale: AxisScale
    /// What the vertical axis shows; all of the points when nil.
    package let yRange: ClosedRange<Double>?
    /// Whether the image shows where each line ends.
    package let hasArrowheads: Bool

    /// Creates a plot.
    ///
    /// - Precondition: `yRange` is finite and not empty.
    package init(
        titles: PlotTitles, series: [Series], marks: [Mark] = [], xScale: AxisScale = .linear,
        yRange: ClosedRange<Double>? = nil, hasArrowheads: Bool = false
    ) {
        if let yRange {
            precondition(yRange.lowerBound < yRange.upperBound, "LinePlot: the vertical range is empty: \(yRange)")
            precondition((yRange.upperBound - yRange.lowerBound).isFinite, "LinePlot: the vertical range is not finite")
        }
        self.titles = titles
        self.series = series
        self.marks = marks
        self.xScale = xScale
        self.yRange = yRange
        self.hasArrowheads = hasArrowheads
    }

    /// The plot as an SVG document.
    package func svg(width: Int, height: Int) -> String {
        let frame = SVGFrame(
            titles: titles, x: xAxis(8), y: yAxis(6), legend: legend, isEmpty: shown.isEmpty, width: width,
            height: height)
        var lines = ""
        var curve: [PlotPoint] = []
        for one in series where one.isFaint {
            let pixels = cut(one.points).map(frame.pixel)
            lines += Self.path(pixels, Palette.other, width: 1)
            if hasArrowheads { lines += Self.arrowhead(pixels, Palette.other, size: 6) }
        }
        for (index, one) in named.enumerated() {
            let pixels = cut(one.points).map(frame.pixel)
            lines += Self.path(pixels, Palette.colour(index), width: 2.2)
            if hasArrowheads { lines += Self.arrowhead(pixels, Palette.colour(index), size: 11) }
            curve += pixels.compactMap { $0 }
        }
        var placed: [(pixel: PlotPoint, label: String)] = []
        for mark in marks {
            guard let pixel = frame.pixel(mark.point) else { continue }
            lines += SVGText.line(pixel.x, frame.top, pixel.x, frame.bottom, style: "mark")
            lines += SVGText.circle(
                pixel.x, pixel.y, radius: 5.5, extra: " fill=\"#fff\" stroke=\"#c2410c\" stroke-width=\"2.5\"",
                title: mark.label)
            placed.append((pixel, mark.label))
        }
        return frame.document(content: lines, overlay: MarkLabels(placed, curve: curve, in: frame).text)
    }

    /// The plot as text; several series are told apart by letters on their lines, since a terminal may have no colours.
    package func text(width: Int, height: Int) -> String {
        let letters: [Character] = Array("abcdefghijklmnopqrstuvwxyz")
        let names = named.count > 1 ? zip(letters, named).map { "\($0): \($1.name)" } : []
        var canvas = TextFrame(
            titles: titles, x: xAxis(6), y: yAxis(5), legend: names, isEmpty: shown.isEmpty, width: width,
            height: height)
        for one in series {
            let points = cut(one.points)
            for (start, end) in zip(points, points.dropFirst()) { canvas.line(start, end) }
            for point in points { canvas.dot(point) }
        }
        for mark in marks { canvas.mark(mark.point, mark.label) }
        for (letter, one) in zip(names.isEmpty ? [] : letters, named) {
            for point in stride(from: 0, to: one.points.count, by: max(1, one.points.count / 8)).map({ one.points[$0] })
            {
                canvas.sign(letter, at: point)
            }
        }
        return canvas.rendered()
    }

    private var legend: Legend {
        guard named.count > 1 else { return .none }
        return .names(named.enumerated().map { ($1.name, Palette.colour($0)) })
    }

    /// The lines that have a colour and a name.
    private var named: [Series] { series.filter { !$0.isFaint } }

    /// The points where the vertical axis shows all of them; else those within it, with the places where the line leaves
    /// and enters it, and a gap between.
    private func cut(_ points: [PlotPoint]) -> [PlotPoint] {
        guard let yRange else { return points }
        return RangeCut(range: yRange, xScale: xScale).cut(points)
    }

    private var shown: [PlotPoint] {
        (series.flatMap(\.points) + marks.map(\.point)).filter { xScale.shows($0.x) && AxisScale.linear.shows($0.y) }
    }

    private func xAxis(_ ticks: Int) -> Axis {
        Axis(title: titles.x, scale: xScale, values: shown.map(\.x), margin: 0.02, ticks: ticks)
    }

    private func yAxis(_ ticks: Int) -> Axis {
        if let yRange { return Axis(title: titles.y, range: yRange, ticks: ticks) }
        return Axis(title: titles.y, values: shown.map(\.y), margin: 0.06, ticks: ticks)
    }

    /// A line through the pixels, broken at gaps; a point alone between gaps is a dot.
    private static func path(_ pixels: [PlotPoint?], _ colour: String, width: Double) -> String {
        let c = NumberText.coordinate
        var (data, dots) = ("", "")
        for run in pixels.split(whereSeparator: { $0 == nil }).map({ $0.compactMap(\.self) }) {
            if run.count == 1 { dots += SVGText.circle(run[0].x, run[0].y, radius: 3, extra: " fill=\"\(colour)\"") }
            guard run.count > 1 else { continue }
            data += "M" + run.map { "\(c($0.x)) \(c($0.y))" }.joined(separator: "L")
        }
        guard !data.isEmpty else { return dots }
        return "<path d=\"\(data)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(c(width))\" "
            + "stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n" + dots
    }

    /// A triangle at the end of a line, in its direction; none where it has no length.
    private static func arrowhead(_ pixels: [PlotPoint?], _ colour: String, size: Double) -> String {
        let shown = pixels.compactMap { $0 }
        guard let tip = shown.last, let before = shown.last(where: { $0 != tip }) else { return "" }
        let (dx, dy) = (tip.x - before.x, tip.y - before.y)
        let length = (dx * dx + dy * dy).squareRoot()
        let (along, across) = (PlotPoint(x: dx / length, y: dy / length), PlotPoint(x: -dy / length, y: dx / length))
        let c = NumberText.coordinate
        let corners = [0.4, -0.4].map { side in
            let x = tip.x - size * (along.x - side * across.x)
            return "L\(c(x)) \(c(tip.y - size * (along.y - side * across.y)))"
        }
        return "<path d=\"M\(c(tip.x)) \(c(tip.y))\(corners.joined())Z\" fill=\"\(colour)\"/>\n"
    }
}
