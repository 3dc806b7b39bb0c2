/// Estimates how wide a text will be, without a font: good enough to keep labels apart.
enum TextMetrics {
    /// The width in pixels of `text` in a sans-serif face of `size` pixels.
    static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + emWidth($1) } * size
    }

    /// `text` cut to `limit` characters, with an ellipsis when something is missing.
    static func shortened(_ text: String, limit: Int) -> String {
        guard text.count > limit else { return text }
        return text.prefix(max(0, limit - 1)).trimmedEnd + "…"
    }

    private static func emWidth(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": 0.30
        case " ", "f", "t", "r", "(", ")", "[", "]", "-", "/": 0.39
        case "m", "w", "M", "W", "@", "%", "…": 0.95
        case "A"..."Z", "&": 0.71
        case "0"..."9", "a"..."z": 0.61
        default: scalar.value < 0x2E80 ? 0.60 : 1.0  // East Asian scripts and emoji are square
        }
    }
}

extension Substring {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
