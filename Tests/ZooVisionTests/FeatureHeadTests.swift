import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooTesting
import ZooVision

private let preprocessing = Preprocessing(size: 8, resize: 1, normalization: .cifar10)

private func network(classes: Int = 2) -> any ImageNetwork {
    var generator = RandomGenerator(seed: 5)
    return ImageArchitecture.resnet20Cifar.network(classes: classes, using: &generator)
}

@Suite struct FeatureHeadTests {
    @Test func cachedActivationsGiveTheLogitsOfAFullPass() throws {
        let (network, images) = (network(), try colouredImages(20))
        let features = try network.features(of: images.source, preprocessing: preprocessing)
        #expect(features.shape == [20, 64])
        let cached = features.matmul(network.head.weight.value) + (try #require(network.head.bias)).value
        let full = try network.logits(of: images.source, preprocessing: preprocessing)
        try assertClose(cached.detached(), full, relative: 1e-5, absolute: 1e-5)
        // And what the network says without folding.
        let batch = preprocessing.tensor(of: try (0..<20).map { try images.source.image($0, shortSide: nil) })
        var generator = RandomGenerator(seed: 0)
        let plain = network.logits(batch, .inference, using: &generator)
        try assertClose(full, plain.detached(), relative: 1e-3, absolute: 1e-4)
    }

    @Test func aHeadIsFittedToWhereTheGradientIsNothing() throws {
        var generator = RandomGenerator(seed: 2)
        let (count, width, classes) = (60, 5, 3)
        let features = Tensor.normal([count, width], mean: 3, standardDeviation: 2, using: &generator)
        let rows = features.floats
        // The label follows from two features, but for some noise.
        let labels = (0..<count).map { row in
            rows[row * width] > 4 ? 0 : rows[row * width + 1] + 0.5 * generator.normal() > 3 ? 1 : 2
        }
        var targets = [Float](repeating: 0, count: count * classes)
        for (row, label) in labels.enumerated() { targets[row * classes + label] = 1 }
        let wanted = Tensor(targets, shape: [count, classes])
        let head = FeatureHead.fit(features: features, targets: wanted, isMultiLabel: false)
        let logits = (features.matmul(head.weight) + head.bias).trackingGradients()
        let loss = softCrossEntropy(logits, wanted)
        let slope = try #require(gradients(of: loss, withRespectTo: [logits])[0]).dense
        // The bias is free; a weight's gradient is balanced by its penalty, in the units of the scaled features.
        for sum in slope.sum(axes: [0]).floats { #expect(abs(sum) < 1e-3) }
        let variance = features.variance(axes: [0]).mean().item
        let balance = features.matmul(slope, transposeSelf: true) + head.weight * (head.penalty * variance)
        for value in balance.floats { #expect(abs(value) < 5e-3) }
        let right = zip(logits.detached().argmax(axis: -1).int32s, labels).count { Int($0) == $1 }
        #expect(right > 48 && FeatureHead.penalties.contains(head.penalty))
        // Copies are held out with what they are copies of, so that they change nothing.
        let twice = FeatureHead.fit(
            features: .concatenated([features, features]), targets: .concatenated([wanted, wanted]),
            isMultiLabel: false, copies: 2)
        #expect(twice.penalty == head.penalty && abs(twice.heldOutLoss - head.heldOutLoss) < 0.01 * head.heldOutLoss)
    }

    @Test func everyLabelIsAYesOrNoOfItsOwn() throws {
        var generator = RandomGenerator(seed: 4)
        let features = Tensor.normal([80, 4], using: &generator)
        let yes = features.floats.enumerated().filter { $0.offset % 4 < 2 }.map { $0.element > 0 ? Float(1) : 0 }
        let targets = Tensor(yes, shape: [80, 2])
        let head = FeatureHead.fit(features: features, targets: targets, isMultiLabel: true)
        let said = (features.matmul(head.weight) + head.bias).floats
        #expect(zip(said, yes).count { ($0 > 0) == ($1 > 0) } > 150)
    }

    @Test func looksAreAveraged() throws {
        let (network, images) = (network(), try colouredImages(6))
        func probabilities(_ views: TestTimeAugmentation?) throws -> Tensor {
            try network.probabilities(
                of: images.source, preprocessing: preprocessing, isMultiLabel: false, views: views)
        }
        let plain = try probabilities(nil)
        try assertClose(plain.sum(axes: [1]), .ones([6]), relative: 1e-5)
        let both = try probabilities(.suited(toSize: 8))
        // What only the mirror images say is what is left of the mean.
        let turned = MemoryImages(
            try (0..<6).map { try images.source.image($0, shortSide: nil).applying(.mirrored) })
        let mirrored = try network.probabilities(of: turned, preprocessing: preprocessing, isMultiLabel: false)
        try assertClose(both, (plain + mirrored) / 2, relative: 1e-4, absolute: 1e-5)
        let many = TestTimeAugmentation(
            augmentedViews: 3, augmentation: AugmentationPreset.cifar.augmentation, mirrors: false, seed: 1)
        #expect(try probabilities(many).floats == probabilities(many).floats)
        #expect(try probabilities(many).floats != plain.floats)
        #expect(TestTimeAugmentation.suited(toSize: 224).augmentedViews == 2)
    }

    @Test func looksAreThoseOfTheTraining() {
        var recipe = VisionTrainingOptions()
        recipe.augmentation = .sideOn
        var changes = AugmentationChanges()
        (changes.flip, changes.rotation, changes.cutout) = (0, 3, 0.3)
        recipe.augmentationChanges = changes
        let looks = TestTimeAugmentation.suited(toSize: 224, recipe: recipe)
        #expect(!looks.mirrors && looks.augmentation?.flip == 0 && looks.augmentation?.rotation == 3)
        #expect(looks.augmentation?.cutout == 0)
        #expect(!TestTimeAugmentation.suited(toSize: 32, recipe: recipe).mirrors)
        #expect(TestTimeAugmentation.suited(toSize: 32).mirrors)
    }

    @Test func aNewHeadLeavesTheBody() throws {
        let (old, new) = (network(classes: 5), network(classes: 2))
        try new.loadBody(of: old)
        let features = try colouredImages(3).source
        let (a, b) = (
            try old.features(of: features, preprocessing: preprocessing),
            try new.features(of: features, preprocessing: preprocessing)
        )
        #expect(a.floats == b.floats && new.head.weight.shape[1] == 2)
    }
}

@Suite struct VisionMetricsTests {
    private let source = MemoryImages(height: 1, width: 1, pixels: [UInt8](repeating: 0, count: 12))

    @Test func accuracyCountsTheLikeliestClass() throws {
        let images = try LabelledImages(source: source, labels: [[0], [1], [2], [2]], classCount: 3)
        let logits = Tensor([Float(2), 1, 0, 0, 3, 0, 0, 1, 2, 5, 0, 0], shape: [4, 3])
        let metrics = VisionMetrics(logits: logits, images)
        #expect(metrics.accuracy == 0.75 && metrics.f1 == nil && metrics.pictures == 4)
        let same = VisionMetrics(probabilities: logits.softmax(axis: -1), images)
        #expect(abs(same.loss - metrics.loss) < 1e-5 && same.accuracy == 0.75)
    }

    @Test func severalLabelsHaveAnF1() throws {
        let images = try LabelledImages(
            source: source, labels: [[0], [0, 1], [], [1]], classCount: 2, isMultiLabel: true)
        let logits = Tensor([Float(1), -1, 1, -1, 1, -1, -1, 1], shape: [4, 2])
        // Said: 4 labels, 3 of them true, of 4 true ones.
        let metrics = VisionMetrics(logits: logits, images)
        #expect(abs(try #require(metrics.f1) - 0.75) < 1e-9 && metrics.accuracy == 0.75)
    }
}
