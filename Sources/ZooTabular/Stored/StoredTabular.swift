import ZooNN
import ZooRecords

/// The configuration that a model of a table carries as JSON.
struct TabularFileConfiguration: Codable {
    /// How columns become inputs; the values of categories are in `/vocab`, their counts in `/statistics`.
    var features: FittedFeatures
    var architecture: TabularArchitecture
    /// How many networks are averaged.
    var members: Int
    /// The settings of the training.
    var training: TabularRecipe
    /// The SELECT that the rows came from.
    var sql: String?
    /// Which rows validated; missing in files of earlier versions.
    var split: DataSplit?
    /// The answers that need no model; missing in files of earlier versions.
    var baseline: TabularBaseline?
    /// What the validation rows said; missing in files of earlier versions.
    var calibration: Calibration?

    /// What the validation rows said; their residuals are in `/statistics/residuals`.
    struct Calibration: Codable {
        var rows: Int
        var temperature: Double?
        var meanFactor: Double?
        /// How many residuals there were; `/statistics/residuals` holds up to 1,000 of them.
        var residuals: Int?
    }
}

/// A model of a table as it is stored.
package struct StoredTabular: StoredModel, Sendable {
    /// The model.
    package let model: TabularModel
    /// The settings of its training.
    package let training: TabularRecipe
    /// The SELECT that its rows came from; nil for a data set.
    package let sql: String?
    /// Which rows validated; nil where that was not kept.
    package let split: DataSplit?
    /// The answers that need no model, as learned from its training rows.
    package let baseline: TabularBaseline

    package static let architecture = "entity-embeddings"

    /// Joins the parts.
    package init(
        model: TabularModel, training: TabularRecipe, sql: String?, split: DataSplit? = nil,
        baseline: TabularBaseline? = nil
    ) {
        self.model = model
        self.training = training
        self.sql = sql
        self.split = split
        self.baseline = baseline ?? TabularBaseline(target: model.features.target)
    }

    /// The sizes, settings, arrays and values of categories.
    package func contents() throws -> ModelContents {
        let (features, fields) = (model.features, Self.fields(model.features))
        let configuration = TabularFileConfiguration(
            features: features.withoutVocabularies, architecture: model.architecture, members: model.members.count,
            training: training, sql: sql, split: split, baseline: baseline,
            calibration: model.calibration.configuration)
        return ModelContents(
            kind: "tabular", architecture: Self.architecture, configuration: try ModelContents.json(configuration),
            weights: model.members.enumerated().flatMap { member, weights in
                weights.entries(model.architecture).map { path, shape, values in
                    let name = TabularWeights.path(path, member: member)
                    return Self.isLinear(path)
                        ? NamedTensor(linear: name, values, inputs: shape[0], outputs: shape[1])
                        : NamedTensor(name, values, shape)
                }
            },
            vocabularies: zip(fields, features.categories).map { (field: $0, entries: $1.labels) },
            statistics: zip(fields, features.categories).map {
                ModelStatistic(path: "counts/" + $0, values: .counts($1.counts.map(Int64.init)))
            } + model.calibration.statistics)
    }

    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let configuration = try contents.configuration(as: TabularFileConfiguration.self)
        let stripped = configuration.features
        let fields = Dictionary(
            zip(stripped.categories.map(\.name), Self.fields(stripped)), uniquingKeysWith: { first, _ in first })
        let features = stripped.filled {
            try? contents.entries(fields[$0.name] ?? "")
        } counts: { category in
            guard case .counts(let counts)? = contents.statistic("counts/" + (fields[category.name] ?? "")) else {
                return nil
            }
            return counts.map { Int(clamping: $0) }
        }
        guard let features else {
            throw ModelContentsError(
                location: "/vocab", reason: "the values of a category are missing or in disorder")
        }
        let sizes = configuration.architecture
        guard sizes.tables.map(\.count) == features.categories.map(\.codeCount),
            sizes.tables.allSatisfy({ (1...10_000).contains($0.width) }),
            sizes.continuous == features.continuous.count, sizes.outputs == features.target.outputs,
            sizes.hidden.allSatisfy({ (1...1_000_000).contains($0) }), (1...100).contains(configuration.members),
            features.continuous.allSatisfy({ $0.deviation > 0 && $0.minimum <= $0.maximum && $0.limit ?? 1 > 0 }),
            (2...configuration.members + 1).contains(configuration.split?.folds ?? 2),
            features.sample?.fits(features) ?? true
        else { throw ModelContentsError(location: "/config", reason: "its values are out of range") }
        let members = try (0..<configuration.members).map { member in
            guard
                let weights = TabularWeights(
                    sizes,
                    array: { path, shape in
                        let name = TabularWeights.path(path, member: member)
                        return try? Self.isLinear(path)
                            ? contents.linear(name, inputs: shape[0], outputs: shape[1])
                            : contents.floats(name, shape: shape)
                    })
            else {
                throw ModelContentsError(
                    location: "/weights", reason: "an array of network \(member) is missing or has another shape")
            }
            return weights
        }
        model = TabularModel(features: features, architecture: sizes, members: members).calibrated(
            try TabularCalibration(configuration.calibration, contents))
        training = configuration.training
        sql = configuration.sql
        split = configuration.split
        baseline = configuration.baseline ?? TabularBaseline(target: features.target)
    }

    /// Whether an array is the weight [in, out] of a linear layer.
    private static func isLinear(_ path: String) -> Bool { path == "output.weight" || path.hasSuffix("linear.weight") }

    /// What the categories are called in the file: their names, or numbers where HDF5 could not hold those.
    private static func fields(_ features: FittedFeatures) -> [String] {
        features.categories.enumerated().map { index, category in
            let isPlain = category.name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_ ".unicodeScalars.contains($0)
            }
            return isPlain && !category.name.isEmpty ? category.name : "category.\(index)"
        }
    }

    /// The vectors of every category that training had, one field a column.
    package var embeddings: [Embeddings] {
        model.features.categories.enumerated().map { index, category in
            let width = model.architecture.tables[index].width
            let table = model.members[0].tables[index]
            let known = category.labels.indices.filter { category.counts[$0] > 0 }
            var embeddings = Embeddings(
                field: category.name, keys: known.map { category.labels[$0] },
                vectors: known.flatMap { table[$0 * width..<($0 + 1) * width] }, width: width)
            embeddings.counts = known.map { category.counts[$0] }
            return embeddings
        }
    }
}
