import ZooData
import ZooWeights

/// What two models, or two versions of one, differ in.
package struct ModelDifference: Sendable, Encodable {
    /// The first, as it was named.
    package let first: String
    /// The second.
    package let second: String
    /// Whether both are the same file.
    package let isSameFile: Bool
    /// Settings of the networks and of their making that differ.
    package let settings: [Value]
    /// Measures that differ.
    package let metrics: [Value]
    /// What they learned from.
    package let data: Data
    /// The arrays of both, the most changed first.
    package let arrays: [Array]
    /// What the rows of their arrays stand for.
    package let vocabularies: [Vocabulary]

    /// A value that differs; null on a side that has none.
    package struct Value: Sendable, Encodable {
        /// Where it stands.
        package let name: String
        /// Of the first model.
        package let first: JSONValue
        /// Of the second.
        package let second: JSONValue
        /// By how much the second is more, where both are numbers.
        @StableKey package var change: Double?
    }

    /// The data sets of two models.
    package struct Data: Sendable, Encodable {
        /// Of the first.
        @StableKey package var first: String?
        /// Of the second.
        @StableKey package var second: String?
        /// Whether the data were the same when they learned; nil where that is not known of both.
        @StableKey package var isSame: Bool?
    }

    /// An array of one model, or of both.
    package struct Array: Sendable, Encodable {
        /// Its path.
        package let path: String
        /// Its shape in the first model; nil where it has none of that path.
        @StableKey package var first: [Int]?
        /// Its shape in the second.
        @StableKey package var second: [Int]?
        /// The length of the difference over that of the first model's array; nil where shapes differ, or the first is all zeros.
        @StableKey package var relativeChange: Double?
    }

    /// The entries of a field.
    package struct Vocabulary: Sendable, Encodable {
        /// The field: `item`.
        package let field: String
        /// How many entries the first model has.
        package let first: Int
        /// How many the second has.
        package let second: Int
        /// How many only the second has.
        package let added: Int
        /// How many only the first has.
        package let removed: Int
        /// Whether the entries are the same, in the same order.
        package let isSame: Bool
    }
}

extension Workspace {
    /// Compares two models.
    ///
    /// - Throws: as `modelFile`
    package func modelDifference(_ first: String, _ second: String) throws -> ModelDifference {
        let (one, other) = (try modelFile(named: first), try modelFile(named: second))
        let files = (try one.file.inNewestFormat(), try other.file.inNewestFormat())
        func settings(_ file: ModelFile, _ row: CatalogueModel) -> [String: JSONValue] {
            var values = JSONValue(parsing: file.configuration).unnested.leaves
            (values["kind"], values["architecture"]) = (.text(row.kind), .text(row.architecture))
            values["seed"] = row.seed.map { .integer($0) }
            values["command"] = row.command.map { .text($0) }
            values["parent"] = row.parent.map { .text($0) }
            return values
        }
        let (a, b) = (one.entry, other.entry)
        return ModelDifference(
            first: first, second: second, isSameFile: a.sha256 == b.sha256,
            settings: Self.differences(settings(files.0, a), settings(files.1, b)),
            metrics: Self.differences(
                JSONValue(parsing: a.metrics).unnested.leaves, JSONValue(parsing: b.metrics).unnested.leaves),
            data: ModelDifference.Data(
                first: a.dataset, second: b.dataset,
                isSame: a.datasetFingerprint.flatMap { one in b.datasetFingerprint.map { $0 == one } }),
            arrays: try Self.arrays(files.0.weights + files.0.statistics, files.1.weights + files.1.statistics),
            vocabularies: Self.vocabularies(files.0.vocabularies, files.1.vocabularies))
    }

    private static func differences(
        _ first: [String: JSONValue], _ second: [String: JSONValue]
    ) -> [ModelDifference.Value] {
        Set(first.keys).union(second.keys).sorted().compactMap { name in
            let (one, other) = (first[name] ?? .null, second[name] ?? .null)
            guard one != other else { return nil }
            return ModelDifference.Value(
                name: name, first: one, second: other,
                change: one.measure.flatMap { one in other.measure.map { $0 - one } })
        }
    }

    private static func arrays(_ first: [WeightEntry], _ second: [WeightEntry]) throws -> [ModelDifference.Array] {
        let others = Dictionary(second.map { ($0.path, $0) }, uniquingKeysWith: { one, _ in one })
        let paths = Set(first.map(\.path))
        let arrays =
            try first.map { one in
                let other = others[one.path]
                return ModelDifference.Array(
                    path: one.path, first: one.shape, second: other?.shape,
                    relativeChange: try other.flatMap {
                        $0.shape == one.shape ? try change(one.values, $0.values) : nil
                    })
            }
            + second.filter { !paths.contains($0.path) }.map {
                ModelDifference.Array(path: $0.path, first: nil, second: $0.shape, relativeChange: nil)
            }
        // What cannot be compared comes first.
        return arrays.sorted { one, other in
            let (a, b) = (one.relativeChange ?? .infinity, other.relativeChange ?? .infinity)
            return a == b ? one.path < other.path : a > b
        }
    }

    /// |b - a| / |a| with lengths as of vectors; 0 where both are zeros, nil where only the first is.
    private static func change(_ first: WeightValues, _ second: WeightValues) -> Double? {
        let (a, b) = (first.doubles, second.doubles)
        var (size, difference) = (0.0, 0.0)
        for (one, other) in zip(a, b) {
            size += one * one
            difference += (other - one) * (other - one)
        }
        return difference == 0 ? 0 : size == 0 ? nil : (difference / size).squareRoot()
    }

    private static func vocabularies(
        _ first: [(field: String, entries: [String])], _ second: [(field: String, entries: [String])]
    ) -> [ModelDifference.Vocabulary] {
        let fields = first.map(\.field) + second.map(\.field).filter { field in !first.contains { $0.field == field } }
        return fields.map { field in
            let one = first.first { $0.field == field }?.entries ?? []
            let other = second.first { $0.field == field }?.entries ?? []
            let (known, found) = (Set(one), Set(other))
            return ModelDifference.Vocabulary(
                field: field, first: one.count, second: other.count, added: found.subtracting(known).count,
                removed: known.subtracting(found).count, isSame: one == other)
        }
    }
}

extension JSONValue {
    /// The values within, by their paths with points; lists of values are taken whole.
    fileprivate var leaves: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        var found: [String: JSONValue] = [:]
        for (name, value) in members {
            if case .object = value {
                for (path, leaf) in value.leaves { found[name + "." + path] = leaf }
            } else {
                found[name] = value
            }
        }
        return found
    }

    fileprivate var measure: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}

extension WeightValues {
    fileprivate var doubles: [Double] {
        switch self {
        case .float16, .float32: (floats ?? []).map { Double($0) }
        case .float64(let values): values
        case .int32(let values): values.map { Double($0) }
        case .int64(let values): values.map { Double($0) }
        }
    }
}
