import ZooTensor

/// How well a network answers to pictures.
public struct VisionMetrics: Sendable, Hashable, Codable {
    /// How many pictures.
    public let pictures: Int
    /// The mean cross-entropy in nats; for several labels the mean of each label's.
    public let loss: Double
    /// The part of pictures whose likeliest class is the right one; for several labels the part of all yes and no that is
    /// right at a probability of a half.
    public let accuracy: Double
    /// For several labels the harmonic mean of precision and recall over all of them; nil otherwise.
    public let f1: Double?

    /// Measures logits.
    ///
    /// - Shapes: logits [pictures, classes], in the order of the pictures
    public init(logits: Tensor, _ pictures: LabelledPictures) {
        let targets = pictures.targets(Array(0..<pictures.count))
        let loss = imageLoss(logits, targets, isMultiLabel: pictures.isMultiLabel).item
        let probabilities = pictures.isMultiLabel ? logits.sigmoid() : logits.softmax(axis: -1)
        self.init(probabilities: probabilities, pictures, loss: loss)
    }

    /// Measures probabilities, such as a mean over several views.
    ///
    /// - Shapes: probabilities [pictures, classes], in the order of the pictures
    public init(probabilities: Tensor, _ pictures: LabelledPictures) {
        let targets = pictures.targets(Array(0..<pictures.count))
        // No probability is so small that a single picture decides the mean.
        func log(_ x: Tensor) -> Tensor { (x * (1 - 2e-7) + 1e-7).log() }
        var logs = targets * log(probabilities)
        if pictures.isMultiLabel { logs = logs + (1 - targets) * log(1 - probabilities) }
        let terms = pictures.isMultiLabel ? targets.count : pictures.count
        self.init(probabilities: probabilities, pictures, loss: -logs.sum().item / Double(max(terms, 1)))
    }

    private init(probabilities: Tensor, _ labelled: LabelledPictures, loss: Double) {
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
