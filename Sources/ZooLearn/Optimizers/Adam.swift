import Foundation
import ZooKernels

/// Adam: steps of the running mean of the gradient over the root of its running square; weight decay is an L2 penalty.
///
/// - Sparse rows: the moments of untouched rows are applied later, with the steps that the first moment still makes, as
///   the dense optimiser would; the penalty joins the gradient of touched rows only.
/// - Source: Kingma & Ba 2015, Algorithm 1.
public struct Adam: MomentRule, Hashable, Codable {
    /// The arithmetic.
    public let moments: AdamMoments

    /// Creates a rule.
    ///
    /// - Parameter beta1: how much of the gradient's running mean stays at each step
    /// - Parameter beta2: how much of its running square stays
    /// - Parameter epsilon: keeps the division finite
    /// - Precondition: both betas are in 0 ..< 1, `epsilon` is above 0.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: false)
    }
}

/// Adam whose weight decay shrinks the weights beside the gradient step instead of joining the gradient.
///
/// - Sparse rows: moments and decay of untouched rows are applied later, with the steps that the first moment still makes
///   then, as the dense optimiser would.
/// - Source: Loshchilov & Hutter 2019, Algorithm 2, in PyTorch's form: the decay is multiplied by the rate.
public struct AdamW: MomentRule, Hashable, Codable {
    /// The arithmetic.
    public let moments: AdamMoments

    /// Creates a rule.
    ///
    /// - Parameter beta1: how much of the gradient's running mean stays at each step
    /// - Parameter beta2: how much of its running square stays
    /// - Parameter epsilon: keeps the division finite
    /// - Precondition: both betas are in 0 ..< 1, `epsilon` is above 0.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: true)
    }
}

/// The arithmetic that Adam and AdamW share.
///
/// - Source: Kingma & Ba 2015, Algorithm 1; Loshchilov & Hutter 2019, Algorithm 2, in PyTorch's form.
public struct AdamMoments: Sendable, Hashable, Codable {
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
    func update(_ rows: UpdateRows<Float>, _ step: UpdateStep) {
        let kernel = AdamStep(
            number: step.number, rate: step.rate, beta1: step.momentum ?? beta1, beta2: beta2, epsilon: epsilon,
            penalty: isDecoupled ? 0 : step.weightDecay, decay: isDecoupled ? step.weightDecay : 0)
        rows.forEach { row, gradient in
            kernel.apply(to: row.values, first: row.slot0, second: row.slot1, gradient: gradient, count: row.width)
        }
    }

    /// The same in Float64.
    func update(_ rows: UpdateRows<Double>, _ step: UpdateStep) {
        let beta1 = step.momentum ?? beta1
        let rate = step.rate / (1 - pow(beta1, Double(step.number)))
        let correction2 = (1 - pow(beta2, Double(step.number))).squareRoot()
        let penalty = isDecoupled ? 0 : step.weightDecay
        let shrink = isDecoupled ? 1 - step.rate * step.weightDecay : 1
        rows.forEach { row, gradient in
            for i in 0..<row.width {
                let w = row.values[i]
                let g = gradient[i] + penalty * w
                row.slot0[i] = beta1 * row.slot0[i] + (1 - beta1) * g
                row.slot1[i] = beta2 * row.slot1[i] + (1 - beta2) * g * g
                row.values[i] = shrink * w - rate * row.slot0[i] / (row.slot1[i].squareRoot() / correction2 + epsilon)
            }
        }
    }

    /// `PendingUpdate` is (shrink, drift, first, second):
    /// `w' = shrink w - drift * m / (sqrt(v) + epsilon), m' = first * m, v' = second * v`.
    ///
    /// While a row waits m and v only shrink, so that m'/sqrt(v') of every missed step is the same m/sqrt(v) times a
    /// number; that epsilon would not shrink along is left out of account.
    func advance(_ pending: inout [PendingUpdate], _ step: UpdateStep) {
        let beta1 = step.momentum ?? beta1
        let correction1 = 1 - pow(beta1, Double(step.number))
        let correction2 = (1 - pow(beta2, Double(step.number))).squareRoot()
        let rate = step.rate * correction2 / correction1
        let shrink = isDecoupled ? 1 - step.rate * step.weightDecay : 1
        for index in pending.indices {
            let (first, second) = (pending[index].z * beta1, pending[index].w * beta2)
            // A second moment that has shrunk to nothing leaves a first moment of nothing.
            let move = second > 0 ? rate * first / second.squareRoot() : 0
            let drift = pending[index].y * shrink + move
            pending[index] = PendingUpdate(pending[index].x * shrink, drift, first, second)
        }
    }

    @inline(__always)
    func apply<Scalar: BinaryFloatingPoint & SIMDScalar>(_ pending: PendingUpdate, _ row: SlotRow<Scalar>) {
        let (shrink, drift) = (Scalar(pending.x), Scalar(pending.y))
        let (first, second, epsilon) = (Scalar(pending.z), Scalar(pending.w), Scalar(epsilon))
        forEachLanes(of: row.width) { i, n in
            let (m, v) = (row.slot0.lanes(i, n), row.slot1.lanes(i, n))
            let move = drift * m / (v.squareRoot() + epsilon)
            row.values.store(shrink * row.values.lanes(i, n) - move, i, n)
            row.slot0.store(first * m, i, n)
            row.slot1.store(second * v, i, n)
        }
    }
}

/// A rule of two running moments, Adam or AdamW.
public protocol MomentRule: UpdateRule {
    /// The arithmetic.
    var moments: AdamMoments { get }
}

extension MomentRule {
    /// The names of the slots.
    public var slotNames: [String] { ["first_moment", "second_moment"] }
    /// What is pending for a row that missed no step.
    public var nonePending: PendingUpdate { PendingUpdate(1, 0, 1, 1) }
    /// Takes a step over Float32 rows.
    public func update(_ rows: UpdateRows<Float>, step: UpdateStep) { moments.update(rows, step) }
    /// Takes a step over Float64 rows.
    public func update(_ rows: UpdateRows<Double>, step: UpdateStep) { moments.update(rows, step) }
    /// Makes each of `pending` one missed step longer.
    public func advance(_ pending: inout [PendingUpdate], step: UpdateStep) { moments.advance(&pending, step) }
    /// Applies the missed steps to one Float32 row.
    public func apply(_ pending: PendingUpdate, to row: SlotRow<Float>) { moments.apply(pending, row) }
    /// Applies the missed steps to one Float64 row.
    public func apply(_ pending: PendingUpdate, to row: SlotRow<Double>) { moments.apply(pending, row) }
}
