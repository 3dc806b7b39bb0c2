import CZooSIMD
import Synchronization

/// Weights made ready for convolving images forward: packed once, used for any number and size of images.
///
/// Safe to use from any thread. Chooses the way by the shape: depthwise loops, Winograd for 3x3 windows with stride 1
/// where it pays, else one sweep of products over the pixels.
package final class PreparedConvolution: Sendable {
    private enum Kind {
        case depthwise(PooledBuffer)
        case products(PackedWeights)
    }

    private let kind: Kind
    private let winograd = Mutex<WinogradWeights?>(nil)
    private let threads: ThreadCount
    private let layout: ConvolutionShape
    private let keepsTransforms: Bool

    /// Packs weights.
    ///
    /// - Parameter weights: [outputs, channels / groups, kernel.y, kernel.x]
    /// - Parameter shape: the sizes; the image's may differ from call to call
    /// - Parameter isUsedOnce: whether the packed form serves one call only, as in training, when a dear one may not pay
    package init(
        _ weights: UnsafePointer<Float>, _ shape: ConvolutionShape, isUsedOnce: Bool = false,
        threads: ThreadCount = .all
    ) {
        self.threads = threads
        layout = shape
        keepsTransforms = !isUsedOnce
        if shape.isDepthwise {
            let buffer = PooledBuffer(byteCount: shape.weightCount * 4)
            transpose(
                weights, buffer.address.assumingMemoryBound(to: Float.self), rows: shape.channels, columns: shape.taps)
            kind = .depthwise(buffer)
        } else {
            kind = .products(
                PackedWeights(weights, shape, taps: Array(0..<shape.taps), order: .forward, threads: threads))
        }
    }

    /// Convolves images; `result = activation(convolution + bias + residual)`.
    ///
    /// - Shapes: x [images, height, width, channels], bias [outputs], residual and result
    ///   [images, outputHeight, outputWidth, outputs]
    /// - Precondition: kernel, channels, outputs and groups are those the weights were packed for; a depthwise
    ///   convolution has no residual.
    package func callAsFunction(
        _ x: UnsafePointer<Float>, _ shape: ConvolutionShape, bias: UnsafePointer<Float>?,
        residual: UnsafePointer<Float>? = nil, activation: FusedActivation = .none,
        into result: UnsafeMutablePointer<Float>
    ) {
        precondition(
            shape.kernel == layout.kernel && shape.channels == layout.channels && shape.outputs == layout.outputs
                && shape.groups == layout.groups, "PreparedConvolution: \(shape), packed for \(layout)")
        precondition(residual == nil || !shape.isDepthwise, "PreparedConvolution: a depthwise one adds nothing")
        guard shape.resultCount > 0 else { return }
        let target = ConvolutionTarget(
            base: result, height: shape.outputHeight, width: shape.outputWidth, channels: shape.outputs, bias: bias,
            residual: residual, activation: activation)
        switch kind {
        case .depthwise(let weights):
            depthwise(shape, x, weights.address.assumingMemoryBound(to: Float.self), to: target, threads: threads)
        case .products(let packed):
            if let winograd = WinogradShape(forward: shape), winograd.pays(packsWeights: !keepsTransforms) {
                let weights = winogradWeights(packed)
                return winogradConvolution(winograd, x, weights: weights, to: target, threads: threads)
            }
            let source = ConvolutionSource(
                base: x, images: shape.images, height: shape.height, width: shape.width, channels: shape.channels)
            sweep(.forward(shape), from: source, weights: packed, groups: shape.groups, to: target, threads: threads)
        }
    }

    private func winogradWeights(_ packed: PackedWeights) -> WinogradWeights {
        winograd.withLock { kept in
            if let kept { return kept }
            let made = WinogradWeights(packed, threads: threads)
            if keepsTransforms { kept = made }
            return made
        }
    }
}
