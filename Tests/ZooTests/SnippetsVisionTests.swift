import Testing
import Zoo

// The lesson on convolutional networks shows these as its whole program.

/// Images of four shapes and the numbers of their classes: `indices` of each class.
func shapes(_ indices: Range<Int>) -> (images: Tensor, labels: [Int]) {
    let demo = DemoImages(seed: 0)
    let preprocessing = Preprocessing(size: 32, resize: 1, normalization: .cifar10)
    let labels = indices.flatMap { _ in 0..<4 }
    let images = indices.flatMap { index in (0..<4).map { demo.image(label: $0, index: index) } }
    return (preprocessing.tensor(of: images), labels)
}

/// Trains for `epochs` and gives the share of the other images that is told right.
func accuracy(
    _ parameters: [Parameter], epochs: Int, rate: Double, _ logits: (Tensor, Mode) -> Tensor
) -> Double {
    let (train, valid) = (shapes(0..<120), shapes(120..<160))
    let optimizer = Optimizer(parameters, rule: AdamW())
    var generator = RandomGenerator(seed: 0)
    var order = Array(train.labels.indices)
    let rows = train.images.reshaped([order.count, 32 * 32 * 3])
    for epoch in 0..<epochs {
        order.shuffle(using: &generator)
        for first in stride(from: 0, to: order.count, by: 32) {
            let batch = Array(order[first..<first + 32])
            let images = rows.gathered(rows: Tensor(batch.map { Int32($0) })).reshaped([32, 32, 32, 3])
            let loss = crossEntropy(logits(images, .training), Tensor(batch.map { Int32(train.labels[$0]) }))
            let falling = rate * (1 - Double(epoch) / Double(epochs))
            optimizer.step(gradients(of: loss, withRespectTo: parameters.map(\.value)), rate: falling)
        }
    }
    let said = logits(valid.images, .inference).argmax(axis: -1).int32s
    return Double(zip(said, valid.labels).count { Int($0) == $1 }) / Double(valid.labels.count)
}

/// Two convolutions with their normalisations; what comes in is added to what comes out.
final class Block: Module {
    let conv1, conv2: Conv2d
    let bn1, bn2: BatchNorm2d
    let shortcut: Conv2d?

    init(_ inputs: Int, _ outputs: Int, stride: Int, using generator: inout RandomGenerator) {
        func convolution(_ inputs: Int, stride: Int, using generator: inout RandomGenerator) -> Conv2d {
            let geometry = ConvolutionGeometry(stride: PixelPair(stride), padding: 1)
            return Conv2d(inputs, outputs, kernel: 3, geometry, hasBias: false, using: &generator)
        }
        conv1 = convolution(inputs, stride: stride, using: &generator)
        conv2 = convolution(outputs, stride: 1, using: &generator)
        (bn1, bn2) = (BatchNorm2d(outputs), BatchNorm2d(outputs))
        let isSame = stride == 1 && inputs == outputs
        shortcut =
            isSame
            ? nil
            : Conv2d(inputs, outputs, kernel: 1, ConvolutionGeometry(stride: PixelPair(stride)), using: &generator)
    }

    func callAsFunction(_ x: Tensor, _ mode: Mode, isResidual: Bool) -> Tensor {
        let inner = bn2(conv2(bn1(conv1(x), mode: mode).relu()), mode: mode)
        return isResidual ? (inner + (shortcut?(x) ?? x)).relu() : inner.relu()
    }
}

/// The share that a network of 2 + 6 `repeats` layers tells right, with shortcuts or without.
func residualNetwork(isResidual: Bool, repeats: Int, epochs: Int = 8) -> Double {
    var generator = RandomGenerator(seed: 0)
    let stem = Conv2d(3, 16, kernel: 3, ConvolutionGeometry(stride: 2, padding: 1), using: &generator)
    let stages = [(16, 16, 1), (16, 32, 2), (32, 64, 2)]
    let blocks = stages.flatMap { inputs, outputs, stride in
        (0..<repeats).map { repeated in
            repeated == 0
                ? Block(inputs, outputs, stride: stride, using: &generator)
                : Block(outputs, outputs, stride: 1, using: &generator)
        }
    }
    let output = Linear(64, 4, using: &generator)
    let used = blocks.flatMap { block in
        isResidual
            ? block.parameters
            : [block.conv1, block.conv2].flatMap(\.parameters) + [block.bn1, block.bn2].flatMap(\.parameters)
    }
    return accuracy(stem.parameters + used + output.parameters, epochs: epochs, rate: 0.004) { images, mode in
        var x = stem(images).relu()
        for block in blocks { x = block(x, mode, isResidual: isResidual) }
        return output(x.globallyAveraged())
    }
}

/// The Swift of the lesson on convolutional networks, as it stands there, and the numbers that it says come of it.
@Suite struct SnippetsVisionTests {
    @Test func everyPixelAWeight() {
        var generator = RandomGenerator(seed: 0)
        let hidden = Linear(32 * 32 * 3, 64, using: &generator)
        let output = Linear(64, 4, using: &generator)
        let found = accuracy(hidden.parameters + output.parameters, epochs: 12, rate: 0.002) { images, _ in
            output(hidden(images.reshaped([images.shape[0], 32 * 32 * 3])).relu())
        }
        #expect(abs(found - 0.77) < 0.1)
    }

    @Test func convolutions() {
        var generator = RandomGenerator(seed: 0)
        let half = ConvolutionGeometry(stride: 2, padding: 1)
        let layers = [(3, 16), (16, 32), (32, 64)].map { Conv2d($0, $1, kernel: 3, half, using: &generator) }
        let output = Linear(64, 4, using: &generator)
        let parameters = layers.flatMap(\.parameters) + output.parameters
        let found = accuracy(parameters, epochs: 12, rate: 0.004) { images, _ in
            var x = images
            for layer in layers { x = layer(x).relu() }
            return output(x.globallyAveraged())
        }
        #expect(abs(found - 0.83) < 0.1)
    }

    @Test func batchNormalisationByHand() {
        var generator = RandomGenerator(seed: 0)
        let numbers = (0..<8 * 6 * 6 * 5).map { _ in 3 * generator.normal() + 2 }
        let x = Tensor(numbers, shape: [8, 6, 6, 5])
        let layer = BatchNorm2d(5)
        let channels = x.reshaped([8 * 6 * 6, 5])
        let (mean, variance) = (channels.mean(axes: [0]), channels.variance(axes: [0]))
        let normalized = (channels - mean) / (variance + layer.epsilon).sqrt()
        let byHand = (normalized * layer.weight.value + layer.bias.value).reshaped(x.shape)
        let difference = (byHand - layer(x, mode: .training)).floats.map(abs).max() ?? 1
        #expect(difference < 1e-5)
    }

    @Test(arguments: [false, true])
    func fourteenLayersNeedNoShortcuts(_ isResidual: Bool) {
        #expect(residualNetwork(isResidual: isResidual, repeats: 2) > 0.85)
    }

    @Test func fiftyLayersDo() {
        let plain = residualNetwork(isResidual: false, repeats: 8, epochs: 4)
        let residual = residualNetwork(isResidual: true, repeats: 8, epochs: 4)
        #expect(residual > plain + 0.25, "\(plain) \(residual)")
    }
}
