import Foundation

/// The temperature that divides the logits of classes so that their probabilities have the least log loss.
///
/// With b = 1/T the mean log loss is convex: its first derivative in b is the mean of E[score] - score of the true class, its
/// second the mean variance of the scores, both under the probabilities at b. Newton's steps are taken within a bracket that
/// every step narrows.
/// - Source: Guo, Pleiss, Sun & Weinberger 2017, "On Calibration of Modern Neural Networks", section 4.2
package struct TemperatureFit {
    /// The temperatures that are tried.
    package static let limits = 0.05...20.0

    /// Scores [rows, classes]: logits, or logarithms of probabilities.
    private let scores: [Float]
    /// The true class of each row.
    private let labels: [Int32]
    private let classes: Int

    /// - Precondition: there are `classes` scores a label
    package init(scores: [Float], labels: [Int32], classes: Int) {
        precondition(
            scores.count == labels.count * classes,
            "TemperatureFit: \(scores.count) scores, \(labels.count) x \(classes)")
        (self.scores, self.labels, self.classes) = (scores, labels, classes)
    }

    /// The best temperature within `limits`; nil where the true class of every row has the greatest score, so that the loss falls
    /// without end as the temperature does, and where a score is not finite.
    package var temperature: Double? {
        guard scores.allSatisfy(\.isFinite), !isSeparable else { return nil }
        var (low, high) = (1 / Self.limits.upperBound, 1 / Self.limits.lowerBound)
        if derivatives(at: low).first >= 0 { return 1 / low }
        if derivatives(at: high).first <= 0 { return 1 / high }
        var inverse = 1.0
        for _ in 0..<200 {
            let (first, second) = derivatives(at: inverse)
            if first > 0 { high = inverse } else { low = inverse }
            var next = inverse - first / second
            if !(low < next && next < high) { next = (low + high) / 2 }
            let isDone = abs(next - inverse) <= 1e-12 * inverse
            inverse = next
            if isDone { break }
        }
        return 1 / inverse
    }

    private var isSeparable: Bool {
        labels.indices.allSatisfy { row in
            let scores = scores[row * classes..<(row + 1) * classes]
            return scores[scores.startIndex + Int(labels[row])] == scores.max()
        }
    }

    /// Derivatives of the summed log loss in 1/T.
    private func derivatives(at inverse: Double) -> (first: Double, second: Double) {
        var (first, second) = (0.0, 0.0)
        scores.withUnsafeBufferPointer { scores in
            for (row, label) in labels.enumerated() {
                let row = scores[row * classes..<(row + 1) * classes]
                let top = row.max() ?? 0
                var (sum, mean, square) = (0.0, 0.0, 0.0)
                for score in row {
                    // From the greatest score: the exponential is at most 1.
                    let difference = Double(score) - Double(top)
                    let weight = exp(inverse * difference)
                    sum += weight
                    mean += weight * difference
                    square += weight * difference * difference
                }
                mean /= sum
                first += mean - (Double(row[row.startIndex + Int(label)]) - Double(top))
                second += max(0, square / sum - mean * mean)
            }
        }
        return (first, second)
    }
}
