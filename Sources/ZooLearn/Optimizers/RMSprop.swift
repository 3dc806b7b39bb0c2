import Foundation
import ZooKernels

/// Divides the gradient by a running root of its mean square; weight decay is an L2 penalty.
///
/// `g = dw + decay * w; s = smoothing * s + (1 - smoothing) * g^2; b = momentum * b + g / (sqrt(s) + epsilon); w -= rate * b`
/// - Sparse rows: the running square and the momentum of untouched rows are applied later, as the dense optimiser does; the
///   penalty joins the gradient of touched rows only.
/// - Source: Tieleman & Hinton 2012, lecture 6.5, in PyTorch's form.
public struct RMSprop: UpdateRule, Hashable, Codable {
    /// How much of the running mean square stays at each step.
    public let smoothing: Double
    /// Keeps the division finite.
    public let epsilon: Double
    /// How much of the last step is taken again, 0 for none.
    public let momentum: Double

    /// Creates a rule.
    ///
    /// - Precondition: `smoothing` and `momentum` are in 0 ..< 1, `epsilon` is above 0.
    public init(smoothing: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0) {
        precondition((0..<1).contains(smoothing), "RMSprop: smoothing must be in 0 ..< 1, not \(smoothing)")
        precondition((0..<1).contains(momentum), "RMSprop: momentum must be in 0 ..< 1, not \(momentum)")
        precondition(epsilon > 0, "RMSprop: epsilon must be above 0, not \(epsilon)")
        self.smoothing = smoothing
        self.epsilon = epsilon
        self.momentum = momentum
    }

    /// The names of the slots.
    public var slotNames: [String] { momentum > 0 ? ["mean_square", "velocity"] : ["mean_square"] }

    /// What is pending for a row that missed no step.
    public var nonePending: PendingUpdate { PendingUpdate(1, 0, 1, 1) }
    /// Takes a step over Float32 rows.
    public func update(_ rows: UpdateRows<Float>, step: UpdateStep) {
        let kernel = RMSpropStep(
            rate: step.rate, smoothing: smoothing, epsilon: epsilon,
            momentum: momentum > 0 ? step.momentum ?? momentum : 0, penalty: step.weightDecay)
        rows.forEach { row, gradient in
            kernel.apply(
                to: row.values, meanSquare: row.slot0, velocity: momentum > 0 ? row.slot1 : nil, gradient: gradient,
                count: row.width)
        }
    }
    /// Takes a step over Float64 rows.
    public func update(_ rows: UpdateRows<Double>, step: UpdateStep) {
        let (mu, hasMomentum) = (step.momentum ?? momentum, momentum > 0)
        rows.forEach { row, gradient in
            for i in 0..<row.width {
                let g = gradient[i] + step.weightDecay * row.values[i]
                row.slot0[i] = smoothing * row.slot0[i] + (1 - smoothing) * g * g
                var move = g / (row.slot0[i].squareRoot() + epsilon)
                if hasMomentum {
                    move += mu * row.slot1[i]
                    row.slot1[i] = move
                }
                row.values[i] -= step.rate * move
            }
        }
    }
    /// Applies the missed steps to one Float32 row.
    public func apply(_ pending: PendingUpdate, to row: SlotRow<Float>) { applyPending(pending, row) }
    /// Applies the missed steps to one Float64 row.
    public func apply(_ pending: PendingUpdate, to row: SlotRow<Double>) { applyPending(pending, row) }

    /// `PendingUpdate` is (1, drift, velocity, square): `w' = w - drift * b, b' = velocity * b, s' = square * s`.
    public func advance(_ pending: inout [PendingUpdate], step: UpdateStep) {
        let mu = momentum > 0 ? step.momentum ?? momentum : 0
        for index in pending.indices {
            let velocity = pending[index].z * mu
            pending[index] = PendingUpdate(
                1, pending[index].y + step.rate * velocity, velocity, pending[index].w * smoothing)
        }
    }

    @inline(__always)
    private func applyPending<Scalar: BinaryFloatingPoint>(_ pending: PendingUpdate, _ row: SlotRow<Scalar>) {
        let square = Scalar(pending.w)
        for i in 0..<row.width { row.slot0[i] *= square }
        guard momentum > 0 else { return }
        let (drift, velocity) = (Scalar(pending.y), Scalar(pending.z))
        for i in 0..<row.width {
            row.values[i] -= drift * row.slot1[i]
            row.slot1[i] *= velocity
        }
    }
}
