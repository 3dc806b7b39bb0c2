import Testing
import ZooKernels
import ZooTensor
import ZooTesting

/// One convolution by its sizes.
struct ConvolutionCase: Sendable, CustomStringConvertible {
    var images = 2
    var height = 9
    var width = 7
    var channels = 16
    var outputs = 32
    var kernel = PixelPair(3)
    var geometry = ConvolutionGeometry()
    var groups = 1

    var description: String {
        "\(images)x\(height)x\(width)x\(channels) to \(outputs) by \(kernel), \(geometry), \(groups)"
    }
}

private let cases: [ConvolutionCase] = [
    ConvolutionCase(),
    ConvolutionCase(geometry: ConvolutionGeometry(padding: 1)),
    ConvolutionCase(geometry: ConvolutionGeometry(stride: 2, padding: 0, trailingPadding: 1)),
    ConvolutionCase(
        images: 3, height: 14, width: 14, channels: 32, outputs: 48, geometry: ConvolutionGeometry(padding: 1)),
    ConvolutionCase(
        images: 16, height: 8, width: 8, channels: 64, outputs: 64, geometry: ConvolutionGeometry(padding: 1)),
    ConvolutionCase(
        images: 4, height: 6, width: 6, channels: 256, outputs: 40, geometry: ConvolutionGeometry(stride: 2, padding: 1)
    ),
    ConvolutionCase(channels: 1024, outputs: 17, kernel: 1),
    ConvolutionCase(
        images: 1, height: 30, width: 30, channels: 3, outputs: 64, kernel: 7,
        geometry: ConvolutionGeometry(stride: 2, padding: 3)),
    ConvolutionCase(
        height: 20, width: 20, channels: 24, outputs: 24, geometry: ConvolutionGeometry(padding: 1), groups: 24),
    ConvolutionCase(
        channels: 20, outputs: 20, kernel: 5, geometry: ConvolutionGeometry(stride: 2, padding: 1, trailingPadding: 2),
        groups: 20),
    ConvolutionCase(
        height: 12, width: 11, channels: 36, outputs: 36, kernel: 5, geometry: ConvolutionGeometry(padding: 2),
        groups: 36),
    ConvolutionCase(
        height: 11, width: 12, channels: 40, outputs: 40, geometry: ConvolutionGeometry(stride: 2, padding: 1),
        groups: 40),
    ConvolutionCase(
        height: 12, width: 12, channels: 16, outputs: 16, geometry: ConvolutionGeometry(padding: 2, dilation: 2),
        groups: 16),
    ConvolutionCase(
        height: 9, width: 10, channels: 17, outputs: 17, kernel: PixelPair(y: 2, x: 7),
        geometry: ConvolutionGeometry(padding: PixelPair(y: 0, x: 5)), groups: 17),
    ConvolutionCase(
        height: 15, width: 17, channels: 24, outputs: 24, kernel: 7, geometry: ConvolutionGeometry(padding: 3),
        groups: 24),
    ConvolutionCase(
        height: 3, width: 4, channels: 40, outputs: 40, kernel: 7, geometry: ConvolutionGeometry(padding: 3),
        groups: 40),
    ConvolutionCase(
        height: 13, width: 12, channels: 16, outputs: 16, kernel: 7,
        geometry: ConvolutionGeometry(stride: 2, padding: 2),
        groups: 16),
    ConvolutionCase(
        images: 1, height: 1, width: 1, channels: 1, outputs: 1, kernel: 3, geometry: ConvolutionGeometry(padding: 1)),
    ConvolutionCase(
        images: 1, height: 3, width: 4, channels: 2, outputs: 3, kernel: 5, geometry: ConvolutionGeometry(padding: 4)),
]

/// Every way through the kernels against the plain sums in Float64.
@Test(arguments: cases)
func convolutionsAgreeWithPlainSums(_ sizes: ConvolutionCase) throws {
    var generator = RandomGenerator(seed: 3)
    let fanIn = sizes.channels / sizes.groups * sizes.kernel.y * sizes.kernel.x
    let x = Tensor.normal([sizes.images, sizes.height, sizes.width, sizes.channels], using: &generator)
    let weight = Tensor.normal(
        [sizes.outputs, sizes.channels / sizes.groups, sizes.kernel.y, sizes.kernel.x],
        standardDeviation: 1 / Double(fanIn).squareRoot(), using: &generator)
    func run(_ dtype: DType) throws -> [Tensor] {
        let inputs = [x, weight].map { $0.converted(to: dtype).trackingGradients() }
        let y = inputs[0].convolved(with: inputs[1], sizes.geometry, groups: sizes.groups)
        var generator = RandomGenerator(seed: 9)
        let push = Tensor.normal(y.shape, using: &generator).converted(to: dtype)
        let found = gradients(of: y, withRespectTo: inputs, cotangent: push)
        return [y.detached()] + (try found.map { try #require($0).dense })
    }
    for (fast, plain) in zip(try run(.float32), try run(.float64)) {
        let size = (plain * plain).mean().item.squareRoot()
        try assertClose(fast, plain, relative: 0, absolute: 1e-4 * size)
    }
}

@Test func convolutionGradientsAgreeWithDifferences() throws {
    var generator = RandomGenerator(seed: 4)
    let x = Tensor.normal([2, 5, 4, 4], .float64, using: &generator)
    let weight = Tensor.normal([6, 2, 3, 2], .float64, using: &generator)
    let bias = Tensor.normal([6], .float64, using: &generator)
    try checkGradient(at: [x, weight, bias]) { inputs in
        inputs[0].convolved(
            with: inputs[1], bias: inputs[2], ConvolutionGeometry(stride: PixelPair(y: 2, x: 1), padding: 1), groups: 2)
    }
}

@Test func windowThatDoesNotFitGivesNothing() throws {
    let x = Tensor.ones([2, 2, 5, 3]).trackingGradients()
    let weight = Tensor.ones([4, 3, 3, 3]).trackingGradients()
    let y = x.convolved(with: weight)
    #expect(y.shape == [2, 0, 3, 4])
    let found = gradients(of: y.sum(), withRespectTo: [x, weight])
    #expect(try #require(found[0]).dense.floats.allSatisfy { $0 == 0 })
    #expect(try #require(found[1]).dense.floats.allSatisfy { $0 == 0 })
    #expect(Tensor.zeros([0, 8, 8, 3]).convolved(with: weight.detached()).shape == [0, 6, 6, 4])
}

@Test(arguments: [1, 16])
func foldedConvolutionEqualsTheLayersItReplaces(_ channels: Int) throws {
    var generator = RandomGenerator(seed: 5)
    let x = Tensor.normal([2, 8, 8, channels * 2], using: &generator)
    let weight = Tensor.normal([channels * 3, channels * 2, 3, 3], using: &generator)
    let scale = Tensor.uniform([channels * 3], in: 0.5..<2, using: &generator)
    let shift = Tensor.normal([channels * 3], using: &generator)
    let geometry = ConvolutionGeometry(padding: 1)
    let folded = FoldedConvolution(weight: weight, scale: scale, shift: shift, activation: .relu6)
    for images in [2, 1] {
        let part = Tensor(Array(x.floats.prefix(images * 128 * channels)), shape: [images, 8, 8, channels * 2])
        let plain = part.convolved(with: weight, geometry) * scale + shift
        let residual = Tensor.normal(plain.shape, using: &generator)
        try assertClose(
            folded(part, geometry, residual: residual), (plain + residual).relu6(), relative: 1e-4, absolute: 2e-4)
    }
}

/// By Winograd, plain products, direct tiles and channel by channel; 19 channels fill no register.
@Test(
    arguments: [(3, 1, 16, 1), (1, 1, 19, 1), (1, 1, 40, 1), (3, 2, 19, 1), (3, 1, 19, 19), (7, 1, 24, 24)],
    [FusedActivation.hardSwish, .silu, .gelu])
func foldedActivationsEqualThoseOfTensors(
    _ layer: (kernel: Int, stride: Int, channels: Int, groups: Int), _ activation: FusedActivation
) throws {
    var generator = RandomGenerator(seed: 6)
    let channels = layer.channels
    let x = Tensor.normal([2, 9, 8, channels], using: &generator)
    let weight = Tensor.normal(
        [channels, channels / layer.groups, layer.kernel, layer.kernel], standardDeviation: 0.3, using: &generator)
    let shift = Tensor.normal([channels], using: &generator)
    let geometry = ConvolutionGeometry(stride: PixelPair(layer.stride), padding: PixelPair(layer.kernel / 2))
    let folded = FoldedConvolution(weight: weight, shift: shift, groups: layer.groups, activation: activation)
    let plain = x.convolved(with: weight, bias: shift, geometry, groups: layer.groups).converted(to: .float64)
    try assertClose(folded(x, geometry), activation(plain), relative: 1e-4, absolute: 1e-4)
}

@Test(arguments: [FusedActivation.hardSwish, .silu, .gelu])
func activationGradientsAgreeWithDifferences(_ activation: FusedActivation) throws {
    var generator = RandomGenerator(seed: 7)
    let x = Tensor.normal([40], .float64, using: &generator) * 3
    try checkGradient(at: [x]) { activation($0[0]) }
    try checkSecondGradient(at: [x]) { activation($0[0]) }
}

@Test(arguments: [1, 5, 40])
func normalizedRowsAgreeWithDifferencesAndWithDoubles(_ channels: Int) throws {
    var generator = RandomGenerator(seed: 8)
    let parts = [
        Tensor.normal([3, 100, channels], .float64, using: &generator) * 3 + 2,
        Tensor.normal([channels], .float64, using: &generator), Tensor.normal([channels], .float64, using: &generator),
    ]
    try checkGradient(at: parts) { $0[0].rowsNormalized(weight: $0[1], bias: $0[2], epsilon: 1e-3) }
    func run(_ dtype: DType, createGraph: Bool = false) throws -> [Tensor] {
        let inputs = parts.map { $0.converted(to: dtype).trackingGradients() }
        let y = inputs[0].rowsNormalized(weight: inputs[1], bias: inputs[2], epsilon: 1e-3)
        let found = gradients(of: (y * y * y).sum(), withRespectTo: inputs, createGraph: createGraph)
        return [y.detached()] + (try found.map { try #require($0).dense.detached() })
    }
    let plain = try run(.float64)
    for found in [try run(.float32), try run(.float32, createGraph: true)] {
        for (fast, plain) in zip(found, plain) {
            let size = (plain * plain).mean().item.squareRoot()
            try assertClose(fast, plain, relative: 0, absolute: 1e-4 * size + 1e-5)
        }
    }
}

/// By Winograd, plain products, direct tiles and channel by channel.
@Test(
    arguments: [(3, 1, 16, 1), (1, 1, 16, 1), (3, 2, 16, 1), (3, 1, 16, 16)],
    [FusedActivation.relu, .relu6, .hardSwish, .silu, .gelu])
func foldedActivationsPassNaNOn(
    _ layer: (kernel: Int, stride: Int, channels: Int, groups: Int), _ activation: FusedActivation
) {
    let channels = layer.channels
    var elements = [Float](repeating: 0.5, count: 8 * 8 * channels)
    elements[(3 * 8 + 3) * channels] = .nan
    let x = Tensor(elements, shape: [1, 8, 8, channels])
    let weight = Tensor.ones([channels, channels / layer.groups, layer.kernel, layer.kernel])
    let folded = FoldedConvolution(
        weight: weight, scale: .ones([channels]), shift: .zeros([channels]), groups: layer.groups,
        activation: activation)
    let geometry = ConvolutionGeometry(stride: PixelPair(layer.stride), padding: PixelPair(layer.kernel / 2))
    let found = folded(x, geometry).floats
    #expect(found.contains { $0.isNaN } && found.contains { !$0.isNaN } && found.allSatisfy { !($0 < 0) })
}

@Test func pooledMaximumPassesNaNOn() {
    var elements = [Float](repeating: 1, count: 16)
    elements[5] = .nan
    let pooled = Tensor(elements, shape: [1, 4, 4, 1]).maxPooled(kernel: 2, ConvolutionGeometry(stride: 2))
    #expect(pooled.floats.map(\.isNaN) == [true, false, false, false])
}

@Test func normalizationGradientsAgreeWithDifferences() throws {
    var generator = RandomGenerator(seed: 6)
    let x = Tensor.normal([3, 2, 2, 4], .float64, using: &generator)
    let parts = [
        x, .normal([4], .float64, using: &generator), .normal([4], .float64, using: &generator), x * 0.5 + 0.1,
    ]
    try checkGradient(at: parts) { inputs in
        inputs[0].channelsNormalized(
            weight: inputs[1], bias: inputs[2], epsilon: 1e-3, residual: inputs[3], activation: .relu
        ).output
    }
}

/// Large means must not swallow small deviations, and many rows must not swallow late ones.
@Test func statisticsOfManyRowsStayExact() throws {
    let rows = 20_000
    let elements = (0..<rows).flatMap { [Float($0 % 7) + 1000, Float($0)] }
    let (_, statistics) = Tensor(elements, shape: [rows, 2]).channelsNormalized(
        weight: .ones([2]), bias: .zeros([2]), epsilon: 1e-5)
    let small = (0..<rows).map { Double($0 % 7) }
    let mean = small.reduce(0, +) / Double(rows)
    let variance = small.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(rows)
    try assertClose(statistics.mean.floats.map { Double($0) }, [1000 + mean, Double(rows - 1) / 2], relative: 1e-6)
    let wide = (Double(rows) * Double(rows) - 1) / 12
    try assertClose(statistics.variance.floats.map { Double($0) }, [variance, wide], relative: 1e-5)
}
