/// The colours of series: told apart by people who do not see red and green, and dark enough on white.
///
/// - Source: Okabe & Ito 2008, "Color Universal Design", reordered and darkened.
enum Palette {
    static let series = ["#0b63a5", "#d1660a", "#0a8a63", "#b03a7b", "#6b4fbb", "#8a6d00", "#3d7f96", "#a3352b"]

    static func colour(_ index: Int) -> String { series[index % series.count] }
}
