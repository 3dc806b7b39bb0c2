import ZooKernels

extension Tensor {
    /// The greatest element of each window, channel by channel; what lies outside of the image does not count. NaN wins.
    ///
    /// The gradient goes to the first of equals. First-order gradients only.
    /// - Shapes: x [images, height, width, channels] -> [images, outHeight, outWidth, channels], sizes as for
    ///   ``convolved(with:bias:_:groups:)``
    /// - Precondition: four axes, float32, padding at most half of the kernel.
    public func maxPooled(kernel: PixelPair, _ geometry: ConvolutionGeometry) -> Tensor {
        precondition(rank == 4 && dtype == .float32, "maxPooled: \(shape) of \(dtype) are not float32 images")
        precondition(
            geometry.padding.y * 2 <= kernel.y && geometry.padding.x * 2 <= kernel.x,
            "maxPooled: padding \(geometry.padding) is more than half of the kernel \(kernel)")
        let window = ConvolutionShape(
            images: shape[0], height: shape[1], width: shape[2], channels: shape[3], outputs: shape[3], kernel: kernel,
            geometry: geometry, groups: Swift.max(shape[3], 1))
        let result = Tensor(uninitialized: [shape[0], window.outputHeight, window.outputWidth, shape[3]], .float32)
        guard requiresGradient else {
            maxPool(window, float32, into: result.float32, taps: nil)
            return result
        }
        let taps = PooledBuffer(byteCount: result.count)
        maxPool(window, float32, into: result.float32, taps: taps.address.assumingMemoryBound(to: UInt8.self))
        return result.recorded(from: self) { step in
            precondition(!step.createGraph, "maxPooled has first-order gradients only")
            let found = Tensor(uninitialized: step.input(0).shape, .float32)
            maxPoolGradient(
                window, step.gradient.float32, taps: taps.address.assumingMemoryBound(to: UInt8.self),
                into: found.float32)
            return [found]
        }
    }

    /// The mean of each window, channel by channel; zeros outside of the image count, as in PyTorch.
    ///
    /// - Shapes: x [images, height, width, channels] -> [images, outHeight, outWidth, channels]
    /// - Precondition: four axes, a real element type.
    public func averagePooled(kernel: PixelPair, _ geometry: ConvolutionGeometry) -> Tensor {
        precondition(rank == 4, "averagePooled: \(shape) are not images")
        let share = Tensor.full(1 / Double(kernel.y * kernel.x), [shape[3], 1, kernel.y, kernel.x], dtype)
        return convolved(with: share, geometry, groups: Swift.max(shape[3], 1))
    }

    /// The mean over the pixels of each image.
    ///
    /// - Shapes: x [images, height, width, channels] -> [images, channels]
    /// - Precondition: four axes, a real element type.
    public func globallyAveraged() -> Tensor {
        precondition(rank == 4, "globallyAveraged: \(shape) are not images")
        return reshaped([shape[0], shape[1] * shape[2], shape[3]]).mean(axes: [1])
    }
}
