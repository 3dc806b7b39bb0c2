import Foundation

extension Double {
    /// The number as measures are printed: four digits after the point, or four significant ones where it is below 0.1 or from
    /// 100,000 on, as errors of ratings on a narrow or a wide scale are.
    package var measureText: String {
        let size = abs(self)
        let isUsual = size == 0 || (0.1..<1e5).contains(size)
        return String(format: isUsual || !isFinite ? "%.4f" : "%#.4g", self)
    }
}
