/// What a forecast without any model measures on the same rows: the mean, the most frequent class, token frequencies.
package struct Baseline<Metrics: Encodable & Sendable>: Sendable, Encodable {
    /// What is predicted: `mean of the training ratings`.
    package let name: String
    /// Under the same keys as the model's metrics.
    package let metrics: Metrics

    package init(_ name: String, _ metrics: Metrics) {
        self.name = name
        self.metrics = metrics
    }

    /// Said of a classifier whose accuracy is better and whose probabilities are far worse: its loss is above twice that of the
    /// baseline; nil of others.
    ///
    /// - Parameter losses: mean cross-entropies in nats
    func lossWarning(_ model: String, losses: (own: Double, baseline: Double)) -> String? {
        // NaN is far worse than anything.
        guard !(losses.own <= 2 * losses.baseline) else { return nil }
        let (own, other) = (String(format: "%.4f", losses.own), String(format: "%.4f", losses.baseline))
        return "the probabilities of the \(model) (loss \(own)) are far worse than those of the \(name) (\(other)), "
            + "although its accuracy is better: train it at a lower learning rate (--lr) or for fewer --epochs"
    }

    private enum CodingKeys: CodingKey { case name }

    /// Encodes the name beside the metrics' own keys.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try metrics.encode(to: encoder)
    }
}
