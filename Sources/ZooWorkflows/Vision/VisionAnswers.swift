import ZooData
import ZooKernels
import ZooRecords
import ZooTensor
import ZooVision

/// What a network says to images of which it is known what they show.
package struct VisionAnswers: Sendable {
    /// The classes of the model.
    let classes: [String]
    /// What each image shows, as places among the classes, in rising order.
    let labels: [[Int]]
    /// Whether each class has a probability of its own.
    let isMultiLabel: Bool
    /// The probability of each class for each image [images, classes].
    let probabilities: [Float]
    /// What is said of each image: the likeliest class, or with several labels all at a half or more.
    let said: [[Int]]

    /// - Precondition: as many probabilities as images times classes.
    package init(_ probabilities: [Float], classes: [String], labels: [[Int]], isMultiLabel: Bool) {
        precondition(
            probabilities.count == classes.count * labels.count,
            "VisionAnswers: \(probabilities.count) probabilities for \(labels.count) images of \(classes.count)")
        (self.classes, self.isMultiLabel) = (classes, isMultiLabel)
        self.labels = labels.map { $0.sorted() }
        self.probabilities = probabilities
        said = labels.indices.map { row in
            let all = probabilities[row * classes.count..<(row + 1) * classes.count]
            if isMultiLabel { return all.indices.filter { all[$0] >= 0.5 }.map { $0 - all.startIndex } }
            return all.indices.max { (all[$0], $1) < (all[$1], $0) }.map { [$0 - all.startIndex] } ?? []
        }
    }

    /// The probabilities of an image.
    func probabilities(of row: Int) -> ArraySlice<Float> {
        probabilities[row * classes.count..<(row + 1) * classes.count]
    }

    /// How wrong the answer to an image is: cross-entropy in nats, at most 16.
    func loss(_ row: Int) -> Double {
        func surprise(_ probability: Float) -> Double { -max(Double(probability), 1e-7).logarithm }
        let all = probabilities(of: row)
        if !isMultiLabel { return labels[row].first.map { surprise(all[all.startIndex + $0]) } ?? 0 }
        return all.enumerated().reduce(0) {
            $0 + surprise(labels[row].contains($1.offset) ? $1.element : 1 - $1.element)
        }
    }

    /// The share of images that are right; with several labels, of all yes and no.
    package var accuracy: Double {
        if !isMultiLabel { return Double(zip(said, labels).count { $0 == $1 }) / Double(max(labels.count, 1)) }
        let wrong = zip(said, labels).reduce(0) { $0 + Set($1.0).symmetricDifference($1.1).count }
        return 1 - Double(wrong) / Double(max(probabilities.count, 1))
    }

    /// The share of images whose label is among so many likeliest classes, ties by number; nil where it says nothing:
    /// with several labels, or with no more classes than that.
    package func top(_ count: Int) -> Double? {
        guard !isMultiLabel, classes.count > count else { return nil }
        let right = labels.indices.count { row in
            guard let label = labels[row].first else { return false }
            let all = Array(probabilities(of: row))
            return all.indices.count { (all[$0], label) > (all[label], $0) } < count
        }
        return Double(right) / Double(max(labels.count, 1))
    }

    /// How well a class is found.
    package func figures(of place: Int) -> ClassFigures {
        ClassFigures(
            name: classes[place], pictures: labels.count { $0.contains(place) },
            answered: said.count { $0.contains(place) },
            right: zip(labels, said).count { $0.contains(place) && $1.contains(place) })
    }
}

/// Images of a data set with what a network says to them, in the same order.
struct AnsweredImages {
    /// What is known of the images.
    let images: [StoredImage]
    /// Their pixels.
    let source: any ImageSource
    /// What is said.
    let answers: VisionAnswers
    /// How well they are classified.
    let score: VisionScore
    /// What the frequencies of the classes measure on the same images.
    let baseline: Baseline<VisionScore>
}

extension Workspace {
    /// Asks a model about the labelled images of a data set.
    ///
    /// - Parameter split: the part to use
    /// - Parameter progress: called with the number of images that were processed, and of all
    /// - Throws: as `model(named:as:)` and `images`; `WorkflowError.invalid` where the part is empty or an image has no label;
    ///   `.unsuitable` for a class that the model does not know; what reading an image throws
    func answers(
        model: String, dataset: String, split: DataPart, threads: ThreadCount = .all,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> AnsweredImages {
        let stored = try classifier(named: model)
        let set = try images(dataset: dataset)
        let isMultiLabel = stored.configuration.isMultiLabel
        let images = set.images(split)
        guard !images.isEmpty else {
            let parts = DataPart.allCases.filter { part in set.images.contains { $0.split == part } }
            throw WorkflowError.invalid(
                what: "data set '\(dataset)'",
                reason:
                    "it has no images for \(split.rawValue); there are \(parts.map(\.rawValue).joined(separator: ", "))"
            )
        }
        guard isMultiLabel == set.isMultiLabel else {
            throw WorkflowError.unsuitable(
                model: model,
                reason: isMultiLabel
                    ? "gives images any number of labels, those of '\(dataset)' have one each"
                    : "gives an image one label, those of '\(dataset)' have any number")
        }
        let places = try set.classes.map { name in
            guard let place = stored.classes.firstIndex(of: name) else {
                throw WorkflowError.unsuitable(model: model, reason: "does not know class '\(name)' of '\(dataset)'")
            }
            return place
        }
        if !isMultiLabel, let nameless = images.first(where: \.labels.isEmpty) {
            throw WorkflowError.invalid(
                what: "--split \(split.rawValue)",
                reason: "image '\(nameless.name)' of '\(dataset)' has no label: choose a --split with labels")
        }
        let source = set.source(split)
        let probabilities = try stored.network.probabilities(
            of: source, preprocessing: stored.configuration.preprocessing, isMultiLabel: isMultiLabel,
            threads: threads.count, onProgress: progress)
        let labels = images.map { image in image.labels.map { places[$0] } }
        let answers = VisionAnswers(
            probabilities.floats, classes: stored.classes, labels: labels, isMultiLabel: isMultiLabel)
        let measured = try LabelledImages(
            source: source, labels: labels, classCount: stored.classes.count, isMultiLabel: isMultiLabel)
        let counted = stored.configuration.trainedOn ?? TrainingImages(fingerprint: set.fingerprint, measured)
        return AnsweredImages(
            images: images, source: source, answers: answers,
            score: VisionScore(VisionMetrics(probabilities: probabilities, measured)),
            baseline: .classFrequencies(of: counted, named: stored.classes, on: measured))
    }
}
