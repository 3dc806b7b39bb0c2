/// The pieces that SVG documents are made of.
enum SVGText {
    /// A `text` element; `style` names a class of the frame's style sheet.
    static func label(
        _ text: String, x: Double, y: Double, style: String, anchor: String = "start", extra: String = ""
    ) -> String {
        let place = "x=\"\(NumberText.coordinate(x))\" y=\"\(NumberText.coordinate(y))\""
        let end = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        return "<text class=\"\(style)\" \(place)\(end)\(extra)>\(text.escapedForMarkup)</text>\n"
    }

    /// A label on top of data, with a white halo around its letters.
    ///
    /// Two elements, halo first: `paint-order`, which would do in one, is ignored by librsvg's and Cairo's renderers,
    /// and the halo then covers the letters.
    static func haloed(_ text: String, x: Double, y: Double, anchor: String = "start") -> String {
        label(text, x: x, y: y, style: "halo", anchor: anchor, extra: " aria-hidden=\"true\"")
            + label(text, x: x, y: y, style: "label", anchor: anchor)
    }

    /// A straight line.
    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) -> String {
        let c = NumberText.coordinate
        return "<line class=\"\(style)\" x1=\"\(c(x1))\" y1=\"\(c(y1))\" x2=\"\(c(x2))\" y2=\"\(c(y2))\"/>\n"
    }

    /// A disc, with a tooltip where `title` is given.
    static func circle(_ x: Double, _ y: Double, radius: Double, extra: String = "", title: String? = nil) -> String {
        let c = NumberText.coordinate
        let start = "<circle cx=\"\(c(x))\" cy=\"\(c(y))\" r=\"\(c(radius))\"\(extra)"
        guard let title, !title.isEmpty else { return start + "/>\n" }
        return start + "><title>\(title.escapedForMarkup)</title></circle>\n"
    }
}
