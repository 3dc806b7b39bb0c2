import CZooSIMD

/// The greatest of each window of an image [images, height, width, channels]; NaN wins.
///
/// - Parameter shape: a depthwise one: as many outputs and groups as channels
/// - Parameter taps: where to note which tap of the window it is, the first of equals: what the gradient needs
/// - Precondition: a window has at most 256 taps, and at least one inside of the image wherever it stands.
package func maxPool(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    taps: UnsafeMutablePointer<UInt8>?, threads: ThreadCount = .all
) {
    precondition(shape.taps <= 256, "maxPool: a window of \(shape.kernel) is too large")
    parallel(shape.images, threads: threads) { image in
        var window = shape.window
        zoo_max_pool(
            &window, x + image * shape.imageSize, result + image * shape.outputSize,
            taps.map { $0 + image * shape.outputSize })
    }
}

/// The gradient of ``maxPool(_:_:into:taps:threads:)``'s input.
package func maxPoolGradient(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Float>, taps: UnsafePointer<UInt8>,
    into result: UnsafeMutablePointer<Float>, threads: ThreadCount = .all
) {
    parallel(shape.images, threads: threads) { image in
        var window = shape.window
        let to = result + image * shape.imageSize
        to.update(repeating: 0, count: shape.imageSize)
        zoo_max_pool_gradient(&window, gradient + image * shape.outputSize, taps + image * shape.outputSize, to)
    }
}
