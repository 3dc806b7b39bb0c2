/// How well texts were sorted, in all and by label.
public struct ClassReport: Sendable, Encodable {
    /// How many texts.
    public let texts: Int
    /// The part that was sorted right.
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
        /// Of the texts sorted under it, the part that belongs there; 0 where none was.
        public let precision: Double
        /// Of the texts that belong there, the part sorted under it; 0 where there are none.
        public let recall: Double
        /// The harmonic mean of both.
        public let f1: Double
        /// How many texts belong there.
        public let support: Int
    }

    /// Compares what was said with what is true.
    package init(said: [Int], isTrue: [Int], labels: [String], loss: Double? = nil) {
        _loss = StableKey(wrappedValue: loss)
        texts = isTrue.count
        let right = zip(said, isTrue).count { $0 == $1 }
        accuracy = Double(right) / Double(max(isTrue.count, 1))
        classes = labels.enumerated().map { label, name in
            let hits = zip(said, isTrue).count { $0 == label && $1 == label }
            let (named, support) = (said.count { $0 == label }, isTrue.count { $0 == label })
            let precision = named > 0 ? Double(hits) / Double(named) : 0
            let recall = support > 0 ? Double(hits) / Double(support) : 0
            let f1 = hits > 0 ? 2 * precision * recall / (precision + recall) : 0
            return Entry(label: name, precision: precision, recall: recall, f1: f1, support: support)
        }
        macroF1 = classes.reduce(0) { $0 + $1.f1 } / Double(max(classes.count, 1))
    }
}
