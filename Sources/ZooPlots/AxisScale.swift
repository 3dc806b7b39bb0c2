import Foundation

/// How an axis spaces its numbers.
package enum AxisScale: String, Sendable, Hashable, CaseIterable, Codable {
    /// Equal steps for equal differences.
    case linear
    /// Equal steps for equal ratios; numbers that are not positive have no place and are left out.
    case logarithmic

    /// Whether a number has a place on such an axis. Numbers whose differences would overflow have none.
    func shows(_ value: Double) -> Bool {
        value.isFinite && abs(value) < 1e300 && (self == .linear || value > 1e-300)
    }

    /// The number in the units that are spaced evenly.
    func linearised(_ value: Double) -> Double { self == .linear ? value : log10(value) }
}
