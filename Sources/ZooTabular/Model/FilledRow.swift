import ZooKernels

/// A row of which only some columns are given, with the others as real rows have them that agree with what is given.
package struct FilledRow: Sendable {
    /// The given columns in which no real row agrees together with the others.
    package let ignored: [String]
    /// How many real rows there are.
    package let count: Int
    private let bytes: [UInt8]
    private let stride: Int

    /// The encoded row that is nearest to what was given.
    package var nearest: [UInt8] { Array(bytes.prefix(stride)) }

    /// Finds the real rows, and puts the given values in place of theirs.
    ///
    /// Parts of a date follow the given date, and columns over time follow the end of the series where the model knows it.
    /// - Parameter given: columns that the model needs, with their values
    /// - Parameter source: rows with all columns that the model needs
    /// - Throws: what reading throws, `TabularError`
    package init(_ given: [String: CellValue], _ features: FittedFeatures, from source: any RowSource) throws {
        var source = source
        if let ordered = features.ordered { source = try OrderedSource(source, ordered) }
        try self.init(given, features, ordered: source)
    }

    /// The same from the rows that a model file holds.
    package init(_ given: [String: CellValue], _ features: FittedFeatures, from sample: RowSample) throws {
        try self.init(given, features, ordered: sample.rows)
    }

    private init(_ given: [String: CellValue], _ features: FittedFeatures, ordered source: any RowSource) throws {
        let matches = try RowMatches(given, features, in: source)
        let own = try features.derived(MemoryRows(row: given, columns: features.columns))
        var encoder = try RowEncoder(features, columns: own.columns)
        var names = Set(given.keys)
        var record: [UInt8] = []
        try own.forEachBlock { block in
            for column in features.ordered?.derived ?? [] {
                guard let place = own.columns.firstIndex(where: { $0.name == column.name }) else { continue }
                if CellValue(block.columns[place], 0) != .missing { names.insert(column.name) }
            }
            encoder.encode(block) { _, bytes, _ in record = Array(bytes) }
        }
        let layout = features.record
        let groups = features.groups.filter { names.contains($0.name) }
        var bytes = matches.bytes
        bytes.withUnsafeMutableBufferPointer { target in
            record.withUnsafeBufferPointer { own in
                guard let to = target.baseAddress, let from = own.baseAddress else { return }
                for row in 0..<matches.count {
                    for group in groups { group.copy(from: from, to: to + row * layout.stride, layout) }
                }
            }
        }
        self.bytes = bytes
        count = matches.count
        ignored = matches.ignored
        stride = layout.stride
    }

    /// The mean answer over the rows, and how the answers spread: one entry for a number, one a class.
    package func prediction(
        of model: TabularModel, threads: ThreadCount = .all
    ) -> (mean: TabularPrediction, spread: [AnswerSpread]) {
        let all = model.prediction(of: bytes, count: count, threads: threads)
        let width = max(1, all.labels.count)
        let spread = (0..<width).map { column in
            AnswerSpread(
                (0..<count).map { row in
                    all.labels.isEmpty ? all.numbers[row] : Double(all.probabilities[row * width + column])
                })
        }
        let mean = TabularPrediction(
            numbers: all.labels.isEmpty ? spread.map(\.mean) : [],
            probabilities: all.labels.isEmpty ? [] : spread.map { Float($0.mean) }, labels: all.labels)
        return (mean, spread)
    }
}

/// How the answers of several rows spread.
package struct AnswerSpread: Sendable, Hashable {
    /// Their mean.
    package let mean: Double
    /// Their standard deviation, dividing by the count.
    package let deviation: Double
    /// The 10th percentile.
    package let low: Double
    /// The 90th percentile.
    package let high: Double

    init(_ values: [Double]) {
        let count = Double(max(1, values.count))
        let mean = values.reduce(0, +) / count
        let sorted = values.sorted()
        func quantile(_ part: Double) -> Double {
            guard let last = sorted.last else { return .nan }
            let place = part * Double(sorted.count - 1)
            let below = Int(place)
            guard below + 1 < sorted.count else { return last }
            return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
        }
        self.mean = mean
        deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        (low, high) = (quantile(0.1), quantile(0.9))
    }
}
