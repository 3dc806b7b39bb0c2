import Foundation

/// The curve `1 / (1 + a d^2b)` by which UMAP says how near two points of a map are.
///
/// Fitted by least squares to `exp(-(d - minimumDistance) / spread)`, 1 up to the minimum distance, at 300 distances up to three
/// times the spread, as in umap-learn.
package struct MapCurve: Sendable, Hashable {
    /// The factor.
    package let a: Double
    /// The power.
    package let b: Double

    /// Fits the curve.
    ///
    /// - Precondition: spread > 0, minimumDistance >= 0
    package init(minimumDistance: Double, spread: Double = 1) {
        precondition(spread > 0 && minimumDistance >= 0, "MapCurve: distances must not be negative")
        let distances = (0..<300).map { 3 * spread * Double($0) / 299 }
        let wanted = distances.map { $0 < minimumDistance ? 1 : exp(-($0 - minimumDistance) / spread) }
        /// Half the sum of squares, its gradient by a and b, and the products of the slopes.
        func state(_ a: Double, _ b: Double) -> (loss: Double, gradient: (Double, Double), curvature: [Double]) {
            var (loss, ga, gb, aa, ab, bb) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            for (distance, want) in zip(distances, wanted) where distance > 0 {
                let power = pow(distance, 2 * b)
                let value = 1 / (1 + a * power)
                let (slopeA, slopeB) = (-power * value * value, -2 * a * power * log(distance) * value * value)
                let rest = value - want
                loss += rest * rest / 2
                (ga, gb) = (ga + slopeA * rest, gb + slopeB * rest)
                (aa, ab, bb) = (aa + slopeA * slopeA, ab + slopeA * slopeB, bb + slopeB * slopeB)
            }
            return (loss, (ga, gb), [aa, ab, bb])
        }
        // Levenberg and Marquardt, from 1 and 1.
        var (a, b, damping) = (1.0, 1.0, 1e-3)
        var now = state(a, b)
        for _ in 0..<200 {
            let (aa, ab, bb) = (now.curvature[0] * (1 + damping), now.curvature[1], now.curvature[2] * (1 + damping))
            let determinant = aa * bb - ab * ab
            guard determinant > 0 else { break }
            let stepA = -(bb * now.gradient.0 - ab * now.gradient.1) / determinant
            let stepB = -(aa * now.gradient.1 - ab * now.gradient.0) / determinant
            let next = state(a + stepA, b + stepB)
            if next.loss < now.loss {
                (a, b, damping, now) = (a + stepA, b + stepB, damping / 10, next)
                if abs(stepA) < 1e-12 * abs(a), abs(stepB) < 1e-12 * abs(b) { break }
            } else {
                damping *= 10
                if damping > 1e12 { break }
            }
        }
        (self.a, self.b) = (a, b)
    }
}
