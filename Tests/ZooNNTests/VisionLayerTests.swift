import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooTesting

@Test func batchNorm2dFollowsPyTorch() throws {
    let golden = try GoldenFile(named: "vision").named("batchNorm2d")
    let layer = BatchNorm2d(3)
    let tensors = golden.inputs.map { $0.tensor() }
    layer.weight.value = tensors[0]
    layer.bias.value = tensors[1]
    for batch in tensors[2...3] { _ = layer(batch, mode: .training) }
    try assertClose(layer.runningMean.value, tensors[4], relative: 1e-5)
    try assertClose(layer.runningVar.value, tensors[5], relative: 1e-5)
    try assertClose(layer(tensors[2], mode: .inference), golden.output.tensor(), relative: 1e-4, absolute: 1e-5)
    let (scale, shift) = layer.scaleAndShift()
    try assertClose(tensors[2] * scale + shift, golden.output.tensor(), relative: 1e-4, absolute: 1e-5)
}

@Test func frozenBatchNorm2dKeepsItsStatistics() throws {
    var generator = RandomGenerator(seed: 1)
    let layer = BatchNorm2d(2)
    layer.isFrozen = true
    let x = Tensor.normal([2, 3, 3, 2], mean: 5, using: &generator)
    let output = layer(x, mode: .training)
    #expect(layer.runningMean.value.floats == [0, 0])
    try assertClose(output, layer(x, mode: .inference))
}

@Test func squeezeExcitationFollowsPyTorch() throws {
    var generator = RandomGenerator(seed: 1)
    let golden = try GoldenFile(named: "vision").named("squeezeExcitation")
    let tensors = golden.inputs.map { $0.tensor() }
    let layer = SqueezeExcitation(4, squeezed: 2, using: &generator)
    try layer.load(
        state: zip(["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"], tensors.dropFirst()).map {
            NamedTensor(path: $0, tensor: $1)
        })
    try assertClose(layer(tensors[0]), golden.output.tensor(), relative: 1e-5)
}

@Test func globalResponseNormFollowsTimm() throws {
    let golden = try GoldenFile(named: "vision").named("globalResponseNorm")
    let tensors = golden.inputs.map { $0.tensor().trackingGradients() }
    let layer = GlobalResponseNorm(6)
    #expect(layer.namedParameters().map(\.path) == ["weight", "bias"])
    (layer.weight.value, layer.bias.value) = (tensors[1].detached(), tensors[2].detached())
    let output = layer(tensors[0])
    try assertClose(output, golden.output.tensor(), relative: 1e-5, absolute: 1e-6)
    let found = gradients(
        of: output, withRespectTo: [tensors[0], layer.weight.value, layer.bias.value],
        cotangent: try #require(golden.cotangent).tensor())
    for (gradient, expected) in zip(found, try #require(golden.gradients)) {
        try assertClose(try #require(gradient).dense, expected.tensor(), relative: 1e-4, absolute: 1e-5)
    }
    // A channel of zeros has no length and no slope.
    let zeros = Tensor.zeros([1, 2, 2, 6]).trackingGradients()
    let slope = gradients(of: layer(zeros).sum(), withRespectTo: [zeros])[0]?.dense.floats ?? []
    #expect(!slope.isEmpty && slope.allSatisfy(\.isFinite))
}

@Test func conv2dStartsAsPyTorchDoes() {
    var generator = RandomGenerator(seed: 1)
    let layer = Conv2d(6, 8, kernel: 3, ConvolutionGeometry(stride: 2, padding: 1), groups: 2, using: &generator)
    #expect(layer.namedParameters().map(\.path) == ["weight", "bias"])
    #expect(layer.weight.shape == [8, 3, 3, 3])
    let bound = Float(1 / 27.0.squareRoot())
    let values = layer.weight.value.floats + (layer.bias?.value.floats ?? [])
    #expect(values.allSatisfy { abs($0) <= bound } && values.contains { abs($0) > bound * 0.9 })
    #expect(layer(.zeros([1, 8, 7, 6])).shape == [1, 4, 4, 8])
}

@Test(arguments: [(5, 2, 8), (5, 2, 7), (3, 2, 6), (3, 1, 5), (1, 2, 5)])
func convolutionThatKeepsSizePadsLateSideMore(_ kernel: Int, _ stride: Int, _ size: Int) throws {
    var generator = RandomGenerator(seed: 2)
    let layer = Conv2d(
        1, 1, kernel: PixelPair(kernel), ConvolutionGeometry(stride: PixelPair(stride)), keepsSize: true,
        hasBias: false,
        using: &generator)
    let geometry = layer.geometry(for: [1, size, size, 1])
    #expect((0...1).contains(geometry.trailingPadding.x - geometry.padding.x))
    #expect(
        layer(.ones([1, size, size, 1])).shape == [1, (size + stride - 1) / stride, (size + stride - 1) / stride, 1])
}
