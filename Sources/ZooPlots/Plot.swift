/// Numbers that can be drawn: as an SVG image, and as text for a terminal.
///
/// The same plot always gives the same bytes. Points with a number that is infinite or not a number are left out; a plot
/// without points is an empty frame.
public protocol Plot: Sendable {
    /// A self-contained SVG document: no scripts, no fonts or files from elsewhere.
    func svg(width: Int, height: Int) -> String

    /// The plot as lines of text, in Braille dots, at most `width` columns by `height` rows; at least 24 by 8 are used.
    func text(width: Int, height: Int) -> String
}

extension Plot {
    /// A self-contained SVG document of 880 by 560 pixels.
    public func svg() -> String { svg(width: 880, height: 560) }

    /// The plot as text of 80 columns by 24 rows, the classic terminal.
    public func text() -> String { text(width: 80, height: 24) }
}

/// What a plot says around its data.
package struct PlotTitles: Sendable, Hashable {
    /// The heading.
    package let title: String
    /// What the horizontal axis shows.
    package let x: String
    /// What the vertical axis shows.
    package let y: String

    /// Creates titles; empty ones take no room.
    package init(title: String, x: String = "", y: String = "") {
        self.title = title
        self.x = x
        self.y = y
    }
}

/// A place in a plot, in the units of its axes.
package struct PlotPoint: Sendable, Hashable {
    /// The horizontal coordinate.
    package let x: Double
    /// The vertical coordinate.
    package let y: Double

    /// Creates a point.
    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}
