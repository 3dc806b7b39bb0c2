import Foundation
import ZooText

/// How well texts were classified, in all and by label.
public struct ClassReport: Sendable, Encodable {
    /// How many texts.
    public let texts: Int
    /// The part that was classified correctly.
    public let accuracy: Double
    /// The mean of the labels' F1.
    public let macroF1: Double
    /// The mean cross-entropy in nats; nil where only the answers are known.
    @StableKey public var loss: Double?
    /// By label.
    public let classes: [Entry]

    /// One label.
    public struct Entry: Sendable, Encodable {
        /// The label.
        public let label: String
        /// Of the texts classified as it, the part that belongs there; 0 where none was.
        public let precision: Double
        /// Of the texts that belong there, the part classified as it; 0 where there are none.
        public let recall: Double
        /// The harmonic mean of both.
        public let f1: Double
        /// How many texts belong there.
        public let support: Int
    }

    /// Compares predicted classes with the actual ones.
    package init(predicted: [Int], actual: [Int], labels: [String], loss: Double? = nil) {
        _loss = StableKey(wrappedValue: loss)
        texts = actual.count
        let correct = zip(predicted, actual).count { $0 == $1 }
        accuracy = Double(correct) / Double(max(actual.count, 1))
        classes = labels.enumerated().map { label, name in
            let hits = zip(predicted, actual).count { $0 == label && $1 == label }
            let (predictions, support) = (predicted.count { $0 == label }, actual.count { $0 == label })
            let precision = predictions > 0 ? Double(hits) / Double(predictions) : 0
            let recall = support > 0 ? Double(hits) / Double(support) : 0
            let f1 = hits > 0 ? 2 * precision * recall / (precision + recall) : 0
            return Entry(label: name, precision: precision, recall: recall, f1: f1, support: support)
        }
        macroF1 = classes.reduce(0) { $0 + $1.f1 } / Double(max(classes.count, 1))
    }
}

extension StoredTextClassifier {
    /// How well labelled texts are classified.
    func report(on texts: LabelledTokens) -> ClassReport {
        let rows = classifier.probabilities(texts.texts, options: options)
        let predicted = rows.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
        let actual = texts.classes.map { Int($0) }
        // No probability is so small that a single text decides the mean.
        let loss = zip(rows, actual).reduce(0) { $0 - log(max(Double($1.0[$1.1]), 1e-7)) }
        return ClassReport(
            predicted: predicted, actual: actual, labels: labels, loss: loss / Double(max(actual.count, 1)))
    }

    /// What the most frequent label of the training texts, else of these, measures on texts; its loss is that of the labels'
    /// frequencies, with add-one smoothing.
    func baseline(on texts: LabelledTokens) -> Baseline<ClassScore> {
        let counts =
            trainedOn?.labelCounts ?? labels.indices.map { label in texts.classes.count { Int($0) == label } }
        let label = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let predicted = [Int](repeating: label, count: texts.classes.count)
        let actual = texts.classes.map { Int($0) }
        let total = Double(counts.reduce(counts.count, +))
        let loss = actual.reduce(0) { $0 - log(Double(counts[$1] + 1) / total) } / Double(max(actual.count, 1))
        let report = ClassReport(predicted: predicted, actual: actual, labels: labels, loss: loss)
        return Baseline("most frequent label, \(labels[label])", ClassScore(report))
    }
}

/// How well texts are classified, in all.
package struct ClassScore: Sendable, Encodable {
    /// The part that is classified correctly.
    package let accuracy: Double
    /// The mean of the labels' F1.
    package let macroF1: Double
    /// The mean cross-entropy in nats; nil where only the answers are known.
    @StableKey package var loss: Double?

    package init(_ report: ClassReport) {
        (accuracy, macroF1) = (report.accuracy, report.macroF1)
        _loss = StableKey(wrappedValue: report.loss)
    }
}

extension Baseline where Metrics == ClassScore {
    /// Said of a classifier that is not better, or whose loss is far worse; nil of others.
    package func warning(_ report: ClassReport) -> String? {
        guard report.accuracy <= metrics.accuracy else {
            guard let own = report.loss, let other = metrics.loss else { return nil }
            return lossWarning("classifier", losses: (own, other))
        }
        let (own, other) = (String(format: "%.4f", report.accuracy), String(format: "%.4f", metrics.accuracy))
        return "the classifier (accuracy \(own)) is not better than the \(name) (\(other)): "
            + "train it on more texts, for more --epochs or at another learning rate (--lr)"
    }
}
