/// What the colours of an SVG plot stand for, in a row above it.
enum Legend {
    /// Nothing to tell apart.
    case none
    /// A name for each colour.
    case names([(name: String, colour: String)])
    /// A ramp of colours between two numbers.
    case ramp(title: String, low: String, high: String)

    /// Whether it takes no room.
    var isEmpty: Bool {
        switch self {
        case .none: true
        case .names(let names): names.isEmpty
        case .ramp: false
        }
    }

    /// The row, between `left` and `right`, above `top`; names without room are left out.
    func row(left: Double, right: Double, top: Double) -> String {
        switch self {
        case .none: ""
        case .names(let names): Self.row(names, left, right, top)
        case .ramp(let title, let low, let high): Self.ramp(title, low, high, left, top)
        }
    }

    private static func row(
        _ names: [(name: String, colour: String)], _ left: Double, _ right: Double, _ top: Double
    ) -> String {
        var (result, place) = ("", left)
        for (name, colour) in names {
            let text = TextMetrics.shortened(name, limit: 30)
            let wide = TextMetrics.width(text, size: 13)
            guard place + 24 + wide < right else { break }
            result += swatch(place, top - 23, width: 16, height: 4, colour, extra: " rx=\"2\"")
            result += SVGText.label(text, x: place + 22, y: top - 16, style: "legend")
            place += 22 + wide + 22
        }
        return result
    }

    private static func ramp(_ title: String, _ low: String, _ high: String, _ left: Double, _ top: Double) -> String {
        let start = "\(TextMetrics.shortened(title, limit: 40)): \(low)"
        var result = SVGText.label(start, x: left, y: top - 16, style: "legend")
        let (steps, step) = (24, 5.0)
        let first = left + TextMetrics.width(start, size: 13) + 10
        for index in 0..<steps {
            let colour = Palette.ramp((Double(index) + 0.5) / Double(steps))
            result += swatch(first + Double(index) * step, top - 26, width: step, height: 11, colour)
        }
        return result + SVGText.label(high, x: first + Double(steps) * step + 8, y: top - 16, style: "legend")
    }

    private static func swatch(
        _ x: Double, _ y: Double, width: Double, height: Double, _ colour: String, extra: String = ""
    ) -> String {
        let c = NumberText.coordinate
        return "<rect x=\"\(c(x))\" y=\"\(c(y))\" width=\"\(c(width))\" height=\"\(c(height))\"\(extra) "
            + "fill=\"\(colour)\"/>\n"
    }
}
