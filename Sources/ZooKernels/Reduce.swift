import CZooSIMD

/// How a reduction combines elements.
package enum Reduction: Int32, Sendable {
    case sum, max, min
}

/// Reduces the middle axis of `x` [outer, n, inner] into `y` [outer, inner].
package func reduce(
    _ reduction: Reduction, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, outer: Int, n: Int, inner: Int
) { zoo_reduce_f32(reduction.rawValue, x, y, outer, n, inner) }

/// Reduces the middle axis of `x` [outer, n, inner] into `y` [outer, inner].
package func reduce(
    _ reduction: Reduction, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>,
    outer: Int, n: Int, inner: Int
) { zoo_reduce_f64(reduction.rawValue, x, y, outer, n, inner) }

/// The sum of all squares, added up in Float64: a sum of millions of Float32 squares loses digits.
package func sumOfSquares(_ x: UnsafeBufferPointer<Float>) -> Double {
    x.baseAddress.map { zoo_sum_of_squares($0, x.count) } ?? 0
}
