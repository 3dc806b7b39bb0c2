import ZooData
import ZooKernels
import ZooTensor
import ZooVision

/// What a network says to pictures whose classes are known.
struct VisionAnswers {
    /// The pictures.
    let images: [StoredImage]
    /// Their pixels, in the same order.
    let source: any PictureSource
    /// What is in them, as places among the classes of the model.
    let labels: [[Int]]
    /// The classes of the model.
    let classes: [String]
    /// Whether each class has a probability of its own.
    let isMultiLabel: Bool
    /// The probability of each class for each picture [pictures, classes].
    let probabilities: [Float]

    /// The probabilities of a picture.
    func probabilities(of row: Int) -> ArraySlice<Float> {
        probabilities[row * classes.count..<(row + 1) * classes.count]
    }

    /// The likeliest class of a picture.
    func likeliest(_ row: Int) -> Int {
        let all = probabilities(of: row)
        return (all.indices.max { all[$0] < all[$1] } ?? all.startIndex) - all.startIndex
    }

    /// How wrong the answer to a picture is: cross-entropy in nats, at most 16.
    func loss(_ row: Int) -> Double {
        func surprise(_ probability: Float) -> Double { -max(Double(probability), 1e-7).logarithm }
        let all = probabilities(of: row)
        if !isMultiLabel { return labels[row].first.map { surprise(all[all.startIndex + $0]) } ?? 0 }
        return all.enumerated().reduce(0) {
            $0 + surprise(labels[row].contains($1.offset) ? $1.element : 1 - $1.element)
        }
    }
}

extension Workspace {
    /// Asks a model about the labelled pictures of a data set.
    ///
    /// - Parameter split: the part to look at
    /// - Parameter progress: called with the number of pictures that were looked at, and of all
    /// - Throws: as `visionModel` and `images`; `WorkflowError.invalid` where the part is empty or a picture has no label;
    ///   `.unsuitable` for a class that the model does not know; what reading a picture throws
    func answers(
        model: String, dataset: String, split: ImageSplit, threads: ThreadCount = .all,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> VisionAnswers {
        let stored = try visionModel(named: model)
        let set = try images(dataset: dataset)
        let isMultiLabel = stored.configuration.isMultiLabel
        let images = set.images(split)
        guard !images.isEmpty else {
            let parts = ImageSplit.allCases.filter { part in set.images.contains { $0.split == part } }
            throw WorkflowError.invalid(
                what: "data set '\(dataset)'",
                reason:
                    "it has no pictures for \(split.rawValue); there are \(parts.map(\.rawValue).joined(separator: ", "))"
            )
        }
        guard isMultiLabel == set.isMultiLabel else {
            throw WorkflowError.unsuitable(
                model: model,
                reason: isMultiLabel
                    ? "gives pictures any number of labels, those of '\(dataset)' have one each"
                    : "gives a picture one label, those of '\(dataset)' have any number")
        }
        let places = try set.classes.map { name in
            guard let place = stored.classes.firstIndex(of: name) else {
                throw WorkflowError.unsuitable(model: model, reason: "does not know class '\(name)' of '\(dataset)'")
            }
            return place
        }
        if !isMultiLabel, let nameless = images.first(where: \.labels.isEmpty) {
            throw WorkflowError.invalid(
                what: "picture '\(nameless.name)' of '\(dataset)'",
                reason: "nobody says what it is, so that no answer to it is right or wrong: name another --split")
        }
        let source = set.source(split)
        let probabilities = try stored.network.probabilities(
            of: source, preprocessing: stored.configuration.preprocessing, isMultiLabel: isMultiLabel,
            threads: threads.count, onProgress: progress)
        return VisionAnswers(
            images: images, source: source, labels: images.map { image in image.labels.map { places[$0] }.sorted() },
            classes: stored.classes, isMultiLabel: isMultiLabel, probabilities: probabilities.floats)
    }
}
