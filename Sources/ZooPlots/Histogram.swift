/// How often numbers fall into equal steps.
package struct Histogram: Plot {
    /// The heading and the axes' names.
    package let titles: PlotTitles
    /// The borders between the steps, one more than there are counts; empty without values.
    package let edges: [Double]
    /// How many values fall into each step; the last one has its upper border too.
    package let counts: [Int]

    /// Counts `values`; those that are not finite are left out.
    ///
    /// - Parameter steps: how many steps; chosen by the number of values when nil (Sturges 1926, at least 5, at most 60).
    package init(titles: PlotTitles, values: [Double], steps: Int? = nil) {
        self.titles = titles
        let shown = values.filter(AxisScale.linear.shows)
        guard let low = shown.min(), let high = shown.max() else {
            (edges, counts) = ([], [])
            return
        }
        let usual = max(5, min(60, shown.count.bitWidth - shown.count.leadingZeroBitCount + 1))
        let count = max(1, low < high ? steps ?? usual : 1)
        let (start, end) = low < high ? (low, high) : (low - 0.5, high + 0.5)
        let step = (end - start) / Double(count)
        var counts = [Int](repeating: 0, count: count)
        for value in shown { counts[max(0, min(count - 1, Int((value - start) / step)))] += 1 }
        self.counts = counts
        edges = (0...count).map { $0 == count ? end : start + Double($0) * step }
    }

    /// The plot as an SVG document.
    package func svg(width: Int, height: Int) -> String {
        let frame = SVGFrame(
            titles: titles, x: xAxis(8), y: yAxis(6), isEmpty: counts.isEmpty, width: width, height: height)
        let c = NumberText.coordinate
        var bars = "<g fill=\"\(Palette.colour(0))\" fill-opacity=\"0.85\">\n"
        for (index, count) in counts.enumerated() {
            guard let corner = frame.pixel(PlotPoint(x: edges[index], y: Double(count))),
                let other = frame.pixel(PlotPoint(x: edges[index + 1], y: 0))
            else { continue }
            let gap = min(1, (other.x - corner.x) * 0.1)
            bars +=
                "<rect x=\"\(c(corner.x + gap))\" y=\"\(c(corner.y))\" width=\"\(c(other.x - corner.x - 2 * gap))\" "
            bars += "height=\"\(c(other.y - corner.y))\"><title>\(count)</title></rect>\n"
        }
        return frame.document(content: bars + "</g>\n")
    }

    /// The plot as text.
    package func text(width: Int, height: Int) -> String {
        var canvas = TextFrame(
            titles: titles, x: xAxis(6), y: yAxis(5), isEmpty: counts.isEmpty, width: width, height: height)
        for (index, count) in counts.enumerated() {
            canvas.bar(from: edges[index], to: edges[index + 1], height: Double(count))
        }
        return canvas.rendered()
    }

    private func xAxis(_ ticks: Int) -> Axis { Axis(title: titles.x, values: edges, margin: 0.02, ticks: ticks) }

    private func yAxis(_ ticks: Int) -> Axis {
        let highest = Double(counts.max() ?? 0)
        return Axis(title: titles.y, range: 0...max(1, highest * 1.06), ticks: ticks, wholeNumbers: true)
    }
}
