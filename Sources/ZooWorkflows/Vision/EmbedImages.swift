import Foundation
import ZooData
import ZooKernels
import ZooVision

/// The result of storing the features of images as embeddings.
package struct EmbedImagesReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// How many images.
    package let pictures: Int
    /// Numbers an image.
    package let width: Int
    /// The field under which they are found.
    package let field: String
    /// How long it took.
    package let seconds: Double
}

extension Workspace {
    /// The field of `zoo_embeddings` that holds images.
    package static let imageField = "image"

    /// Puts what a network sees in each image of a data set into `zoo_embeddings`, so that look-alikes can be asked for.
    ///
    /// Images that were there before for this model are replaced. Their keys are their names in the data set, their
    /// labels the last part of those where no other image has the same.
    /// - Parameter progress: called with the number of images that were processed, and of all
    /// - Throws: as `model(named:as:)` and `images`; what reading an image throws; `DataError.database`
    package func embedImages(
        model: String, dataset: String, threads: ThreadCount = .all, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> EmbedImagesReport {
        let began = Date()
        let stored = try self.model(named: model, as: StoredVision.self).model
        let set = try images(dataset: dataset)
        let features = try stored.network.features(
            of: set.source, preprocessing: stored.configuration.preprocessing, threads: threads.count,
            onProgress: { progress($0, set.images.count) })
        let (width, values) = (stored.network.featureCount, features.floats)
        let labels = Self.shortNames(set.images.map(\.name))
        let rows = set.images.indices.map { index in
            EmbeddingRow(
                field: Self.imageField, key: set.images[index].name, label: labels[index],
                vector: Array(values[index * width..<(index + 1) * width]))
        }
        try data.replaceEmbeddings(rows, model: model, field: Self.imageField)
        return EmbedImagesReport(
            model: model, data: dataset, pictures: rows.count, width: width, field: Self.imageField,
            seconds: Date().timeIntervalSince(began))
    }

    /// The last parts of paths, where no other path has the same; else the whole path.
    static func shortNames(_ names: [String]) -> [String] {
        func last(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }
        var counts: [String: Int] = [:]
        for name in names { counts[last(name), default: 0] += 1 }
        return names.map { counts[last($0)] == 1 ? last($0) : $0 }
    }
}
