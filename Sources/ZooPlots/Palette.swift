import Foundation

/// The colours of series: told apart by people who do not see red and green, and dark enough on white.
///
/// - Source: Okabe & Ito 2008, "Color Universal Design", reordered and darkened.
enum Palette {
    static let series = ["#0b63a5", "#d1660a", "#0a8a63", "#b03a7b", "#6b4fbb", "#8a6d00", "#3d7f96", "#a3352b"]
    /// What is in none of the groups that have a colour.
    static let other = "#8b95a1"

    static func colour(_ index: Int) -> String { series[index % series.count] }

    /// The colour of a number at `share` (0 to 1) of its range: dark for low ones, light for high ones.
    ///
    /// - Source: viridis of Smith & van der Walt 2015, without its last tenth, which is too light on white.
    static func ramp(_ share: Double) -> String {
        let place = max(0, min(1, share.isFinite ? share : 0)) * Double(stops.count - 1)
        let index = min(stops.count - 2, Int(place))
        let part = place - Double(index)
        let mixed = zip(stops[index], stops[index + 1]).map { Int(($0 + ($1 - $0) * part).rounded()) }
        return "#" + mixed.map { String(format: "%02x", $0) }.joined()
    }

    private static let stops: [[Double]] = [
        [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140], [34, 168, 132], [68, 191, 112],
        [122, 209, 81], [189, 223, 38],
    ]
}
