import ZooKernels

@_exported import struct ZooKernels.PixelPair
@_exported import struct ZooKernels.ConvolutionGeometry

extension Tensor {
    /// Convolves images whose channels lie side by side; the window is not turned (what networks call convolution).
    ///
    /// `y[n, i, j, o] = bias[o] + sum over v, u, c of x[n, i s + v d - p, j s + u d - p, c] weight[o, c, v, u]` with zeros
    /// outside of the image; with groups, each part of the outputs sees its part of the channels. In Float64 it is slow:
    /// for gradient checks. First-order gradients only.
    /// - Shapes: x [images, height, width, channels], weight [outputs, channels / groups, kernelHeight, kernelWidth],
    ///   bias [outputs] -> [images, outHeight, outWidth, outputs],
    ///   outHeight = floor((height + paddings - dilation (kernelHeight - 1) - 1) / stride) + 1
    /// - Precondition: shapes as above, groups divide channels and outputs, real and equal element types.
    public func convolved(
        with weight: Tensor, bias: Tensor? = nil, _ geometry: ConvolutionGeometry = ConvolutionGeometry(),
        groups: Int = 1
    ) -> Tensor {
        let shape = convolutionShape(weight, geometry, groups)
        let result = Tensor(
            uninitialized: [shape.images, shape.outputHeight, shape.outputWidth, shape.outputs], dtype)
        switch dtype {
        case .float32:
            let prepared = PreparedConvolution(weight.float32, shape, isUsedOnce: true)
            prepared(float32, shape, bias: nil, into: result.float32)
        case .float64: convolution(shape, float64, weights: weight.float64, into: result.float64)
        case .int32: preconditionFailure("convolved needs real elements: convert int32 first")
        }
        let recorded = result.recorded(from: self, weight, saving: .inputs) { step in
            precondition(!step.createGraph, "convolved has first-order gradients only")
            let (x, weight, gradient) = (step.input(0), step.input(1), step.gradient)
            return [
                step.needs(0) ? inputGradient(shape, gradient, weight, x.shape) : nil,
                step.needs(1) ? weightGradient(shape, x, gradient, weight.shape) : nil,
            ]
        }
        return bias.map { recorded + $0 } ?? recorded
    }

    private func convolutionShape(_ weight: Tensor, _ geometry: ConvolutionGeometry, _ groups: Int) -> ConvolutionShape
    {
        precondition(
            rank == 4 && weight.rank == 4,
            "convolved: images and weights have four axes: \(shape) with \(weight.shape)")
        precondition(dtype == weight.dtype, "convolved: element types \(dtype) and \(weight.dtype) differ")
        precondition(
            shape[3] == weight.shape[1] * groups,
            "convolved: \(shape[3]) channels of \(shape) are not \(groups) x those of \(weight.shape)")
        return ConvolutionShape(
            images: shape[0], height: shape[1], width: shape[2], channels: shape[3], outputs: weight.shape[0],
            kernel: PixelPair(y: weight.shape[2], x: weight.shape[3]), geometry: geometry, groups: groups)
    }
}

private func inputGradient(
    _ shape: ConvolutionShape, _ gradient: Tensor, _ weight: Tensor, _ inputShape: Shape
) -> Tensor {
    let result = Tensor(uninitialized: inputShape, gradient.dtype)
    if gradient.dtype == .float32 {
        convolutionInputGradient(shape, gradient.float32, weights: weight.float32, into: result.float32)
    } else {
        convolutionInputGradient(shape, gradient.float64, weights: weight.float64, into: result.float64)
    }
    return result
}

private func weightGradient(
    _ shape: ConvolutionShape, _ x: Tensor, _ gradient: Tensor, _ weightShape: Shape
) -> Tensor {
    let result = Tensor(uninitialized: weightShape, gradient.dtype)
    if gradient.dtype == .float32 {
        convolutionWeightGradient(shape, x.float32, gradient: gradient.float32, into: result.float32)
    } else {
        convolutionWeightGradient(shape, x.float64, gradient: gradient.float64, into: result.float64)
    }
    return result
}
