import ZooData
import ZooNN
import ZooTensor
import ZooVision
import ZooWeights

// The one place where what a model consists of meets the file that holds it.
extension ModelFile {
    /// The file of a model.
    ///
    /// - Parameter created: ISO 8601
    package init(_ contents: ModelContents, created: String) {
        self.init(
            kind: contents.kind, architecture: contents.architecture, configuration: contents.configuration,
            weights: contents.weights.map { WeightEntry($0) }, vocabularies: contents.vocabularies,
            statistics: contents.statistics.map { WeightEntry($0) }, created: created, zooVersion: ZooVersion.current)
        formatVersion = contents.linearLayout == .inputsFirst ? 1 : Self.newestVersion
    }

    /// What the model of this file consists of.
    ///
    /// - Throws: `WeightError.malformed` for weights or statistics of a type that no model has
    package func contents() throws -> ModelContents {
        var contents = ModelContents(
            kind: kind, architecture: architecture, configuration: configuration,
            weights: try weights.map { try $0.namedTensor() }, vocabularies: vocabularies,
            statistics: try statistics.map { try $0.modelStatistic() })
        contents.linearLayout = formatVersion == 1 ? .inputsFirst : .outputsFirst
        return contents
    }

    /// Reads the model of this file.
    ///
    /// - Throws: `WeightError.malformed` when its kind is unknown or its contents do not fit
    package func model() throws -> any StoredModel {
        guard let kind = ModelKind.named(kind) else {
            throw WeightError.malformed(
                location: "attribute kind", reason: "'\(kind)' is not a kind of model that this program knows")
        }
        do { return try kind.read(contents()) } catch let error as ModelContentsError {
            throw WeightError.malformed(location: error.location, reason: error.reason)
        }
    }

    /// Reads the model of this file, whose catalogue row is `entry`.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model of another kind; as `model()`
    func model<Model>(of entry: CatalogueModel, as type: Model.Type) throws -> Model {
        try ModelKind.all.first { $0.type == type }?.check(entry)
        guard let model = try model() as? Model else {
            throw WeightError.malformed(location: "attribute kind", reason: "the catalogue says '\(entry.kind)'")
        }
        return model
    }

    /// The rows of `zoo_embeddings` of this file's model.
    ///
    /// - Throws: as `model()`
    func embeddingRows() throws -> some Sequence<EmbeddingRow> { try model().embeddings.rows }

    /// What the head of a network for images looks for, of its file that is not read as a whole.
    ///
    /// - Parameter head: the path of the head's weight
    /// - Throws: `WeightError.malformed` for a configuration out of its range; what reading the head throws
    func classVectors(head: String?) throws -> [Embeddings] {
        let described = ModelContents(
            kind: kind, architecture: architecture, configuration: configuration, weights: [],
            vocabularies: vocabularies)
        let (configuration, classes): (VisionFileConfiguration, [String])
        do { (configuration, classes) = try StoredVision.described(by: described) } catch let error
            as ModelContentsError
        {
            throw WeightError.malformed(location: error.location, reason: error.reason)
        }
        guard configuration.lacksHead != true, let head, let vectors = weight(head) else { return [] }
        let bias = weight("\(head.dropLast("weight".count))bias")
        return [
            StoredVision.classVectors(
                classes, vectors: try vectors.values.floats ?? [], biases: try bias?.values.floats)
        ]
    }
}

extension [Embeddings] {
    /// The rows of `zoo_embeddings`, one after the other: their vectors are never all there a second time.
    var rows: some Sequence<EmbeddingRow> { lazy.flatMap(\.rows) }
}

extension Embeddings {
    /// The rows one after the other: their vectors are never all there a second time.
    var rows: some Sequence<EmbeddingRow> {
        keys.indices.lazy.map { entry in
            EmbeddingRow(
                field: field, key: keys[entry], label: labels[entry], bias: biases.map { Double($0[entry]) },
                biasDeviation: biasDeviations.map { Double($0[entry]) }, count: counts?[entry],
                mean: means.map { Double($0[entry]) }, vector: vector(entry))
        }
    }
}

extension WeightEntry {
    /// An entry of a statistic's numbers.
    init(_ statistic: ModelStatistic) {
        switch statistic.values {
        case .counts(let counts): self.init(path: statistic.path, shape: [counts.count], values: .int64(counts))
        case .means(let means): self.init(path: statistic.path, shape: [means.count], values: .float32(means))
        }
    }

    /// The entry as a statistic.
    ///
    /// - Throws: `WeightError.malformed` for what is neither counts nor means
    func modelStatistic() throws -> ModelStatistic {
        let values = try values
        switch values {
        case .int64(let counts): return ModelStatistic(path: path, values: .counts(counts))
        case .float16, .float32: return ModelStatistic(path: path, values: .means(values.floats ?? []))
        case .float64, .int32:
            throw WeightError.malformed(location: "/statistics/" + path, reason: "it is neither counts nor means")
        }
    }
}

extension WeightEntry {
    /// An entry of a tensor's numbers, under its path behind `prefix`.
    init(_ named: NamedTensor, prefix: String = "") {
        let values: WeightValues =
            switch named.tensor.dtype {
            case .float32: .float32(named.tensor.floats)
            case .float64: .float64(named.tensor.doubles)
            case .int32: .int32(named.tensor.int32s)
            }
        self.init(path: prefix + named.path, shape: named.tensor.shape.dimensions, values: values)
    }

    /// The entry as a tensor, without `prefix` before its path.
    ///
    /// - Throws: `WeightError.malformed` for 64-bit integers, which tensors do not hold
    func namedTensor(without prefix: String = "") throws -> NamedTensor {
        let shape = Shape(self.shape)
        let path = String(self.path.dropFirst(prefix.count))
        let values = try values
        switch values {
        case .float16:
            let tensor = Tensor.filled(shape) { _ = values.copyFloats(into: $0) }
            return NamedTensor(path: path, tensor: tensor)
        case .float32(let numbers): return NamedTensor(path: path, tensor: Tensor(sharing: numbers, shape: shape))
        case .float64(let numbers): return NamedTensor(path: path, tensor: Tensor(numbers, shape: shape))
        case .int32(let numbers): return NamedTensor(path: path, tensor: Tensor(numbers, shape: shape))
        case .int64:
            throw WeightError.malformed(location: self.path, reason: "64-bit integers where real numbers are needed")
        }
    }
}
