import ZooKernels
import ZooNN
import ZooTensor

/// What a vision model's file carries as JSON beside weights and classes.
package struct VisionFileConfiguration: Sendable, Hashable, Codable {
    /// The network.
    package var architecture: ImageArchitecture
    /// How an image becomes what the network reads.
    package var preprocessing: Preprocessing
    /// Whether an image may belong to several classes, or to none.
    package var isMultiLabel: Bool
    /// Whether it was imported without a head: the one that it has is all zeros then; nil for no.
    package var lacksHead: Bool?
    /// How it was trained, if it was trained here.
    package var recipe: VisionTrainingOptions?
    /// What it was trained on, if it was trained here.
    package var trainedOn: TrainingImages?

    /// Puts the parts together.
    package init(architecture: ImageArchitecture, preprocessing: Preprocessing, isMultiLabel: Bool = false) {
        (self.architecture, self.preprocessing) = (architecture, preprocessing)
        self.isMultiLabel = isMultiLabel
    }
}

/// The images that a network was trained on, as its file describes them.
package struct TrainingImages: Sendable, Hashable, Codable {
    /// Of the data set.
    package var fingerprint: String
    /// How many trained.
    package var pictures: Int
    /// How many of them show each class, in the order of the classes.
    package var classCounts: [Int]

    /// Counts the classes of the images that train.
    package init(fingerprint: String, _ training: LabelledImages) {
        (self.fingerprint, pictures) = (fingerprint, training.count)
        classCounts = [Int](repeating: 0, count: training.classCount)
        for label in training.labels.joined() { classCounts[Int(label)] += 1 }
    }
}

/// A network that classifies images, with its classes.
package struct StoredVision {
    /// The network.
    package let network: any ImageNetwork
    /// The names of the classes, in the order of the logits; no two are equal.
    package let classes: [String]
    /// The rest.
    package let configuration: VisionFileConfiguration
    /// The most classes that are believed.
    package static let mostClasses = 1_000_000

    /// Joins the parts.
    ///
    /// - Precondition: as many different classes as the head tells apart.
    package init(network: any ImageNetwork, classes: [String], configuration: VisionFileConfiguration) {
        precondition(
            network.head.weight.shape[1] == classes.count,
            "StoredVision: \(classes.count) classes for a head \(network.head.weight.shape)")
        (self.network, self.classes, self.configuration) = (network, classes, configuration)
    }
}

extension StoredVision: StoredModel {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or does not fit
    package init(_ contents: ModelContents) throws {
        (configuration, classes) = try Self.described(by: contents)
        // The number of classes is believed only when there are as many weights: what follows makes room for them.
        let count = classes.count
        guard contents.weights.map(\.tensor.shape.dimensions).contains(where: { $0.count == 2 && $0.contains(count) })
        else {
            throw ModelContentsError(location: "/weights", reason: "no head for the \(count) classes of /vocab/class")
        }
        var generator = RandomGenerator.silent  // the weights are loaded
        network = configuration.architecture.network(classes: count, using: &generator)
        try contents.load(into: network)
    }

    /// What contents say besides the weights.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or out of its range
    package static func described(by contents: ModelContents) throws -> (VisionFileConfiguration, classes: [String]) {
        let configuration = try contents.configuration(as: VisionFileConfiguration.self)
        try contents.check(configuration.preprocessing)
        let architecture = configuration.architecture
        guard architecture.rawValue == contents.architecture else {
            throw ModelContentsError(
                location: "/config",
                reason: "it is of '\(architecture.rawValue)', the file of '\(contents.architecture)'")
        }
        let classes = (try? contents.entries("class")) ?? []
        guard (1...mostClasses).contains(classes.count), Set(classes).count == classes.count else {
            throw ModelContentsError(location: "/vocab/class", reason: "one name for each class is needed")
        }
        return (configuration, classes)
    }

    /// Parameters and running statistics under torchvision's names, and the classes.
    package func contents() throws -> ModelContents { try contents(network.state()) }

    /// The same with other weights than the network has at the moment, as a checkpoint needs it.
    package func contents(_ state: [NamedTensor]) throws -> ModelContents {
        var contents = try configuration.contents(classes: classes)
        contents.weights = network.transposingLinearWeights(state)
        return contents
    }

    /// What the head looks for in the features of an image, for each class, with its bias.
    package var embeddings: [Embeddings] {
        if configuration.lacksHead == true { return [] }
        let head = network.head
        return [
            Self.classVectors(
                classes, vectors: head.weight.value.transposed([1, 0]).floats, biases: head.bias?.value.floats)
        ]
    }

    /// What a head of these weights looks for.
    ///
    /// - Shapes: vectors [classes, features], biases [classes]
    package static func classVectors(_ classes: [String], vectors: [Float], biases: [Float]?) -> Embeddings {
        var embeddings = Embeddings(
            field: "class", keys: classes, vectors: vectors, width: vectors.count / classes.count)
        embeddings.biases = biases
        return embeddings
    }
}

extension VisionFileConfiguration {
    /// The contents of a model of this configuration, without its weights.
    package func contents(classes: [String]) throws -> ModelContents {
        ModelContents(
            kind: "vision", architecture: architecture.rawValue, configuration: try ModelContents.json(self),
            weights: [],
            vocabularies: [("class", classes)])
    }
}

extension ModelContents {
    /// - Throws: `ModelContentsError` naming the first field out of its range, with the range
    fileprivate func check(_ preprocessing: Preprocessing) throws {
        let (mean, deviation) = (preprocessing.normalization.mean, preprocessing.normalization.deviation)
        try check("preprocessing.size", (1...4096).contains(preprocessing.size), "from 1 to 4096")
        try check("preprocessing.resize", (1...8).contains(preprocessing.resize), "from 1 to 8")
        try check("the mean", mean.count == 3 && mean.allSatisfy(\.isFinite), "three finite numbers")
        let isDeviation = deviation.count == 3 && deviation.allSatisfy { $0.isFinite && $0 > 0 }
        try check("the deviation", isDeviation, "three numbers above 0")
    }
}
