import ZooKernels
import ZooTensor

/// Several views of each image, whose probabilities are averaged: as it is, mirrored, and augmented.
///
/// - Source: Krizhevsky et al. 2012, section 4.1
package struct TestTimeAugmentation: Sendable, Hashable, Codable {
    /// Augmented views, besides the plain one.
    package var augmentedViews: Int
    /// How those copies are made; nil leaves them as they are.
    package var augmentation: Augmentation?
    /// Whether the mirror image of each view is one, too.
    package var mirrors: Bool
    /// Decides the augmentation.
    package var seed: UInt64

    /// Chooses the views.
    package init(
        augmentedViews: Int, augmentation: Augmentation?, mirrors: Bool = true, seed: UInt64 = 0
    ) {
        (self.augmentedViews, self.augmentation) = (augmentedViews, augmentation)
        (self.mirrors, self.seed) = (mirrors, seed)
    }

    /// What suits images of a size: small ones are mirrored only, larger ones are augmented besides.
    ///
    /// They are changed as in training, on top of side-on where no preset was chosen, but never covered, and not mirrored where a
    /// mirror image is something else.
    /// - Parameter recipe: that the network was trained with
    package static func suited(toSize size: Int, recipe: VisionTrainingOptions = VisionTrainingOptions())
        -> TestTimeAugmentation
    {
        var changes = recipe.augmentationChanges ?? AugmentationChanges()
        changes.cutout = nil
        let mirrors = changes.flip.map { $0 > 0 } ?? true
        guard size > 64, recipe.augmentation != .cifar else {
            return TestTimeAugmentation(augmentedViews: 0, augmentation: nil, mirrors: mirrors)
        }
        let preset = recipe.augmentation == .none ? AugmentationPreset.sideOn : recipe.augmentation
        return TestTimeAugmentation(
            augmentedViews: 2, augmentation: changes.applied(to: preset.augmentation), mirrors: mirrors)
    }
}

extension ImageNetwork {
    /// The probability of each class for each image, with `views` the mean over several views of it.
    ///
    /// - Shapes: -> [images, classes]
    /// - Parameter isMultiLabel: whether each class has a probability of its own
    /// - Parameter onProgress: hears of the images that were measured, and of how many that will be; one with several views
    ///   counts as often
    /// - Throws: what the source throws
    package func probabilities(
        of source: any ImageSource, preprocessing: Preprocessing, isMultiLabel: Bool,
        views: TestTimeAugmentation? = nil, plan: InferencePlan = InferencePlan(), threads: Int = 1,
        onProgress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> Tensor {
        let answers = try probabilitiesByView(
            of: source, preprocessing: preprocessing, isMultiLabel: isMultiLabel, views: views, plan: plan,
            threads: threads, onProgress: onProgress
        ).map(\.probabilities)
        return answers.dropFirst().reduce(answers[0]) { $0 + $1 } / Double(answers.count)
    }

    /// The probabilities of each view: those that `probabilities` takes the mean of.
    ///
    /// - Shapes: -> [images, classes] each
    /// - Throws: what the source throws
    package func probabilitiesByView(
        of source: any ImageSource, preprocessing: Preprocessing, isMultiLabel: Bool, views: TestTimeAugmentation?,
        plan: InferencePlan = InferencePlan(), threads: Int = 1,
        onProgress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> [(view: String, probabilities: Tensor)] {
        func answer(_ images: Tensor) -> Tensor {
            let logits = logits(images, plan: plan)
            return isMultiLabel ? logits.sigmoid() : logits.softmax(axis: -1)
        }
        let mirrors = views?.mirrors ?? false
        let classes = head.weight.shape[1]
        var answers: [(view: String, probabilities: Tensor)] = []
        let total = source.count * (1 + (views?.augmentedViews ?? 0))
        for number in 0...(views?.augmentedViews ?? 0) {
            let augmentation = number == 0 ? nil : views?.augmentation
            let seed = (views?.seed ?? 0) &+ UInt64(number)
            let found = try rows(
                of: source, width: classes, preprocessing, augmentation, seed, threads,
                { onProgress(number * source.count + $0, total) }
            ) { images in
                mirrors ? [answer(images), answer(images.mirrored())] : [answer(images)]
            }
            let names =
                number == 0 ? ["as it is", "mirrored"] : ["augmented \(number)", "augmented \(number), mirrored"]
            answers += zip(names, found).map { (view: $0, probabilities: $1) }
        }
        return answers
    }
}

extension Tensor {
    /// Images with left and right exchanged.
    ///
    /// - Shapes: [count, height, width, channels]
    func mirrored() -> Tensor {
        let (rows, width, channels) = (shape[0] * shape[1], shape[2], shape[3])
        let order = (0..<rows).flatMap { row in (0..<width).reversed().map { Int32(row * width + $0) } }
        return detached().reshaped([rows * width, channels]).gathered(rows: Tensor(order)).reshaped(shape)
    }
}
