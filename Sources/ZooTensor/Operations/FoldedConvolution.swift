import ZooKernels

/// A convolution for inference: weights packed once, with a following normalisation folded in, and addition and activation
/// fused into the store. Not recorded for gradients.
public final class FoldedConvolution: Sendable {
    private let prepared: PreparedConvolution
    private let bias: Tensor
    private let weightShape: Shape
    private let groups: Int
    private let activation: FusedActivation

    /// Folds `activation(convolution * scale + shift)`.
    ///
    /// - Shapes: weight [outputs, channels / groups, kernelHeight, kernelWidth], scale and shift [outputs]
    /// - Precondition: float32, shapes as above.
    public init(
        weight: Tensor, scale: Tensor? = nil, shift: Tensor? = nil, groups: Int = 1, activation: FusedActivation = .none
    ) {
        let outputs = weight.shape[0]
        precondition(weight.rank == 4 && weight.dtype == .float32, "FoldedConvolution: weight \(weight.shape)")
        for values in [scale, shift].compactMap({ $0 }) {
            precondition(values.shape == [outputs], "FoldedConvolution: \(values.shape) with weight \(weight.shape)")
        }
        let folded = (scale.map { weight.detached() * $0.detached().reshaped([outputs, 1, 1, 1]) } ?? weight).detached()
        bias = shift?.detached() ?? .zeros([outputs])
        weightShape = weight.shape
        self.activation = activation
        self.groups = groups
        let shape = Self.shape([0, 0, 0, weight.shape[1] * groups], weight.shape, ConvolutionGeometry(), groups)
        prepared = withExtendedLifetime(folded) { PreparedConvolution(folded.float32, shape) }
    }

    /// Applies it.
    ///
    /// - Shapes: x [images, height, width, channels], residual and result [images, outHeight, outWidth, outputs]
    /// - Parameter residual: added before the activation
    /// - Precondition: float32, shapes as above.
    public func callAsFunction(_ x: Tensor, _ geometry: ConvolutionGeometry, residual: Tensor? = nil) -> Tensor {
        precondition(
            x.rank == 4 && x.dtype == .float32 && x.shape[3] == weightShape[1] * groups,
            "FoldedConvolution: images \(x.shape) with weight \(weightShape)")
        let shape = Self.shape(x.shape, weightShape, geometry, groups)
        let result = Tensor(
            uninitialized: [shape.images, shape.outputHeight, shape.outputWidth, shape.outputs], .float32)
        precondition(
            residual.map { $0.shape == result.shape } ?? true,
            "FoldedConvolution: the residual of \(result.shape) has another shape")
        prepared(
            x.float32, shape, bias: bias.float32, residual: residual?.float32, activation: activation,
            into: result.float32)
        return result
    }

    private static func shape(_ x: Shape, _ weight: Shape, _ geometry: ConvolutionGeometry, _ groups: Int)
        -> ConvolutionShape
    {
        ConvolutionShape(
            images: x[0], height: x[1], width: x[2], channels: x[3], outputs: weight[0],
            kernel: PixelPair(y: weight[2], x: weight[3]), geometry: geometry, groups: groups)
    }
}
