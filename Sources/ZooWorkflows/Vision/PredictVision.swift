import Foundation
import ZooKernels
import ZooTensor
import ZooVision

/// What a vision model says of images.
public struct PredictVisionReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// One answer an image, in their order.
    public let predictions: [Prediction]
    /// Images that cannot be read.
    public let unreadable: [UnreadableImage]
    /// Files in folders that are no images and were passed over.
    package let passedOver: [String]

    /// One answer.
    public struct Prediction: Sendable, Encodable {
        /// The likeliest class.
        public let `class`: String
        /// Its probability.
        public let probability: Double
        /// The image.
        public let file: String
        /// The likeliest classes, the likeliest first; of a model with several labels, first those at a half or more.
        public let top: [Share]
        /// The labels at a probability of a half or more, of a model with several labels; else the likeliest class.
        public let labels: [String]
        /// The answer to each view, of test-time augmentation whose views were asked for; else nil.
        @StableKey public var views: [View]?
    }

    /// The answer to a view of an image.
    public struct View: Sendable, Encodable {
        /// What was done: `as it is`, `mirrored`, `augmented 1`.
        public let view: String
        /// The likeliest classes of this view, the likeliest first.
        public let top: [Share]
    }

    /// A class with its probability.
    public struct Share: Sendable, Encodable {
        /// The class.
        public let `class`: String
        /// Its probability.
        public let probability: Double
    }
}

extension Workspace {
    /// Says what is in images. One that cannot be read is reported, and the others are answered.
    ///
    /// - Parameters:
    ///   - paths: files, and folders of images
    ///   - top: how many classes to name for each
    ///   - usesTestTimeAugmentation: whether the probabilities are the mean over several views of each image
    ///   - showsViews: whether the report holds the answer to each of the views, too
    /// - Throws: as `model(named:as:)`
    public func predict(
        images paths: [String], with name: String, top: Int = 1, usesTestTimeAugmentation: Bool = false,
        showsViews: Bool = false, threads: ThreadCount = .all
    ) throws -> PredictVisionReport {
        let stored = try classifier(named: name)
        let named = ImageReading.files(paths)
        let files = named.files
        var unreadable = named.unreadable
        var predictions: [PredictVisionReport.Prediction] = []
        let plan = InferencePlan()
        for first in stride(from: 0, to: files.count, by: imagesOfAPart) {
            let part = Array(files[first..<min(files.count, first + imagesOfAPart)])
            let (names, images) = stored.read(part, threads: threads, unreadable: &unreadable)
            guard !images.isEmpty else { continue }
            guard !usesTestTimeAugmentation else {
                predictions += try zip(names, images).map { file, image in
                    try stored.prediction(of: file, image, top: top, showsViews: showsViews, threads: threads)
                }
                continue
            }
            let inputs = stored.configuration.preprocessing.tensor(of: images, threads: threads.count)
            let rows = stored.probabilities(stored.network.logits(inputs, plan: plan))
            predictions += zip(names, rows).map { stored.prediction(of: $0, $1, top: top) }
        }
        return PredictVisionReport(
            model: name, predictions: predictions, unreadable: unreadable, passedOver: named.others)
    }
}

private let imagesOfAPart = 16

extension StoredVision {
    /// The images among files, read on several threads.
    fileprivate func read(
        _ files: [String], threads: ThreadCount, unreadable: inout [UnreadableImage]
    ) -> (names: [String], images: [Image]) {
        var results = [Result<Image, any Error>?](repeating: nil, count: files.count)
        let shortSide = configuration.preprocessing.decodedShortSide
        results.withUnsafeMutableBufferPointer { buffer in
            // Each call writes its own place.
            nonisolated(unsafe) let places = buffer
            parallel(files.count, threads: threads) { index in
                places[index] = Result { try ImageReading.image(files[index], shortSide: shortSide) }
            }
        }
        var found: (names: [String], images: [Image]) = ([], [])
        for (file, result) in zip(files, results) {
            switch result {
            case .success(let image):
                found.names.append(file)
                found.images.append(image)
            case .failure(let error as UnreadableImage): unreadable.append(error)
            case .failure(let error): unreadable.append(UnreadableImage(file: file, reason: "\(error)"))
            case nil: break
            }
        }
        return found
    }

    /// The probabilities of the classes, a row an image.
    func probabilities(_ logits: Tensor) -> [[Float]] {
        let values = (configuration.isMultiLabel ? logits.sigmoid() : logits.softmax(axis: -1)).floats
        return (0..<logits.shape[0]).map { Array(values[$0 * classes.count..<($0 + 1) * classes.count]) }
    }

    /// The mean over the views that `zoo evaluate --tta` takes. Those of an image do not depend on what else is asked.
    fileprivate func prediction(
        of file: String, _ image: Image, top: Int, showsViews: Bool, threads: ThreadCount
    ) throws -> PredictVisionReport.Prediction {
        let (preprocessing, recipe) = (configuration.preprocessing, configuration.recipe ?? VisionTrainingOptions())
        let views = try network.probabilitiesByView(
            of: MemoryImages([image]), preprocessing: preprocessing, isMultiLabel: configuration.isMultiLabel,
            views: .suited(toSize: preprocessing.size, recipe: recipe), threads: threads.count
        ).map { (view: $0.view, row: $0.probabilities.floats) }
        let mean = classes.indices.map { index in views.map { $0.row[index] }.reduce(0, +) / Float(views.count) }
        var answer = prediction(of: file, mean, top: top)
        guard showsViews else { return answer }
        answer.views = views.map { PredictVisionReport.View(view: $0.view, top: shares($0.row, top)) }
        return answer
    }

    fileprivate func prediction(of file: String, _ row: [Float], top: Int) -> PredictVisionReport.Prediction {
        let shares = shares(row, top)
        let labels =
            configuration.isMultiLabel
            ? self.shares(row, classes.count).prefix { $0.probability >= 0.5 }.map(\.class) : [shares[0].class]
        return PredictVisionReport.Prediction(
            class: shares[0].class, probability: shares[0].probability, file: file, top: shares, labels: labels)
    }

    private func shares(_ row: [Float], _ top: Int) -> [PredictVisionReport.Share] {
        let order = row.indices.sorted { (row[$1], $0) < (row[$0], $1) }
        return order.prefix(max(1, top)).map {
            PredictVisionReport.Share(class: classes[$0], probability: Double(row[$0]))
        }
    }
}
