/// The pieces that SVG documents are made of.
enum SVGText {
    /// Text made safe for XML: markup escaped, line breaks as spaces, characters that XML forbids as U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n", "\r": result += " "
            default:
                let forbidden =
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
                result.unicodeScalars.append(forbidden ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }

    /// A `text` element; `style` names a class of the frame's style sheet.
    static func label(
        _ text: String, x: Double, y: Double, style: String, anchor: String = "start", extra: String = ""
    ) -> String {
        let place = "x=\"\(NumberText.coordinate(x))\" y=\"\(NumberText.coordinate(y))\""
        let end = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        return "<text class=\"\(style)\" \(place)\(end)\(extra)>\(escaped(text))</text>\n"
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
        return start + "><title>\(escaped(title))</title></circle>\n"
    }
}
