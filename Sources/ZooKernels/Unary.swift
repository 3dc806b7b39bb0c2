import CZooSIMD

/// The element-wise operations of one operand.
package enum UnaryOperation: Int32, Sendable {
    case negate, abs, sign, exp, log, sqrt, relu, sigmoid, tanh, gelu, erf, hardSwish, silu
}

/// Computes `y[i] = op(x[i])`; the buffers do not overlap.
package func unary(
    _ operation: UnaryOperation, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int
) { zoo_unary_f32(operation.rawValue, x, y, count) }

/// Computes `y[i] = op(x[i])`; the buffers do not overlap.
package func unary(
    _ operation: UnaryOperation, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) { zoo_unary_f64(operation.rawValue, x, y, count) }

/// Computes `y[i] += scale * x[i]`.
package func axpy(_ scale: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
    zoo_axpy_f32(scale, x, y, count)
}

/// Computes `y[i] += scale * x[i]`.
package func axpy(_ scale: Double, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int) {
    zoo_axpy_f64(scale, x, y, count)
}
