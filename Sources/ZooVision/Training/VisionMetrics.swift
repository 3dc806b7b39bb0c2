import ZooLearn
import ZooTensor

/// How well a network answers to images.
package struct VisionMetrics: Sendable, Hashable, Codable {
    /// How many images.
    package let pictures: Int
    /// The mean cross-entropy in nats; for several labels the mean of each label's.
    package let loss: Double
    /// The part of images whose likeliest class is the right one; for several labels the part of all yes and no that is
    /// right at a probability of a half.
    package let accuracy: Double
    /// For several labels the harmonic mean of precision and recall over all of them; nil otherwise.
    package let f1: Double?

    /// Measures logits.
    ///
    /// - Shapes: logits [images, classes], in the order of the images
    package init(logits: Tensor, _ images: LabelledImages) {
        let targets = images.targets(Array(0..<images.count))
        let loss = imageLoss(logits, targets, isMultiLabel: images.isMultiLabel).item
        let probabilities = images.isMultiLabel ? logits.sigmoid() : logits.softmax(axis: -1)
        self.init(probabilities: probabilities, images, loss: loss)
    }

    /// Measures probabilities, such as a mean over several views.
    ///
    /// - Shapes: probabilities [images, classes], in the order of the images
    package init(probabilities: Tensor, _ images: LabelledImages) {
        let targets = images.targets(Array(0..<images.count))
        // No probability is so small that a single image decides the mean.
        func log(_ x: Tensor) -> Tensor { (x * (1 - 2e-7) + 1e-7).log() }
        var logs = targets * log(probabilities)
        if images.isMultiLabel { logs = logs + (1 - targets) * log(1 - probabilities) }
        let terms = images.isMultiLabel ? targets.count : images.count
        self.init(probabilities: probabilities, images, loss: -logs.sum().item / Double(max(terms, 1)))
    }

    private init(probabilities: Tensor, _ labelled: LabelledImages, loss: Double) {
        (pictures, self.loss) = (labelled.count, loss)
        guard labelled.isMultiLabel else {
            let said = probabilities.argmax(axis: -1).int32s
            let right = zip(said, labelled.labels).count { $1.first == Int($0) }
            (accuracy, f1) = (Double(right) / Double(max(pictures, 1)), nil)
            return
        }
        let targets = labelled.targets(Array(0..<pictures)).floats
        var (hits, said, right) = (0, 0, 0)
        for (probability, target) in zip(probabilities.floats, targets) {
            said += probability >= 0.5 ? 1 : 0
            hits += probability >= 0.5 && target > 0 ? 1 : 0
            right += (probability >= 0.5) == (target > 0) ? 1 : 0
        }
        let wanted = labelled.labels.reduce(0) { $0 + $1.count }
        accuracy = Double(right) / Double(max(targets.count, 1))
        f1 = said + wanted > 0 ? 2 * Double(hits) / Double(said + wanted) : 1
    }
}

extension EpochReport {
    /// The side of the images that were learned from, in pixels; 0 in a training without images.
    package var imageSize: Int { metric("size").flatMap { Int(exactly: $0) } ?? 0 }

    /// What the validation images measured; nil without any.
    package var imageMetrics: VisionMetrics? { VisionMetrics(validationLoss, metric) }
}

extension EpochMeasures {
    /// What an epoch on images measured.
    init(_ valid: VisionMetrics?, imageSize: Int) {
        self.init(
            validationLoss: valid?.loss,
            metrics: [MetricValue(name: "size", value: Double(imageSize))] + (valid?.values ?? []))
    }

    /// What the validation images measured; nil without any.
    package var imageMetrics: VisionMetrics? {
        VisionMetrics(validationLoss) { name in metrics.first { $0.name == name }?.value }
    }
}

extension FitReport {
    /// What the network as it is now measured on the validation images; nil where its weights were moved since.
    ///
    /// - Parameter recipe: how it was trained
    package func imageMetrics(_ recipe: VisionTrainingOptions) -> VisionMetrics? {
        if let final { return final.imageMetrics }
        let best = checkpoint.bestEpochWeights.isEmpty ? nil : recipe.bestEpoch?.bestIndex(in: epochs)
        if let best { return epochs[best].imageMetrics }
        return checkpoint.progress.stepInEpoch == 0 ? epochs.last?.imageMetrics : nil
    }
}

extension VisionMetrics {
    fileprivate init?(_ loss: Double?, _ metric: (String) -> Double?) {
        guard let loss, let accuracy = metric("accuracy"),
            let pictures = metric("pictures").flatMap({ Int(exactly: $0) })
        else { return nil }
        (self.pictures, self.loss, self.accuracy, f1) = (pictures, loss, accuracy, metric("f1"))
    }

    /// Besides the loss.
    fileprivate var values: [MetricValue] {
        [MetricValue(name: "accuracy", value: accuracy), MetricValue(name: "pictures", value: Double(pictures))]
            + (f1.map { [MetricValue(name: "f1", value: $0)] } ?? [])
    }
}
