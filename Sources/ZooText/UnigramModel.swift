import Foundation

/// A language model without context: every token is as likely as it is frequent in a training text.
package struct UnigramModel: Sendable {
    private let logProbabilities: [Double]

    /// Counts with add-one smoothing.
    ///
    /// - Parameter counts: occurrences of every token of the vocabulary in the training text
    package init(counts: [Int]) {
        let total = Double(counts.reduce(0, +) + counts.count)
        logProbabilities = counts.map { log(Double($0 + 1) / total) }
    }

    /// Mean cross-entropy in nats a token over all tokens but the first, which a language model only reads.
    ///
    /// - Precondition: every token is in the vocabulary.
    package func nats(of tokens: [Int32]) -> Double {
        let predicted = tokens.dropFirst()
        return -predicted.reduce(0) { $0 + logProbabilities[Int($1)] } / Double(max(predicted.count, 1))
    }
}
