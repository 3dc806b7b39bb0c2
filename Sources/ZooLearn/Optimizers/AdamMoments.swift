import Foundation

/// The arithmetic that Adam and AdamW share.
///
/// - Source: Kingma & Ba 2015, Algorithm 1; Loshchilov & Hutter 2019, Algorithm 2, in PyTorch's form.
struct AdamMoments: Hashable, Codable {
    let beta1: Double
    let beta2: Double
    let epsilon: Double
    let isDecoupled: Bool

    init(beta1: Double, beta2: Double, epsilon: Double, isDecoupled: Bool) {
        precondition((0..<1).contains(beta1), "Adam: beta1 must be in 0 ..< 1, not \(beta1)")
        precondition((0..<1).contains(beta2), "Adam: beta2 must be in 0 ..< 1, not \(beta2)")
        precondition(epsilon > 0, "Adam: epsilon must be above 0, not \(epsilon)")
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.isDecoupled = isDecoupled
    }

    /// `m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= rate * m' / (sqrt(v') + epsilon)`, where m' and
    /// v' are corrected for their start at zero.
    @inline(__always)
    func update<Scalar: BinaryFloatingPoint & SIMDScalar>(_ rows: UpdateRows<Scalar>, _ step: UpdateStep) {
        let beta1 = step.momentum ?? beta1
        let correction1 = 1 - pow(beta1, Double(step.number))
        let correction2 = (1 - pow(beta2, Double(step.number))).squareRoot()
        let (keep1, add1) = (Scalar(beta1), Scalar(1 - beta1))
        let (keep2, add2) = (Scalar(beta2), Scalar(1 - beta2))
        let rate = Scalar(step.rate / correction1)
        let (inverse2, epsilon) = (Scalar(1 / correction2), Scalar(epsilon))
        let penalty = Scalar(isDecoupled ? 0 : step.weightDecay)
        let shrink = Scalar(isDecoupled ? 1 - step.rate * step.weightDecay : 1)
        rows.forEach { row, gradient in
            forEachLanes(of: row.width) { i, n in
                let w = row.values.lanes(i, n)
                let g = gradient.lanes(i, n) + penalty * w
                let m = keep1 * row.slot0.lanes(i, n) + add1 * g
                let v = keep2 * row.slot1.lanes(i, n) + add2 * g * g
                row.slot0.store(m, i, n)
                row.slot1.store(v, i, n)
                let root = v.squareRoot() * inverse2 + epsilon
                row.values.store(shrink * w - rate * m / root, i, n)
            }
        }
    }

    static let nothingMissed = Idle(1, 0, 1, 1)

    /// `Idle` is (shrink, carried, first, second):
    /// `w' = shrink w - carried * m / (sqrt(v) + epsilon), m' = first * m, v' = second * v`.
    ///
    /// While a row is idle m and v only shrink, so that m'/sqrt(v') of every missed step is the same m/sqrt(v) times a
    /// number; that epsilon would not shrink along is left out of account.
    func advance(_ idle: inout [Idle], _ step: UpdateStep) {
        let beta1 = step.momentum ?? beta1
        let correction1 = 1 - pow(beta1, Double(step.number))
        let correction2 = (1 - pow(beta2, Double(step.number))).squareRoot()
        let rate = step.rate * correction2 / correction1
        let shrink = isDecoupled ? 1 - step.rate * step.weightDecay : 1
        for index in idle.indices {
            let (first, second) = (idle[index].z * beta1, idle[index].w * beta2)
            // A second moment that has shrunk to nothing leaves a first moment of nothing.
            let move = second > 0 ? rate * first / second.squareRoot() : 0
            let carried = idle[index].y * shrink + move
            idle[index] = Idle(idle[index].x * shrink, carried, first, second)
        }
    }

    @inline(__always)
    func catchUp<Scalar: BinaryFloatingPoint & SIMDScalar>(_ row: SlotRow<Scalar>, _ missed: Idle) {
        let (shrink, carried) = (Scalar(missed.x), Scalar(missed.y))
        let (first, second, epsilon) = (Scalar(missed.z), Scalar(missed.w), Scalar(epsilon))
        forEachLanes(of: row.width) { i, n in
            let (m, v) = (row.slot0.lanes(i, n), row.slot1.lanes(i, n))
            let move = carried * m / (v.squareRoot() + epsilon)
            row.values.store(shrink * row.values.lanes(i, n) - move, i, n)
            row.slot0.store(first * m, i, n)
            row.slot1.store(second * v, i, n)
        }
    }
}
