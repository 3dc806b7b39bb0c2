import Foundation
import Synchronization
import Testing
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor
import ZooTesting
import ZooVision

/// A network that sees the pixels themselves, and remembers every batch that it learned from.
private final class PixelNetwork: Module, ImageNetwork {
    let fc: Linear
    private(set) var batches: [Tensor] = []

    init(pixels: Int, classes: Int, seed: UInt64 = 6) {
        var generator = RandomGenerator(seed: seed)
        fc = Linear(3 * pixels, classes, using: &generator)
        fc.weight.value = fc.weight.value * 20
    }

    var featureCount: Int { fc.weight.shape[0] }
    var head: Linear { fc }
    var layerGroups: [[Module]] { [[], [], [fc]] }

    func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        if pass.mode == .training { batches.append(images) }
        return images.reshaped([images.shape[0], 1, 1, featureCount])
    }

    func logits(ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator) -> Tensor {
        fc(features)
    }
}

/// As many black images as they have pixels, each with another one white; the order in which they are asked for is kept.
private final class WhitePixels: ImageSource {
    let side: Int
    private let order = Mutex<[Int]>([])

    init(side: Int) { self.side = side }

    var count: Int { side * side }
    var asked: [Int] { order.withLock { $0 } }

    func image(_ index: Int, shortSide: Int?) -> Image {
        order.withLock { $0.append(index) }
        let pixels = (0..<count).flatMap { [UInt8](repeating: $0 == index ? 255 : 0, count: 3) }
        return Image(height: side, width: side, pixels: pixels)
    }
}

/// Hands on what a training tells.
final class Listener: Observer {
    private let hear: (TrainingEvent) -> Void

    init(_ hear: @escaping (TrainingEvent) -> Void) { self.hear = hear }

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        hear(event)
        return .continue
    }
}

/// What a training showed the network, step by step.
private struct Shown {
    /// The share of every image in each row of a step's batch [row][image].
    var shares: [[[Double]]] = []
    /// The numbers of the images that the rows are of.
    var own: [[Int]] = []
    var losses: [Double] = []
    /// The losses that the shares and the network's weights would have, of targets that are mixed as the images are.
    var expected: [Double] = []
}

private let classes = 3

/// Trains with a rate that moves nothing, eight images of 64 a step.
private func training(
    mixup: Double = 0, smoothing: Double = 0, epochs: Int = 1, isBlind: Bool = false
) throws -> Shown {
    let source = WhitePixels(side: 8)
    let network = PixelNetwork(pixels: source.count, classes: classes)
    if isBlind { network.fc.weight.value = .zeros(network.fc.weight.shape) }
    if isBlind { network.fc.bias?.value = .zeros([classes]) }
    var recipe = VisionTrainingOptions()
    (recipe.epochs, recipe.batchSize, recipe.learningRate, recipe.schedule) = (epochs, 8, 1e-30, .constant)
    (recipe.weightDecay, recipe.mixup, recipe.labelSmoothing) = (0, mixup, smoothing)
    let preprocessing = Preprocessing(
        size: 8, resize: 1, normalization: PixelNormalization(mean: [0, 0, 0], deviation: [255, 255, 255]))
    let images = try LabelledImages(
        source: source, labels: (0..<source.count).map { [$0 % classes] }, classCount: classes)
    var shown = Shown()
    var losses: [Double] = []
    let listener = Listener { if case .stepEnded(let step) = $0 { losses.append(step.loss) } }
    _ = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing).fit(images, observers: [listener])
    shown.losses = losses
    let asked = source.asked
    for (step, batch) in network.batches.enumerated() {
        let values = batch.floats
        let rows = (0..<8).map { row in (0..<64).map { Double(values[(row * 64 + $0) * 3]) } }
        shown.shares.append(rows)
        shown.own.append(Array(asked[step * 8..<(step + 1) * 8]))
        shown.expected.append(loss(of: rows, network.fc, smoothing: smoothing))
    }
    return shown
}

/// The mean cross-entropy as PyTorch defines it, `label_smoothing` included: (1 - s) of the target's, and s of the mean over
/// all classes; a mixed image's is mixed by its shares.
private func loss(of rows: [[Double]], _ layer: Linear, smoothing: Double) -> Double {
    let (weights, biases) = (layer.weight.value.floats.map(Double.init), layer.bias?.value.floats ?? [])
    let losses = rows.map { shares -> Double in
        let logits = (0..<classes).map { label in
            shares.indices.reduce(Double(biases[label])) { sum, image -> Double in
                let colours = (0..<3).map { weights[(3 * image + $0) * classes + label] }
                return sum + shares[image] * colours.reduce(0, +)
            }
        }
        let largest = logits.max() ?? 0
        let total = largest + log(logits.reduce(0.0) { $0 + exp($1 - largest) })
        let surprises = logits.map { total - $0 }
        let plain = shares.indices.reduce(0.0) { $0 + shares[$1] * surprises[$1 % classes] }
        return (1 - smoothing) * plain + smoothing * surprises.reduce(0, +) / Double(classes)
    }
    return losses.reduce(0, +) / Double(rows.count)
}

@Suite struct TrainingTargetsTests {
    @Test func smoothedLabelsCostWhatPyTorchSays() throws {
        for smoothing in [0, 0.1, 0.7] {
            let shown = try training(smoothing: smoothing)
            #expect(shown.losses.count == 8)
            // Nothing is mixed.
            #expect(zip(shown.shares, shown.own).allSatisfy { zip($0, $1).allSatisfy { abs($0[$1] - 1) < 1e-6 } })
            try assertClose(shown.losses, shown.expected, relative: 1e-5, absolute: 1e-5)
        }
        // The last line would not hold of losses that do not depend on the smoothing.
        let (plain, smoothed) = (try training().losses, try training(smoothing: 0.1).losses)
        #expect(zip(plain, smoothed).allSatisfy { abs($0 - $1) > 1e-3 })
    }

    @Test func imagesAndTargetsAreMixedAlike() throws {
        for smoothing in [0, 0.2] {
            let shown = try training(mixup: 1, smoothing: smoothing, epochs: 8)
            #expect(shown.losses.count == 64)
            try assertClose(shown.losses, shown.expected, relative: 1e-4, absolute: 1e-4)
            for (rows, own) in zip(shown.shares, shown.own) {
                // One share for the whole batch; what is left is of one other image of it, each of which helps once.
                let share = zip(rows, own).map { $0[$1] }.min() ?? 0
                var partners: [Int] = []
                for (row, image) in zip(rows, own) {
                    #expect(abs(row.reduce(0, +) - 1) < 1e-5)
                    let others = row.indices.filter { $0 != image && row[$0] > 0 }
                    #expect(others.count <= 1 && others.allSatisfy { abs(row[$0] - (1 - share)) < 1e-5 })
                    partners.append(others.first ?? image)
                }
                #expect(partners.sorted() == own.sorted())
            }
            #expect(Set(shown.shares.map { $0[0].max() ?? 0 }).count > 40)
        }
    }

    @Test func everyMixedTargetHasTheMassOne() throws {
        // A network that knows nothing answers log(classes) to every target of mass 1, mixed and smoothed or not.
        let shown = try training(mixup: 0.3, smoothing: 0.1, epochs: 4, isBlind: true)
        #expect(shown.losses.count == 32 && shown.losses.allSatisfy { abs($0 - log(Double(classes))) < 1e-5 })
    }

    /// Zhang et al. 2018: the share comes from Beta(a, a), whose mean is 1/2 and whose variance is 1 / (4 (2a + 1)).
    @Test(arguments: [0.4, 1, 3]) func sharesComeFromTheBetaDistribution(_ a: Double) throws {
        let shown = try training(mixup: a, epochs: 100)
        // An image that is mixed with itself is whole, whatever the share.
        let shares = zip(shown.shares, shown.own).map { rows, own in zip(rows, own).map { $0[$1] }.min() ?? 0 }
        #expect(shares.count == 800 && shares.allSatisfy { (-1e-6...1 + 1e-6).contains($0) })
        let mean = shares.reduce(0, +) / Double(shares.count)
        let variance = shares.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count)
        let wanted = 1 / (4 * (2 * a + 1))
        #expect(abs(mean - 0.5) < 4 * (wanted / Double(shares.count)).squareRoot(), "\(mean)")
        #expect(abs(variance / wanted - 1) < 0.15, "\(variance), not \(wanted)")
    }
}
