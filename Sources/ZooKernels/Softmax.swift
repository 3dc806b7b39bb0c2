import CZooSIMD

/// Which of the two row-wise normalisations.
package enum SoftmaxKind: Sendable {
    case plain, logarithmic
}

/// Normalises each row of `x` [rows, n] into `y`.
package func softmax(
    _ kind: SoftmaxKind, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, rows: Int, n: Int
) {
    switch kind {
    case .plain: zoo_softmax_f32(x, y, rows, n)
    case .logarithmic: zoo_log_softmax_f32(x, y, rows, n)
    }
}

/// Normalises each row of `x` [rows, n] into `y`.
package func softmax(
    _ kind: SoftmaxKind, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, rows: Int, n: Int
) {
    switch kind {
    case .plain: zoo_softmax_f64(x, y, rows, n)
    case .logarithmic: zoo_log_softmax_f64(x, y, rows, n)
    }
}

/// The gradient of ``softmax(_:_:_:rows:n:)``'s input from that of its output and the output itself.
package func softmaxGradient(
    _ kind: SoftmaxKind, _ gradient: UnsafePointer<Float>, output: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, rows: Int, n: Int
) {
    switch kind {
    case .plain: zoo_softmax_gradient_f32(gradient, output, result, rows, n)
    case .logarithmic: zoo_log_softmax_gradient_f32(gradient, output, result, rows, n)
    }
}

/// The gradient of ``softmax(_:_:_:rows:n:)``'s input from that of its output and the output itself.
package func softmaxGradient(
    _ kind: SoftmaxKind, _ gradient: UnsafePointer<Double>, output: UnsafePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, rows: Int, n: Int
) {
    switch kind {
    case .plain: zoo_softmax_gradient_f64(gradient, output, result, rows, n)
    case .logarithmic: zoo_log_softmax_gradient_f64(gradient, output, result, rows, n)
    }
}
