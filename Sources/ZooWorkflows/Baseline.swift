/// What a forecast without any model measures on the same rows: the mean, the most frequent class, token frequencies.
public struct Baseline<Metrics: Encodable & Sendable>: Sendable, Encodable {
    /// What is predicted: `mean of the training ratings`.
    public let name: String
    /// Under the same keys as the model's metrics.
    public let metrics: Metrics

    init(_ name: String, _ metrics: Metrics) {
        self.name = name
        self.metrics = metrics
    }

    private enum CodingKeys: CodingKey { case name }

    /// Encodes the name beside the metrics' own keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try metrics.encode(to: encoder)
    }
}
