import Testing
import ZooTensor
import ZooTesting

/// Forwards and gradients of the operations on images against PyTorch.
private let operations: [String: @Sendable ([Tensor]) -> Tensor] = {
    var all: [String: @Sendable ([Tensor]) -> Tensor] = [:]
    let convolutions: [(String, ConvolutionGeometry, Int)] = [
        ("plain", ConvolutionGeometry(), 1),
        ("padded", ConvolutionGeometry(padding: 1), 1),
        ("strided", ConvolutionGeometry(stride: 2, padding: 1), 1),
        (
            "oblong",
            ConvolutionGeometry(
                stride: PixelPair(y: 1, x: 3), padding: PixelPair(y: 2, x: 1), dilation: PixelPair(y: 2, x: 1)), 1
        ),
        ("point", ConvolutionGeometry(), 1),
        ("stridedPoint", ConvolutionGeometry(stride: 2), 1),
        ("grouped", ConvolutionGeometry(padding: 1), 3),
        ("depthwise", ConvolutionGeometry(padding: 1), 18),
        ("depthwiseWide", ConvolutionGeometry(stride: 2, padding: 2), 16),
        ("depthwise7", ConvolutionGeometry(padding: 3), 17),
        ("multiplied", ConvolutionGeometry(), 3),
        ("stem", ConvolutionGeometry(stride: 2, padding: 3), 1),
    ]
    for (name, geometry, groups) in convolutions {
        all["convolved/\(name)"] = { x in x[0].convolved(with: x[1], geometry, groups: groups) }
    }
    all["maxPooled"] = { x in x[0].maxPooled(kernel: 3, ConvolutionGeometry(stride: 2, padding: 1)) }
    all["averagePooled"] = { x in
        x[0].averagePooled(
            kernel: PixelPair(y: 2, x: 3), ConvolutionGeometry(stride: PixelPair(y: 2, x: 1), padding: 1))
    }
    all["globallyAveraged"] = { x in x[0].globallyAveraged() }
    all["relu6"] = { x in x[0].relu6() }
    all["silu"] = { x in x[0].silu() }
    all["hardSigmoid"] = { x in x[0].hardSigmoid() }
    all["gelu"] = { x in x[0].gelu() }
    all["rowsNormalized"] = { x in x[0].rowsNormalized(weight: x[1], bias: x[2], epsilon: 1e-6) }
    all["hardSwish"] = { x in x[0].hardSwish() }
    all["channelsNormalized"] = { x in
        x[0].channelsNormalized(weight: x[1], bias: x[2], epsilon: 1e-5, residual: x[3], activation: .relu).output
    }
    all["channelsNormalized6"] = { x in
        x[0].channelsNormalized(weight: x[1], bias: x[2], epsilon: 1e-5, activation: .relu6).output
    }
    return all
}()

@Test(arguments: [DType.float32, .float64])
func operationsOnImagesFollowPyTorch(_ dtype: DType) throws {
    let goldens = try GoldenFile(named: "vision")
    #expect(Set(goldens.cases.keys) == Set(operations.keys))
    for (name, operation) in operations {
        if name == "maxPooled", dtype == .float64 { continue }
        let golden = try goldens.named(name)
        let inputs = golden.inputs.map { $0.tensor(dtype).trackingGradients() }
        let output = operation(inputs)
        let (relative, absolute) = dtype == .float32 ? (1e-4, 2e-5) : (1e-6, 1e-6)
        do {
            try assertClose(output, golden.output.tensor(.float64), relative: relative, absolute: absolute)
            let cotangent = try #require(golden.cotangent).tensor(dtype)
            let found = gradients(of: output, withRespectTo: inputs, cotangent: cotangent)
            for (gradient, expected) in zip(found, try #require(golden.gradients)) {
                try assertClose(
                    try #require(gradient).dense, expected.tensor(.float64), relative: relative, absolute: absolute)
            }
        } catch {
            Issue.record("\(name) in \(dtype): \(error)")
        }
    }
}
