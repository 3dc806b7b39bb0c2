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
    /// - Throws: as `model(named:as:)`
    public func predict(
        images paths: [String], with name: String, top: Int = 1, threads: ThreadCount = .all
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

    fileprivate func prediction(of file: String, _ row: [Float], top: Int) -> PredictVisionReport.Prediction {
        let order = row.indices.sorted { (row[$1], $0) < (row[$0], $1) }
        let shares = order.prefix(max(1, top)).map {
            PredictVisionReport.Share(class: classes[$0], probability: Double(row[$0]))
        }
        let labels =
            configuration.isMultiLabel ? order.prefix { row[$0] >= 0.5 }.map { classes[$0] } : [shares[0].class]
        return PredictVisionReport.Prediction(
            class: shares[0].class, probability: shares[0].probability, file: file, top: shares, labels: labels)
    }
}
