import ZooData
import ZooVision

/// A data set of pictures, ready to train on.
struct VisionData {
    /// Name of the data set.
    let dataset: String
    /// What its pictures were, as a hash.
    let fingerprint: String
    /// The names of the classes, in the order of their numbers.
    let classes: [String]
    /// What is learned from.
    let training: LabelledPictures
    /// What is measured on; nil without any.
    let validation: LabelledPictures?

    /// - Throws: as `Workspace.images`; `WorkflowError.invalid` where the data set says that there is nothing to learn
    init(_ name: String, in workspace: Workspace) throws {
        let images = try workspace.images(dataset: name)
        (dataset, fingerprint, classes) = (name, images.fingerprint, images.classes)
        func pictures(_ split: ImageSplit) throws -> LabelledPictures {
            try LabelledPictures(
                source: images.source(split), labels: images.labels(split), classCount: images.classes.count,
                isMultiLabel: images.isMultiLabel)
        }
        do {
            training = try pictures(.train)
            let valid = try pictures(.valid)
            validation = valid.count > 0 ? valid : nil
            try training.checkIsTrainable()
        } catch let error as VisionTrainingError {
            throw WorkflowError.invalid(what: "data set '\(name)'", reason: error.description)
        }
        let known = Set(training.labels.joined())
        if let missing = classes.indices.first(where: { !known.contains($0) }) {
            throw WorkflowError.invalid(
                what: "data set '\(name)'",
                reason: "class '\(classes[missing])' has no picture to train on: add some, or take the class out")
        }
    }
}

extension VisionData {
    /// What a file keeps of the training pictures.
    var trainingPictures: TrainingPictures { TrainingPictures(fingerprint: fingerprint, training) }

    /// What the frequencies of the classes measure on the validation pictures; nil without any.
    var baseline: Baseline<VisionScore>? {
        validation.map { .classFrequencies(of: trainingPictures, named: classes, on: $0) }
    }
}

/// How far a training on pictures has come.
public enum VisionProgress: Sendable {
    /// Something to know.
    case note(String)
    /// Pictures that went through the frozen body, of how many.
    case features(done: Int, of: Int)
    /// A step was taken: images learned from, of how many in all epochs, the number of the epoch from 1, the loss.
    case step(done: Int, of: Int, epoch: Int, epochs: Int, loss: Double)
    /// An epoch ended.
    case epoch(VisionEpoch, of: Int)
    /// A checkpoint was saved, which the training could go on from if it were killed.
    case kept(step: Int, as: String)
    /// The same beside the finished model of that name, which still answers.
    case keptBeside(step: Int, of: String)
}

/// How well pictures are sorted.
public struct VisionScore: Sendable, Encodable {
    /// How many pictures.
    public let pictures: Int
    /// The mean cross-entropy in nats.
    public let loss: Double
    /// The part of pictures, or with several labels of all yes and no, that is right.
    public let accuracy: Double
    /// With several labels the harmonic mean of precision and recall.
    @StableKey public var f1: Double?

    init(_ metrics: VisionMetrics) {
        (pictures, loss, accuracy) = (metrics.pictures, metrics.loss, metrics.accuracy)
        _f1 = StableKey(wrappedValue: metrics.f1)
    }
}

/// One pass over the pictures.
public struct VisionEpochReport: Sendable, Encodable {
    /// 1, 2, ..., counted over all stages.
    public let epoch: Int
    /// The side of the pictures.
    public let size: Int
    /// The mean loss of the pictures as they were learned from, augmented and mixed.
    public let trainLoss: Double
    /// The mean loss of the validation pictures; nil without any.
    @StableKey public var validLoss: Double?
    /// The accuracy on them; nil without any.
    @StableKey public var validAccuracy: Double?
    /// The learning rate at its end.
    public let learningRate: Double
    /// Pictures learned from in a second.
    public let picturesPerSecond: Double
    /// Wall time, validation included.
    public let seconds: Double

    /// - Parameter finished: epochs of earlier stages
    init(_ epoch: VisionEpoch, after finished: Int = 0) {
        (self.epoch, size, trainLoss) = (finished + epoch.epoch, epoch.size, epoch.trainLoss)
        _validLoss = StableKey(wrappedValue: epoch.valid?.loss)
        _validAccuracy = StableKey(wrappedValue: epoch.valid?.accuracy)
        (learningRate, picturesPerSecond) = (epoch.learningRate, epoch.picturesPerSecond)
        seconds = epoch.seconds
    }
}
