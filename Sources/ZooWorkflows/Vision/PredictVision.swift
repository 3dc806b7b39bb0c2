import Foundation
import ZooKernels
import ZooTensor
import ZooVision

/// What a vision model says of pictures.
public struct PredictVisionReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// One answer a picture, in their order.
    public let predictions: [Prediction]
    /// Pictures that cannot be read.
    public let unreadable: [UnreadablePicture]

    /// One answer.
    public struct Prediction: Sendable, Encodable {
        /// The likeliest class.
        public let `class`: String
        /// Its probability.
        public let probability: Double
        /// The picture.
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
    /// Says what is in pictures. One that cannot be read is reported, and the others are answered.
    ///
    /// - Parameters:
    ///   - paths: files, and folders of pictures
    ///   - top: how many classes to name for each
    /// - Throws: as `visionModel`
    public func predict(
        pictures paths: [String], with name: String, top: Int = 1, threads: ThreadCount = .all
    ) throws -> PredictVisionReport {
        let stored = try visionModel(named: name)
        var (files, unreadable) = PictureReading.files(paths)
        var predictions: [PredictVisionReport.Prediction] = []
        let plan = InferencePlan()
        for first in stride(from: 0, to: files.count, by: picturesOfAPart) {
            let part = Array(files[first..<min(files.count, first + picturesOfAPart)])
            let (names, pictures) = stored.read(part, threads: threads, unreadable: &unreadable)
            guard !pictures.isEmpty else { continue }
            let images = stored.configuration.preprocessing.tensor(of: pictures, threads: threads.count)
            let rows = stored.probabilities(stored.network.logits(images, plan: plan))
            predictions += zip(names, rows).map { stored.prediction(of: $0, $1, top: top) }
        }
        return PredictVisionReport(model: name, predictions: predictions, unreadable: unreadable)
    }
}

private let picturesOfAPart = 16

extension StoredVision {
    /// The pictures among files, read on several threads.
    fileprivate func read(
        _ files: [String], threads: ThreadCount, unreadable: inout [UnreadablePicture]
    ) -> (names: [String], pictures: [Picture]) {
        var results = [Result<Picture, any Error>?](repeating: nil, count: files.count)
        let shortSide = configuration.preprocessing.shortSide
        results.withUnsafeMutableBufferPointer { buffer in
            // Each call writes its own place.
            nonisolated(unsafe) let places = buffer
            parallel(files.count, threads: threads) { index in
                places[index] = Result { try PictureReading.picture(files[index], shortSide: shortSide) }
            }
        }
        var found: (names: [String], pictures: [Picture]) = ([], [])
        for (file, result) in zip(files, results) {
            switch result {
            case .success(let picture):
                found.names.append(file)
                found.pictures.append(picture)
            case .failure(let error as UnreadablePicture): unreadable.append(error)
            case .failure(let error): unreadable.append(UnreadablePicture(file: file, reason: "\(error)"))
            case nil: break
            }
        }
        return found
    }

    /// The probabilities of the classes, a row a picture.
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
