import Foundation

/// Numbers as people write them, the same in every locale.
enum NumberText {
    /// A tick's number with as many decimals as the step between ticks needs.
    static func tick(_ value: Double, stepExponent: Int, largest: Double) -> String {
        if value == 0 { return "0" }
        if largest >= 1e6 || stepExponent < -4 {
            let digits = max(0, Int(log10(abs(value)).rounded(.down)) - stepExponent)
            return scientific(value, digits: min(digits, 15))
        }
        return withMinus(fixed(value, decimals: max(0, -stepExponent)))
    }

    /// `factor` times a power of ten: written out where that is short, else as `1e−5`.
    static func power(_ factor: Double, _ exponent: Int) -> String {
        guard (-3...5).contains(exponent) else { return withMinus("\(Int(factor))e\(exponent)") }
        return fixed(factor * pow(10, Double(exponent)), decimals: max(0, -exponent))
    }

    /// A number with four significant digits.
    static func short(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return value == 0 ? "0" : "–" }
        let exponent = Int(log10(abs(value)).rounded(.down))
        guard (-4...6).contains(exponent) else { return scientific(value, digits: 2) }
        return withMinus(trimmed(fixed(value, decimals: max(0, 3 - exponent))))
    }

    /// A pixel coordinate: two decimals at most.
    static func coordinate(_ value: Double) -> String { trimmed(fixed(value, decimals: 2)) }

    static func fixed(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

    private static func scientific(_ value: Double, digits: Int) -> String {
        let parts = String(format: "%.\(digits)e", value).split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return String(value) }
        return withMinus(digits > 0 ? "\(trimmed(String(parts[0])))e\(exponent)" : "\(parts[0])e\(exponent)")
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text == "-0" ? "0" : text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    /// The typographic minus, as wide as a digit.
    private static func withMinus(_ text: String) -> String { text.replacingOccurrences(of: "-", with: "−") }
}
