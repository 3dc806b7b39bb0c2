/// A convolution in Float64, tap by tap: for gradient checks, not for speed.
///
/// - Shapes: as ``PreparedConvolution``'s
package func convolution(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Double>, weights: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>
) {
    result.update(repeating: 0, count: shape.resultCount)
    forEachTap(shape) { source, target, weight in
        result[target] += x[source] * weights[weight]
    }
}

/// The gradient of a convolution's input in Float64.
///
/// - Shapes: as ``convolutionInputGradient(_:_:weights:into:threads:)``'s
package func convolutionInputGradient(
    _ shape: ConvolutionShape, _ gradient: UnsafePointer<Double>, weights: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>
) {
    result.update(repeating: 0, count: shape.images * shape.imageSize)
    forEachTap(shape) { source, target, weight in
        result[source] += gradient[target] * weights[weight]
    }
}

/// The gradient of a convolution's weights in Float64.
///
/// - Shapes: as ``convolutionWeightGradient(_:_:gradient:into:threads:)``'s
package func convolutionWeightGradient(
    _ shape: ConvolutionShape, _ x: UnsafePointer<Double>, gradient: UnsafePointer<Double>,
    into result: UnsafeMutablePointer<Double>
) {
    result.update(repeating: 0, count: shape.weightCount)
    forEachTap(shape) { source, target, weight in
        result[weight] += x[source] * gradient[target]
    }
}

/// Calls `body` for every multiplication with the places of its element, its result and its weight.
@inline(__always)
private func forEachTap(_ shape: ConvolutionShape, _ body: (_ source: Int, _ target: Int, _ weight: Int) -> Void) {
    let (inputs, outputs, geometry) = (shape.groupChannels, shape.groupOutputs, shape.geometry)
    for pixel in 0..<shape.images * shape.outputHeight * shape.outputWidth {
        let column = pixel % shape.outputWidth
        let row = pixel / shape.outputWidth % shape.outputHeight
        let image = pixel / shape.outputWidth / shape.outputHeight
        for tap in 0..<shape.taps {
            let y = row * geometry.stride.y + tap / shape.kernel.x * geometry.dilation.y - geometry.padding.y
            let x = column * geometry.stride.x + tap % shape.kernel.x * geometry.dilation.x - geometry.padding.x
            guard y >= 0, y < shape.height, x >= 0, x < shape.width else { continue }
            let source = ((image * shape.height + y) * shape.width + x) * shape.channels
            for output in 0..<shape.outputs {
                let group = output / outputs
                for input in 0..<inputs {
                    body(
                        source + group * inputs + input, pixel * shape.outputs + output,
                        (output * inputs + input) * shape.taps + tap)
                }
            }
        }
    }
}
