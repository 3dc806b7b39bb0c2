import CZooSIMD

/// A convolution of every channel with a window of its own; weights [taps, channels].
func depthwise(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, to target: ConvolutionTarget,
    threads: ThreadCount
) {
    forRowsOfImages(shape.images, rows: shape.outputHeight, threads) { image, rows in
        var window = shape.window
        zoo_depthwise(
            &window, x + image * shape.imageSize, weights, target.bias, target.activation.code,
            target.base + image * shape.outputSize, rows.lowerBound, rows.upperBound)
    }
}

/// The gradient of a depthwise convolution's input.
func depthwiseInputGradient(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, _ threads: ThreadCount
) {
    withPooledFloats(shape.weightCount) { byTap in
        transpose(weights, byTap, rows: shape.channels, columns: shape.taps)
        if let turned = shape.turnedDepthwise {
            reverseRows(byTap, rows: shape.taps, columns: shape.channels)
            let target = ConvolutionTarget(
                base: result, height: shape.height, width: shape.width, channels: shape.channels)
            return depthwise(turned, gradient, byTap, to: target, threads: threads)
        }
        forRowsOfImages(shape.images, rows: shape.height, threads) { image, rows in
            var window = shape.window
            withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * shape.taps) { places in
                guard let places = UnsafeMutableRawPointer(places.baseAddress) else { return }
                zoo_depthwise_input_gradient(
                    &window, gradient + image * shape.outputSize, byTap, result + image * shape.imageSize,
                    rows.lowerBound, rows.upperBound, places.assumingMemoryBound(to: Int.self))
            }
        }
    }
}

/// The gradient of a depthwise convolution's weights.
func depthwiseWeightGradient(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, _ threads: ThreadCount
) {
    // Sums an image first, then those of the images: the order does not depend on the threads.
    let size = shape.weightCount
    withPooledFloats((shape.images + 1) * size) { sums in
        sums.update(repeating: 0, count: (shape.images + 1) * size)
        parallel(shape.images, threads: threads) { image in
            var window = shape.window
            zoo_depthwise_weight_gradient(
                &window, x + image * shape.imageSize, gradient + image * shape.outputSize, sums + (image + 1) * size)
        }
        for image in 0..<shape.images { axpy(1, sums + (image + 1) * size, sums, count: size) }
        transpose(sums, result, rows: shape.taps, columns: shape.channels)
    }
}

extension ConvolutionShape {
    /// The input gradient as a convolution of the result's gradient with the turned window, where that is one.
    fileprivate var turnedDepthwise: ConvolutionShape? {
        let padding = PixelPair(y: kernel.y - 1 - geometry.padding.y, x: kernel.x - 1 - geometry.padding.x)
        let trailing = PixelPair(
            y: kernel.y - 1 - geometry.trailingPadding.y, x: kernel.x - 1 - geometry.trailingPadding.x)
        guard geometry.stride == 1, geometry.dilation == 1, min(padding.y, padding.x, trailing.y, trailing.x) >= 0,
            resultCount > 0
        else { return nil }
        return ConvolutionShape(
            images: images, height: outputHeight, width: outputWidth, channels: channels, outputs: channels,
            kernel: kernel, geometry: ConvolutionGeometry(padding: padding, trailingPadding: trailing), groups: groups)
    }
}

private func reverseRows(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    for row in 0..<rows / 2 {
        let (first, last) = (x + row * columns, x + (rows - 1 - row) * columns)
        for column in 0..<columns { swap(&first[column], &last[column]) }
    }
}

/// Shares images out, and rows of images where they are fewer than the threads could use.
private func forRowsOfImages(
    _ images: Int, rows: Int, _ threads: ThreadCount, _ body: (_ image: Int, _ rows: Range<Int>) -> Void
) {
    guard images > 0 else { return }
    let parts = max(1, min(rows, 4 * threads.count / images))
    parallel(images * parts, threads: threads) { unit in
        let (image, part) = (unit / parts, unit % parts)
        body(image, part * rows / parts..<(part + 1) * rows / parts)
    }
}
