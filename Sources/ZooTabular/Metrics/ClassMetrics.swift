import Foundation

/// How well predicted probabilities of classes are, added up row by row.
package struct ClassMetrics: Sendable {
    private let classes: Int
    private var count = 0
    private var hits = 0
    private var logLoss = 0.0
    /// The probabilities of the second of two classes, with whether it was that: four bytes and a bit a row.
    private var scores: [Float] = []
    private var labels: [Bool] = []

    /// No rows yet.
    package init(classes: Int) { self.classes = classes }

    /// Adds a row.
    ///
    /// - Parameter probabilities: of the classes, adding up to 1
    package mutating func add(probabilities: UnsafePointer<Float>, actual: Int) {
        count += 1
        var best = 0
        for index in 1..<classes where probabilities[index] > probabilities[best] { best = index }
        if best == actual { hits += 1 }
        logLoss += Self.logLoss(probabilities[actual])
        if classes == 2 {
            scores.append(probabilities[1])
            labels.append(actual == 1)
        }
    }

    /// The log loss of a row, given the probability of its class; as in scikit-learn none counts as less than the smallest step of
    /// a Float32.
    static func logLoss(_ probability: Float) -> Double { -log(Double(max(probability, Float.ulpOfOne))) }

    /// The figures: accuracy, auc (of two classes where both came), log_loss.
    package var values: [(name: String, value: Double)] {
        guard count > 0 else { return [] }
        let auc = classes == 2 ? Self.areaUnderCurve(scores, labels).map { [("auc", $0)] } ?? [] : []
        return [("accuracy", Double(hits) / Double(count))] + auc + [("log_loss", logLoss / Double(count))]
    }

    /// The chance that a row of the one class scores higher than a row of the other, equal scores counting half.
    ///
    /// - Returns: nil where only one class is there
    /// - Source: the rank sum of Mann & Whitney 1947
    package static func areaUnderCurve(_ scores: [Float], _ labels: [Bool]) -> Double? {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var rankSum = 0.0
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            let rank = Double(start + end + 1) / 2
            for index in order[start..<end] where labels[index] { rankSum += rank }
            start = end
        }
        let positives = labels.count { $0 }
        let negatives = labels.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        return (rankSum - Double(positives) * Double(positives + 1) / 2) / (Double(positives) * Double(negatives))
    }
}
