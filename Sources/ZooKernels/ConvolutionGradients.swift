import CZooSIMD

/// The gradient of a convolution's input.
///
/// - Shapes: gradient [images, outputHeight, outputWidth, outputs], weights [outputs, channels / groups, kernel.y, kernel.x],
///   result [images, height, width, channels]
package func convolutionInputGradient(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, threads: ThreadCount = .all
) {
    let count = shape.images * shape.imageSize
    guard count > 0 else { return }
    if shape.isDepthwise { return depthwiseInputGradient(shape, gradient, weights, result, threads) }
    let target = ConvolutionTarget(base: result, height: shape.height, width: shape.width, channels: shape.channels)
    let passes = ConvolutionPass.inputGradient(shape)
    if let winograd = WinogradShape(inputGradient: shape), winograd.pays(packsWeights: true) {
        let packed = PackedWeights(
            weights, shape, taps: passes[0].taps.map(\.number), order: .inputGradient, threads: threads)
        let transformed = WinogradWeights(packed, threads: threads)
        return winogradConvolution(winograd, gradient, weights: transformed, to: target, threads: threads)
    }
    if passes.contains(where: { $0.taps.isEmpty }) || shape.resultCount == 0 {
        result.update(repeating: 0, count: count)
    }
    let source = ConvolutionSource(
        base: gradient, images: shape.images, height: shape.outputHeight, width: shape.outputWidth,
        channels: shape.outputs)
    for pass in passes where !pass.taps.isEmpty && shape.resultCount > 0 {
        let packed = PackedWeights(
            weights, shape, taps: pass.taps.map(\.number), order: .inputGradient, threads: threads)
        sweep(pass, from: source, weights: packed, groups: shape.groups, to: target, threads: threads)
    }
}

/// The gradient of a convolution's weights.
///
/// - Shapes: x [images, height, width, channels], gradient [images, outputHeight, outputWidth, outputs], result
///   [outputs, channels / groups, kernel.y, kernel.x]
package func convolutionWeightGradient(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, threads: ThreadCount = .all
) {
    guard shape.weightCount > 0 else { return }
    if shape.isDepthwise { return depthwiseWeightGradient(shape, x, gradient, result, threads) }
    let (inputs, outputs, taps) = (shape.groupChannels, shape.groupOutputs, shape.taps)
    // By groups: [tap][input][output].
    withPooledFloats(shape.weightCount) { sums in
        if let winograd = WinogradShape(forward: shape), winograd.pays(packsWeights: true) {
            winogradWeightGradient(winograd, x, gradient: gradient, to: sums, threads: threads)
        } else {
            sums.update(repeating: 0, count: shape.weightCount)
            addOuterProducts(shape, x, gradient, to: sums, threads)
        }
        for group in 0..<shape.groups {
            let size = group * taps * inputs * outputs
            let parts = min(outputs, threads.count)
            parallel(parts, threads: threads) { part in
                zoo_unpack_weight_gradient(
                    sums + size, outputs, inputs, taps, part * outputs / parts, (part + 1) * outputs / parts,
                    result + size)
            }
        }
    }
}

/// Floats of input and gradient that are gone through before the next tile of weights: half of a second-level cache.
private let cacheFloats = 1 << 17

private func addOuterProducts(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>, _ threads: ThreadCount
) {
    let (inputs, outputs, geometry) = (shape.groupChannels, shape.groupOutputs, shape.geometry)
    let width = zoo_panel_width()
    let panels = (outputs + width - 1) / width
    let images = max(1, min(shape.images, cacheFloats / max(1, shape.imageSize + shape.outputSize)))
    // A unit owns its part of the sums: the result does not depend on the threads.
    parallel(shape.groups * shape.taps * panels, threads: threads) { unit in
        let (panel, tap, group) = (unit % panels, unit / panels % shape.taps, unit / panels / shape.taps)
        let shift = PixelPair(
            y: tap / shape.kernel.x * geometry.dilation.y - geometry.padding.y,
            x: tap % shape.kernel.x * geometry.dilation.x - geometry.padding.x)
        let rows = inside(shape.height, shift.y, geometry.stride.y, shape.outputHeight)
        let columns = inside(shape.width, shift.x, geometry.stride.x, shape.outputWidth)
        guard !rows.isEmpty, !columns.isEmpty else { return }
        let row = rows.lowerBound * geometry.stride.y + shift.y
        let column = columns.lowerBound * geometry.stride.x + shift.x
        let from = x + (row * shape.width + column) * shape.channels + group * inputs
        let with =
            gradient + (rows.lowerBound * shape.outputWidth + columns.lowerBound) * shape.outputs + group * outputs
        for image in stride(from: 0, to: shape.images, by: images) {
            var products = zoo_outer_products(
                x: from + image * shape.imageSize, x_image: shape.imageSize,
                x_row: geometry.stride.y * shape.width * shape.channels, x_step: geometry.stride.x * shape.channels,
                y: with + image * shape.outputSize, y_image: shape.outputSize, y_row: shape.outputWidth * shape.outputs,
                y_step: shape.outputs, images: min(images, shape.images - image), rows: rows.count,
                pixels: columns.count, depth: inputs, sums: sums + (group * shape.taps + tap) * inputs * outputs,
                sums_row: outputs)
            zoo_add_outer_products(&products, panel * width, min(outputs, (panel + 1) * width))
        }
    }
}

/// Outputs along an axis whose tap lies inside of the image.
private func inside(_ size: Int, _ shift: Int, _ stride: Int, _ outputs: Int) -> Range<Int> {
    let first = shift >= 0 ? 0 : (-shift + stride - 1) / stride
    let last = shift >= size ? 0 : (size - 1 - shift) / stride + 1
    return min(first, outputs)..<max(min(first, outputs), min(last, outputs))
}
