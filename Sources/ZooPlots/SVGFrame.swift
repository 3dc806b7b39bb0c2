/// What surrounds the data of an SVG plot: background, heading, axes, grid, legend.
struct SVGFrame {
    let titles: PlotTitles
    let x: Axis
    let y: Axis
    let legend: Legend
    /// Whether there is nothing to show, so that the plot says so.
    let isEmpty: Bool
    let width: Double
    let height: Double
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    private static let style = """
        <style>
        text{font-family:system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"DejaVu Sans",sans-serif;fill:#1f2933}
        .title{font-size:19px;font-weight:600}
        .axis{font-size:14px;fill:#3e4c59}
        .tick{font-size:12px;fill:#52606d}
        .legend{font-size:13px}
        .halo{font-size:12px;fill:#fff;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
        .label{font-size:12px}
        .grid{stroke:#e4e7eb;stroke-width:1}
        .zero{stroke:#b8c1cc;stroke-width:1}
        .base{stroke:#7b8794;stroke-width:1}
        .mark{stroke:#52606d;stroke-width:1.2;stroke-dasharray:5 4}
        </style>

        """

    init(titles: PlotTitles, x: Axis, y: Axis, legend: Legend = .none, isEmpty: Bool, width: Int, height: Int) {
        self.titles = titles
        self.x = x
        self.y = y
        self.legend = legend
        self.isEmpty = isEmpty
        self.width = Double(max(200, width))
        self.height = Double(max(150, height))
        let tickWidth = y.ticks.map { TextMetrics.width($0.text, size: 12) }.max() ?? 0
        left = 22 + tickWidth + (y.title.isEmpty ? 0 : 24)
        right = self.width - 28
        top = (titles.title.isEmpty ? 22 : 54) + (self.legend.isEmpty ? 0 : 24)
        bottom = self.height - (x.title.isEmpty ? 38 : 60)
    }

    /// The pixel of a place, or nil where an axis has none for it.
    func pixel(_ point: PlotPoint) -> PlotPoint? {
        guard x.scale.shows(point.x), y.scale.shows(point.y) else { return nil }
        return PlotPoint(x: left + x.place(point.x) * (right - left), y: bottom - y.place(point.y) * (bottom - top))
    }

    /// The whole document around `content`, which is cut off at the axes, and `overlay`, which is not.
    func document(content: String, overlay: String = "") -> String {
        let c = NumberText.coordinate
        let area = "\(c(left)) \(c(top)) \(c(right - left)) \(c(bottom - top))"
        let name = titles.title.escapedForMarkup
        let middle = ((left + right) / 2, (top + bottom) / 2)
        let empty = SVGText.label("no data", x: middle.0, y: middle.1, style: "axis", anchor: "middle")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(c(width))" height="\(c(height))" \
            viewBox="0 0 \(c(width)) \(c(height))" role="img" aria-label="\(name)">
            <title>\(name)</title>
            \(Self.style)<rect width="100%" height="100%" fill="#fff"/>
            \(grid())\(headings())\(legend.row(left: left, right: right, top: top))\
            <svg x="\(c(left))" y="\(c(top))" width="\(c(right - left))" height="\(c(bottom - top))" viewBox="\(area)">
            \(content)</svg>
            \(SVGText.line(left, bottom, right, bottom, style: "base"))\(isEmpty ? empty : "")\(overlay)</svg>

            """
    }

    private func grid() -> String {
        var result = ""
        for tick in y.ticks {
            let place = bottom - y.place(tick.value) * (bottom - top)
            result += SVGText.line(left, place, right, place, style: tick.value == 0 ? "zero" : "grid")
            result += SVGText.label(tick.text, x: left - 8, y: place + 4, style: "tick", anchor: "end")
        }
        for tick in x.ticks {
            let place = left + x.place(tick.value) * (right - left)
            result += SVGText.line(place, top, place, bottom, style: tick.value == 0 ? "zero" : "grid")
            result += SVGText.label(tick.text, x: place, y: bottom + 18, style: "tick", anchor: "middle")
        }
        return result
    }

    private func headings() -> String {
        var result = ""
        if !titles.title.isEmpty {
            let room = Int((width - 48) / 10.5)
            result += SVGText.label(
                TextMetrics.shortened(titles.title, limit: max(8, room)), x: 22, y: 34, style: "title")
        }
        if !x.title.isEmpty {
            result += SVGText.label(x.title, x: (left + right) / 2, y: height - 16, style: "axis", anchor: "middle")
        }
        if !y.title.isEmpty {
            let middle = NumberText.coordinate((top + bottom) / 2)
            result += SVGText.label(
                y.title, x: 22, y: (top + bottom) / 2, style: "axis", anchor: "middle",
                extra: " transform=\"rotate(-90 22 \(middle))\"")
        }
        return result
    }
}
