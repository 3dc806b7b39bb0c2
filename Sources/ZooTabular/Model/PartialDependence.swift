import ZooKernels

/// A model's mean answer over some rows when one column has the same value in all of them.
///
/// - Source: Friedman 2001, "Greedy Function Approximation", section 8.2
package struct PartialDependence: Sendable {
    /// One value of the column.
    package struct Entry: Sendable {
        /// The value as it is called.
        package let label: String
        /// The value as a number; nil for texts.
        package let value: Double?
        /// The mean answer: numbers, or the probability of the class.
        package let mean: Double
    }

    /// The column.
    package let column: String
    /// The class whose probability is shown; nil where the target is a number.
    package let label: String?
    /// The values: rising numbers, or categories as they are ordered.
    package let entries: [Entry]

    /// The most values that are tried.
    private static let limit = 60

    /// Tries the column's values on all rows of a sample.
    ///
    /// - Parameter column: an input: a column of the table, or a part of one of its dates
    /// - Parameter label: the class to explain; nil for the second one
    /// - Throws: `TabularError.unknownColumn`, `.invalid` for an unknown class
    package init(
        _ model: TabularModel, column: String, label: String? = nil, _ sample: RecordSample,
        threads: ThreadCount = .all
    ) throws {
        let features = model.features
        let category = features.categories.indices.first { features.categories[$0].column == column }
        let number = features.continuous.indices.first { features.continuous[$0].column == column }
        guard category != nil || number != nil else {
            throw TabularError.unknownColumn(
                column, role: "an input of the model",
                present: (features.categories.map(\.column) + features.continuous.map(\.column)))
        }
        let labels = features.target.classes?.labels ?? []
        if let label, !labels.contains(label) {
            throw TabularError.invalid("there is no class '\(label)': there are \(TabularError.list(labels))")
        }
        let shown = label ?? (labels.isEmpty ? nil : labels[1])
        let index = shown.flatMap { labels.firstIndex(of: $0) } ?? 0
        self.column = column
        self.label = shown
        entries = Self.values(features, category: category, number: number).map { value in
            var bytes = sample.bytes
            Self.set(value, column, in: &bytes, features, sample)
            let prediction = model.prediction(of: bytes, count: sample.count, threads: threads)
            var total = 0.0
            for row in 0..<sample.count {
                total +=
                    labels.isEmpty
                    ? prediction.numbers[row] : Double(prediction.probabilities[row * labels.count + index])
            }
            return Entry(label: value.label, value: value.number, mean: total / Double(sample.count))
        }
    }

    private struct Value {
        let label: String
        let number: Double?
        let values: ColumnValues
    }

    /// The values to try: all of a category (the most frequent of many), even steps of a continuous column.
    private static func values(_ features: FittedFeatures, category: Int?, number: Int?) -> [Value] {
        func of(_ number: Double) -> Value {
            Value(label: NumberLabel.text(number), number: number, values: .numbers([number]))
        }
        var isMarker = true
        if let category, features.categories[category].values != .missing { isMarker = false }
        if let number, isMarker {
            let shown = features.continuous[number].shown
            let steps = 24
            return (0...steps).map {
                let part = Double($0) / Double(steps)
                return of(NumberLabel.tidied(shown.minimum + part * (shown.maximum - shown.minimum)))
            }
        }
        guard let category else { return [] }
        let chosen = features.categories[category]
        let counts = chosen.counts.dropFirst(chosen.codeCount - chosen.valueCount)
        let kept = Set(
            counts.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(limit)
                .map(\.offset))
        switch chosen.values {
        case .numbers(let numbers): return numbers.indices.filter { kept.contains($0) }.map { of(numbers[$0]) }
        case .texts(let texts):
            return texts.indices.filter { kept.contains($0) }.map {
                let dictionary = TextDictionary()
                return Value(
                    label: texts[$0], number: nil,
                    values: .texts(codes: [dictionary.code(for: texts[$0])], dictionary: dictionary))
            }
        case .missing: return []
        }
    }

    /// Writes the inputs that a value makes into all records.
    private static func set(
        _ value: Value, _ column: String, in bytes: inout [UInt8], _ features: FittedFeatures, _ sample: RecordSample
    ) {
        let record = sample.record
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for (index, category) in features.categories.enumerated() where category.column == column {
                var cache = CategoryCache()
                let code = Int(category.codes(value.values, cache: &cache).first ?? 0)
                for row in 0..<sample.count {
                    RecordLayout.write(
                        code: code, to: base + row * record.stride + record.codeOffsets[index],
                        bytes: record.codeBytes[index])
                }
            }
            for (index, number) in features.continuous.enumerated() where number.column == column {
                let input = number.input(value.number ?? .nan)
                for row in 0..<sample.count {
                    UnsafeMutableRawPointer(base + row * record.stride + record.continuousOffset + index * 4)
                        .storeBytes(of: input, as: Float.self)
                }
            }
        }
    }
}
