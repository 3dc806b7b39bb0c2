import Foundation
import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooTesting
import ZooVision

/// Numbers in -1/2 ..< 1/2 that Scripts/goldens/vision.py computes alike.
func spread(_ count: Int, phase: Double) -> [Double] {
    (1...count).map { i in
        let x = Double(i) * 0.6180339887498949 + phase * 0.7548776662466927
        let fraction = (x - x.rounded(.down)) * 97
        return (fraction * fraction).truncatingRemainder(dividingBy: 1) - 0.5
    }
}

/// The tensors' paths in the order of PyTorch's state: a normalisation's statistics follow its bias.
private func orderedPaths(_ network: any ImageNetwork) -> [(path: String, shape: Shape)] {
    let buffers = Dictionary(uniqueKeysWithValues: network.namedBuffers().map { ($0.path, $0.buffer.value.shape) })
    return network.namedParameters().flatMap { path, parameter -> [(path: String, shape: Shape)] in
        let prefix = path.dropLast("bias".count)
        let statistics = path.hasSuffix("bias") ? ["running_mean", "running_var"].map { prefix + $0 } : []
        let found = statistics.compactMap { name in buffers[String(name)].map { (path: String(name), shape: $0) } }
        return [(path: path, shape: parameter.shape)] + found
    }
}

/// Weights by the formula of Scripts/goldens/vision.py.
func fill(_ network: any ImageNetwork) throws {
    let state = orderedPaths(network).enumerated().map { number, entry in
        let (path, shape) = entry
        var values = spread(shape.count, phase: Double(number + 1))
        if shape.rank == 4 {
            let factor = (24 / Double(shape[1] * shape[2] * shape[3])).squareRoot()
            values = values.map { $0 * factor }
        } else if shape.rank == 2 {
            let factor = (12 / Double(shape[0])).squareRoot()
            // PyTorch's linear layers are the other way round.
            let turned = Tensor(values.map { Float($0 * factor) }, shape: [shape[1], shape[0]]).transposed([1, 0])
            return NamedTensor(path: path, tensor: turned)
        } else if path.hasSuffix("running_var") || path.hasSuffix("weight") {
            values = values.map { 1 + 0.5 * $0 }
        } else {
            values = values.map { 0.2 * $0 }
        }
        return NamedTensor(path: path, tensor: Tensor(values.map { Float($0) }, shape: shape))
    }
    try network.load(state: state)
}

private func photographs(_ count: Int, _ size: Int) -> Tensor {
    Tensor(spread(count * size * size * 3, phase: 0.5).map { Float($0 * 2) }, shape: [count, size, size, 3])
}

private let cases: [(ImageArchitecture, Int, Int)] = [
    (.resnet18, 2, 70), (.resnet34, 1, 64), (.resnet50, 1, 64), (.resnet18Cifar, 2, 32), (.efficientnetLite0, 1, 224),
    (.efficientnetLite1, 1, 240), (.efficientnetLite2, 1, 260), (.mobilenetV2, 1, 96),
]

@Test(arguments: cases)
func networksFollowTheirReferences(_ architecture: ImageArchitecture, _ count: Int, _ size: Int) throws {
    var generator = RandomGenerator(seed: 1)
    let golden = try GoldenFile(named: "networks").named(architecture.rawValue).output.tensor()
    let network = architecture.network(classes: 10, using: &generator)
    try fill(network)
    let images = photographs(count, size)
    let scale = (golden * golden).mean().item.squareRoot()
    let plain = network.logits(images, .inference, using: &generator)
    try assertClose(plain, golden, relative: 0, absolute: 1e-3 * scale)
    let folded = network.logits(images, plan: InferencePlan())
    try assertClose(folded, golden, relative: 0, absolute: 1e-3 * scale)
}

private struct ModernGoldens: Decodable {
    struct Case: Decodable {
        struct Output: Decodable { let values: [Float] }
        let size: [Int]
        let output: Output
    }
    let cases: [String: [Case]]
}

/// Networks of timm and torchvision, on images of several sizes, unfolded and folded.
@Test func modernNetworksFollowTheirReferences() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/modern.json")
    let goldens = try JSONDecoder().decode(ModernGoldens.self, from: Data(contentsOf: file))
    #expect(goldens.cases.count == 16)
    for (name, cases) in goldens.cases {
        guard let architecture = ImageArchitecture(rawValue: String(name.split(separator: "/")[1])) else {
            Issue.record("\(name)")
            continue
        }
        var generator = RandomGenerator.silent
        let network = architecture.network(classes: 10, using: &generator)
        try fill(network)
        for golden in cases {
            let (height, width) = (golden.size[0], golden.size[1])
            let images = Tensor(
                spread(height * width * 3, phase: 0.5).map { Float($0 * 2) }, shape: [1, height, width, 3])
            let expected = Tensor(golden.output.values, shape: [1, 10])
            let scale = (expected * expected).mean().item.squareRoot()
            let plain = network.logits(images, .inference, using: &generator)
            let folded = network.logits(images, plan: InferencePlan())
            for found in [plain, folded] {
                let difference = zip(found.floats, expected.floats).map { abs($0 - $1) }.max() ?? .infinity
                #expect(Double(difference) <= 1e-4 * scale, "\(name) \(golden.size): \(difference) of \(scale)")
            }
        }
    }
}

@Test func trainingStepFollowsPyTorch() throws {
    var generator = RandomGenerator(seed: 1)
    let golden = try GoldenFile(named: "networks").named("training")
    let network = ImageArchitecture.resnet18Cifar.network(classes: 10, using: &generator)
    try fill(network)
    let logits = network.logits(photographs(8, 32), .training, using: &generator)
    let loss = crossEntropy(logits, Tensor((0..<8).map { Int32($0) }))
    try assertClose(loss, golden.output.tensor(), relative: 1e-4)
    let wanted = try ["conv1.weight", "layer2.0.downsample.0.weight", "layer4.1.bn2.weight"].map { path in
        try #require(network.namedParameters().first { $0.path == path }).parameter.value
    }
    // In PyTorch, too, Float32 is half a percent away from Float64 here: rectifiers that see almost 0 fall either way.
    let tolerances = [2e-2, 2e-2, 1e-3]
    let expectations = zip(try #require(golden.gradients), tolerances)
    for (gradient, (expected, tolerance)) in zip(gradients(of: loss, withRespectTo: wanted), expectations) {
        let expected = expected.tensor()
        let found = Tensor(Array(try #require(gradient).dense.floats.prefix(60)))
        let scale = (expected * expected).mean().item.squareRoot()
        try assertClose(found, expected, relative: 0, absolute: tolerance * scale)
    }
}

@Test func manyImagesGoThroughInParts() throws {
    var generator = RandomGenerator(seed: 2)
    let network = ImageArchitecture.resnet20Cifar.network(classes: 3, using: &generator)
    let images = Tensor.normal([9, 32, 32, 3], using: &generator)
    let plan = InferencePlan()
    let together = network.logits(images, plan: plan)
    #expect(together.shape == [9, 3])
    let last = network.logits(images.sliced(axis: 0, 8..<9), plan: plan)
    try assertClose(together.sliced(axis: 0, 8..<9), last, relative: 1e-4, absolute: 1e-5)
}

@Test func partsHaveTheNamesOfTorchvision() {
    var generator = RandomGenerator(seed: 3)
    let resnet = ImageArchitecture.resnet50.network(classes: 2, using: &generator).state().map(\.path)
    for name in ["conv1.weight", "bn1.running_var", "layer1.0.downsample.1.bias", "layer4.2.bn3.weight", "fc.bias"] {
        #expect(resnet.contains(name))
    }
    let lite = ImageArchitecture.efficientnetLite0.network(classes: 2, using: &generator).state().map(\.path)
    let names = [
        "features.0.0.weight", "features.1.0.block.0.0.weight", "features.2.1.block.2.1.running_mean",
        "features.8.1.bias", "classifier.1.weight",
    ]
    for name in names { #expect(lite.contains(name)) }
    let mobile = ImageArchitecture.mobilenetV2.network(classes: 2, using: &generator).state().map(\.path)
    for name in [
        "features.0.0.weight", "features.1.conv.1.weight", "features.2.conv.3.running_var", "classifier.1.bias",
    ] {
        #expect(mobile.contains(name))
    }
    #expect(Set(mobile).count == 52 * 5 + 2)
    #expect(Set(resnet).count == 53 * 5 + 2 && Set(lite).count == 49 * 5 + 2)
}
