import ZooTabular

/// What answers that need no model reach on the rows that a model is measured on.
package struct TabularBaselineReport: Sendable, Encodable {
    /// What they are called: `mean`, `class frequencies`, `last value`.
    package let name: String
    /// The metrics by their lower-case names, those of the model.
    package let metrics: [String: Double]

    init(name: String, _ metrics: [(name: String, value: Double)]) {
        self.name = name
        self.metrics = Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Encodes the name and the metrics as keys of one object.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: Key(stringValue: "name"))
        for (name, value) in metrics { try container.encode(value, forKey: Key(stringValue: name)) }
    }
}

/// The baselines that stand beside a result.
struct TabularBaselines {
    /// The answers that are the same for all rows.
    private(set) var constant: TabularBaselineReport?
    /// The last value of the series, of validation rows by time.
    private(set) var lastValue: TabularBaselineReport?
    /// Where the model is not better than they are, a sentence each.
    private(set) var warnings: [String] = []

    /// None: there is nothing to compare with.
    init() {}

    /// Measures on the rows that the model was measured on.
    ///
    /// - Parameter source: the rows that the last value is looked up in; nil where it does not apply
    init(
        _ baseline: TabularBaseline, on rows: EncodedRows, source: (any RowSource)?, target: FittedTarget,
        model: [(name: String, value: Double)]
    ) throws {
        let constant = TabularBaselineReport(name: baseline.name, try baseline.metrics(of: rows, target: target))
        self.constant = constant
        if let source, let last = baseline.lastValue, case .number(let number) = target,
            let metrics = try last.metrics(of: source, target: number, mean: baseline.mean ?? number.mean)
        {
            lastValue = TabularBaselineReport(name: last.name, metrics)
        }
        let other = target.classes == nil ? "rmse" : "accuracy"
        let names = target.lossMetric == other ? [other] : [target.lossMetric, other]
        for found in [constant, lastValue].compactMap({ $0 }) {
            let worse = names.compactMap { name -> String? in
                guard let value = model.first(where: { $0.name == name })?.value, let other = found.metrics[name]
                else { return nil }
                // NaN is not better than anything.
                let isBetter = name == "accuracy" ? value > other : value < other
                return isBetter ? nil : "\(name) \(Self.text(value)), baseline \(Self.text(other))"
            }
            guard !worse.isEmpty else { continue }
            warnings.append(
                "the model is not better than the baseline (\(found.name)): \(worse.joined(separator: "; "))")
        }
    }

    private static func text(_ value: Double) -> String {
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == 0 && value != 0 ? "\(value)" : "\(rounded)"
    }
}
