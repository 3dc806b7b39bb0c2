import ZooData
import ZooLearn
import ZooRecords
import ZooVision

/// A data set of images, ready to train on.
struct VisionData {
    /// Name of the data set.
    let dataset: String
    /// What its images were, as a hash.
    let fingerprint: String
    /// The names of the classes, in the order of their numbers.
    let classes: [String]
    /// What is learned from.
    let training: LabelledImages
    /// What is measured on; nil without any.
    let validation: LabelledImages?

    /// - Throws: as `Workspace.images`; `WorkflowError.invalid` where the data set says that there is nothing to learn
    init(_ name: String, in workspace: Workspace) throws {
        let images = try workspace.images(dataset: name)
        (dataset, fingerprint, classes) = (name, images.fingerprint, images.classes)
        func labelled(_ split: DataPart) throws -> LabelledImages {
            try LabelledImages(
                source: images.source(split), labels: images.labels(split), classCount: images.classes.count,
                isMultiLabel: images.isMultiLabel)
        }
        do {
            training = try labelled(.train)
            let valid = try labelled(.valid)
            validation = valid.count > 0 ? valid : nil
            try training.checkIsTrainable()
        } catch let error as VisionTrainingError {
            throw WorkflowError.invalid(what: "data set '\(name)'", reason: error.description)
        }
        let known = Set(training.labels.joined())
        if let missing = classes.indices.first(where: { !known.contains($0) }) {
            throw WorkflowError.invalid(
                what: "data set '\(name)'",
                reason: "class '\(classes[missing])' has no image to train on: add some, or take the class out")
        }
    }
}

extension VisionData {
    /// What a file keeps of the training images.
    var trainingImages: TrainingImages { TrainingImages(fingerprint: fingerprint, training) }

    /// What the frequencies of the classes measure on the validation images; nil without any.
    var baseline: Baseline<VisionScore>? {
        validation.map { .classFrequencies(of: trainingImages, named: classes, on: $0) }
    }

    /// What the validation images measure with several views of each; nil without any.
    func testTimeAugmentationScore(
        _ network: any ImageNetwork, _ preprocessing: Preprocessing, _ recipe: VisionTrainingOptions
    ) throws -> VisionScore? {
        try validation.map { images in
            let probabilities = try network.probabilities(
                of: images.source, preprocessing: preprocessing, isMultiLabel: images.isMultiLabel,
                views: .suited(toSize: preprocessing.size, recipe: recipe))
            return VisionScore(VisionMetrics(probabilities: probabilities, images))
        }
    }
}

/// How well images are classified.
public struct VisionScore: Sendable, Encodable {
    /// How many images.
    public let pictures: Int
    /// The mean cross-entropy in nats.
    public let loss: Double
    /// The part of images, or with several labels of all yes and no, that is right.
    public let accuracy: Double
    /// With several labels the harmonic mean of precision and recall.
    @StableKey public var f1: Double?

    init(_ metrics: VisionMetrics) {
        (pictures, loss, accuracy) = (metrics.pictures, metrics.loss, metrics.accuracy)
        _f1 = StableKey(wrappedValue: metrics.f1)
    }
}

extension EpochOutput {
    /// An epoch on images.
    init(images report: EpochReport) {
        self.init(
            report,
            [
                "size": .integer(Int64(report.imageSize)), "train_loss": .number(report.trainingLoss),
                "valid_loss": JSONValue(report.imageMetrics?.loss),
                "valid_accuracy": JSONValue(report.imageMetrics?.accuracy),
                "learning_rate": .number(report.learningRate),
                "pictures_per_second": .number(report.examplesPerSecond),
            ])
    }
}

/// What the catalogue keeps of a measurement.
struct VisionCatalogueMetrics: Encodable {
    let validAccuracy: Double?
    let validLoss: Double?
    let validPictures: Int?
    let validTtaAccuracy: Double?

    init(_ valid: VisionScore?, _ tta: VisionScore?) {
        (validAccuracy, validLoss, validPictures) = (valid?.accuracy, valid?.loss, valid?.pictures)
        validTtaAccuracy = tta?.accuracy
    }

    private enum CodingKeys: String, CodingKey {
        case validAccuracy = "valid_accuracy"
        case validLoss = "valid_loss"
        case validPictures = "valid_pictures"
        case validTtaAccuracy = "valid_tta_accuracy"
    }

    func json() throws -> String { try JSONText.encode(self) }
}
