import Foundation

/// Columns whose values span orders of magnitude.
enum LongTail {
    /// The least skewness of a long tail; the exponential distribution has 2.
    private static let leastSkewness = 1.5

    /// The column's logarithm as an input, or nil where the values are no long tail: they are negative, not skewed to the right, or
    /// as skewed after the logarithm.
    ///
    /// Where there are zeros, the least positive value of the sample is added to each value before.
    /// - Parameter sample: values of training rows
    static func logarithm(of plain: FittedContinuous, sample: [Double]) -> FittedContinuous? {
        guard plain.minimum >= 0, Moments(sample).skewness > leastSkewness else { return nil }
        let offset = plain.minimum > 0 ? 0 : sample.filter { $0 > 0 }.min() ?? 1
        let moments = Moments(sample.map { log($0 + offset) })
        guard moments.deviation > 0, abs(moments.skewness) < Moments(sample).skewness / 2 else { return nil }
        return FittedContinuous(
            column: plain.column, median: plain.median, mean: moments.mean, deviation: moments.deviation,
            minimum: plain.minimum, maximum: plain.maximum, logOffset: offset)
    }

    private struct Moments {
        let mean: Double
        let deviation: Double
        let skewness: Double

        init(_ values: [Double]) {
            let count = Double(max(values.count, 1))
            let mean = values.reduce(0, +) / count
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            let third = values.reduce(0) { $0 + pow($1 - mean, 3) } / count
            self.mean = mean
            deviation = variance.squareRoot()
            skewness = variance > 0 ? third / pow(variance, 1.5) : 0
        }
    }
}
