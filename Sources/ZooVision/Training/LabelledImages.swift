import ZooTensor

/// Images with what is on them.
package struct LabelledImages: Sendable {
    /// The images.
    package let source: any ImageSource
    /// The numbers of the classes of each image: one of each, or any number of them with `isMultiLabel`.
    package let labels: [[Int]]
    /// How many classes there are.
    package let classCount: Int
    /// Whether an image may have several labels, or none.
    package let isMultiLabel: Bool

    /// Pairs images with their labels.
    ///
    /// - Throws: `VisionTrainingError.labels` where they do not go together
    package init(
        source: any ImageSource, labels: [[Int]], classCount: Int, isMultiLabel: Bool = false
    ) throws(VisionTrainingError) {
        guard labels.count == source.count else {
            throw .labels("\(source.count) images, \(labels.count) labels")
        }
        for (index, list) in labels.enumerated() {
            if let label = list.first(where: { $0 < 0 || $0 >= classCount }) {
                throw .labels("image \(index + 1) has class \(label) of \(classCount)")
            }
            if !isMultiLabel, list.count != 1 { throw .labels("image \(index + 1) has \(list.count) labels") }
        }
        (self.source, self.labels) = (source, labels)
        (self.classCount, self.isMultiLabel) = (classCount, isMultiLabel)
    }

    /// How many images there are.
    package var count: Int { source.count }

    /// What a network should say of images: a distribution over the classes, or with `isMultiLabel` a probability each.
    ///
    /// - Shapes: [indices, classes]
    /// - Parameter smoothing: the part that goes to all classes alike
    /// - Source: Szegedy et al. 2016, section 7
    package func targets(_ indices: [Int], smoothing: Double = 0) -> Tensor {
        let rest = Float(smoothing / Double(isMultiLabel ? 2 : classCount))
        var values = [Float](repeating: rest, count: indices.count * classCount)
        for (row, index) in indices.enumerated() {
            for label in labels[index] { values[row * classCount + label] = Float(1 - smoothing) + rest }
        }
        return Tensor(values, shape: [indices.count, classCount])
    }

    /// Checks that there is something to learn.
    ///
    /// - Throws: `VisionTrainingError.oneClass` or `.tooFew`
    package func checkIsTrainable() throws(VisionTrainingError) {
        guard count > 1 else { throw .tooFew(images: count, needed: 2) }
        guard classCount > (isMultiLabel ? 0 : 1) else {
            throw .oneClass("the images have one class only")
        }
        if !isMultiLabel, Set(labels.joined()).count < 2 {
            throw .oneClass("all \(count) images to train on have the same class")
        }
    }
}
