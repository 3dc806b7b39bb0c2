import ZooData
import ZooKernels
import ZooNN
import ZooTensor
import ZooVision
import ZooWeights

/// What a vision model's file carries as JSON beside weights and classes.
public struct VisionFileConfiguration: Sendable, Hashable, Codable {
    /// The network.
    public var architecture: ImageArchitecture
    /// How an image becomes what the network reads.
    public var preprocessing: Preprocessing
    /// Whether an image may belong to several classes, or to none.
    public var isMultiLabel: Bool
    /// How it was trained, if it was trained here.
    public var recipe: VisionTrainingOptions?
    /// What it was trained on, if it was trained here.
    var trainedOn: TrainingImages?
    /// Where training stands; only in checkpoints.
    var checkpoint: ResumeState<VisionFinetuning>?

    /// Puts the parts together.
    public init(architecture: ImageArchitecture, preprocessing: Preprocessing, isMultiLabel: Bool = false) {
        (self.architecture, self.preprocessing) = (architecture, preprocessing)
        self.isMultiLabel = isMultiLabel
    }

    /// - Throws: `WeightError.malformed` naming the first field out of its range, with the range
    fileprivate func validate() throws {
        func check(_ field: String, _ isInRange: Bool, _ range: String) throws {
            if !isInRange { throw WeightError.malformed(location: "/config", reason: "\(field) must be \(range)") }
        }
        let (mean, deviation) = (preprocessing.normalization.mean, preprocessing.normalization.deviation)
        try check("preprocessing.size", (1...4096).contains(preprocessing.size), "from 1 to 4096")
        try check("preprocessing.resize", (1...8).contains(preprocessing.resize), "from 1 to 8")
        try check("the mean", mean.count == 3 && mean.allSatisfy(\.isFinite), "three finite numbers")
        let isDeviation = deviation.count == 3 && deviation.allSatisfy { $0.isFinite && $0 > 0 }
        try check("the deviation", isDeviation, "three numbers above 0")
    }
}

/// A network that classifies images, as it is stored.
public struct StoredVision {
    /// The network.
    public let network: any ImageNetwork
    /// The names of the classes, in the order of the logits; no two are equal.
    public let classes: [String]
    /// The rest.
    public let configuration: VisionFileConfiguration

    static let kind = ModelKind.vision.rawValue
    /// The most classes that are believed.
    static let mostClasses = 1_000_000

    /// Joins the parts.
    ///
    /// - Precondition: as many different classes as the head has.
    public init(network: any ImageNetwork, classes: [String], configuration: VisionFileConfiguration) {
        precondition(
            network.head.weight.shape[1] == classes.count,
            "StoredVision: \(classes.count) classes for a head \(network.head.weight.shape)")
        (self.network, self.classes, self.configuration) = (network, classes, configuration)
    }

    /// The file of the model: parameters and running statistics under torchvision's names.
    ///
    /// Linear weights lie as [in, out] here, turned against torchvision's.
    /// - Throws: `WeightError.invalidEntry` for classes that no file holds
    public func file(created: String) throws -> ModelFile { try file(created: created, at: nil) }

    /// The file of the model; of one whose training is not complete with all that is needed to resume it.
    func file(created: String, at checkpoint: VisionCheckpoint?) throws -> ModelFile {
        var configuration = configuration
        configuration.checkpoint = checkpoint?.state
        return ModelFile(
            kind: Self.kind, architecture: configuration.architecture.rawValue,
            configuration: try JSONText.encode(configuration),
            weights: (checkpoint?.weights ?? network.state()).map { WeightEntry($0) },
            vocabularies: [("class", classes)], optimizer: checkpoint?.entries ?? [], created: created,
            zooVersion: ZooVersion.current)
    }

    /// Reads a model out of its file.
    ///
    /// - Throws: `WeightError.malformed` naming what is missing or does not fit
    public init(_ file: ModelFile) throws {
        guard file.kind == Self.kind else {
            throw WeightError.malformed(location: "attribute kind", reason: "'\(file.kind)' is no vision model")
        }
        configuration = try JSONText.decode(VisionFileConfiguration.self, from: file.configuration, in: "/config")
        try configuration.validate()
        guard configuration.architecture.rawValue == file.architecture else {
            throw WeightError.malformed(
                location: "/config",
                reason: "it is of '\(configuration.architecture.rawValue)', the file of '\(file.architecture)'")
        }
        classes = file.vocabulary("class") ?? []
        guard (1...Self.mostClasses).contains(classes.count), Set(classes).count == classes.count else {
            throw WeightError.malformed(location: "/vocab/class", reason: "one name for each class is needed")
        }
        network = try Self.network(configuration.architecture, classes: classes.count, of: file)
    }

    private static func network(
        _ architecture: ImageArchitecture, classes: Int, of file: ModelFile
    ) throws -> any ImageNetwork {
        // The number of classes is believed only when the file holds as many weights: what follows makes room for them.
        guard file.weights.contains(where: { $0.shape.count == 2 && $0.shape[1] == classes }) else {
            throw WeightError.malformed(
                location: "/weights", reason: "no head for the \(classes) classes of /vocab/class")
        }
        var generator = RandomGenerator.silent  // the weights are loaded
        let network = architecture.network(classes: classes, using: &generator)
        do { try network.load(state: try file.weights.map { try $0.namedTensor() }) } catch let error
            as ModuleStateError
        {
            throw WeightError.malformed(location: "/weights", reason: error.description)
        }
        return network
    }

    /// The rows of `zoo_embeddings`: for each class what the head responds to in the features of an image, with its bias.
    public var embeddingRows: [EmbeddingRow] { embeddingRows(network.state()) }

    /// The same of a checkpoint's weights.
    func embeddingRows(_ weights: [NamedTensor]) -> [EmbeddingRow] {
        let head = network.head
        func tensor(_ parameter: Parameter?) -> Tensor? {
            let path = network.namedParameters().first { $0.parameter === parameter }?.path
            return weights.first { $0.path == path }?.tensor
        }
        guard let vectors = tensor(head.weight)?.transposed([1, 0]).floats else { return [] }
        let biases = tensor(head.bias)?.floats
        let width = head.weight.shape[0]
        return classes.enumerated().map { index, name in
            EmbeddingRow(
                field: "class", key: name, label: name, bias: biases.map { Double($0[index]) },
                vector: Array(vectors[index * width..<(index + 1) * width]))
        }
    }
}

extension Workspace {
    /// Loads a vision model.
    ///
    /// - Throws: as `modelFile`; `WorkflowError.unsuitable` for a model of another kind
    public func visionModel(named name: String) throws -> StoredVision {
        let (file, entry) = try modelFile(named: name)
        try ModelKind.vision.check(entry)
        return try StoredVision(file)
    }
}
