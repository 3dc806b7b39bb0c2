import ZooKernels

/// Stochastic gradient descent, plain, with momentum, or with Nesterov's momentum; weight decay is an L2 penalty.
///
/// `g = dw + decay * w; v = momentum * v + g; w -= rate * v`, and with Nesterov `w -= rate * (g + momentum * v)`.
/// - Sparse rows: as the dense optimiser, decay and momentum of untouched rows included, applied later.
/// - Source: Sutskever et al. 2013, in PyTorch's form, where the rate multiplies the velocity.
public struct SGD: UpdateRule, Hashable, Codable {
    /// How much of the velocity stays at each step, 0 for none.
    public let momentum: Double
    /// Whether the gradient is taken as if the velocity had been applied already.
    public let isNesterov: Bool

    /// Creates a rule.
    ///
    /// - Precondition: `momentum` is in 0 ..< 1, and above 0 with Nesterov.
    public init(momentum: Double = 0, isNesterov: Bool = false) {
        precondition((0..<1).contains(momentum), "SGD: momentum must be in 0 ..< 1, not \(momentum)")
        precondition(!isNesterov || momentum > 0, "SGD: Nesterov needs a momentum")
        self.momentum = momentum
        self.isNesterov = isNesterov
    }

    /// The names of the slots.
    public var slotNames: [String] { momentum > 0 ? ["velocity"] : [] }

    /// What is pending for a row that missed no step.
    public var nonePending: PendingUpdate { PendingUpdate(1, 0, 0, 1) }
    /// Takes a step over Float32 rows.
    public func update(_ rows: UpdateRows<Float>, step: UpdateStep) {
        let kernel = SGDStep(
            rate: step.rate, momentum: momentum > 0 ? step.momentum ?? momentum : 0, nesterov: isNesterov,
            penalty: step.weightDecay)
        rows.forEach { row, gradient in
            kernel.apply(
                to: row.values, velocity: momentum > 0 ? row.slot0 : nil, gradient: gradient, count: row.width)
        }
    }
    /// Takes a step over Float64 rows.
    public func update(_ rows: UpdateRows<Double>, step: UpdateStep) {
        let mu = momentum > 0 ? step.momentum ?? momentum : 0
        rows.forEach { row, gradient in
            for i in 0..<row.width {
                let g = gradient[i] + step.weightDecay * row.values[i]
                let v = momentum > 0 ? mu * row.slot0[i] + g : g
                if momentum > 0 { row.slot0[i] = v }
                row.values[i] -= step.rate * (isNesterov ? g + mu * v : v)
            }
        }
    }
    /// Applies the missed steps to one Float32 row.
    public func apply(_ pending: PendingUpdate, to row: SlotRow<Float>) { applyPending(pending, row) }
    /// Applies the missed steps to one Float64 row.
    public func apply(_ pending: PendingUpdate, to row: SlotRow<Double>) { applyPending(pending, row) }

    /// `PendingUpdate` is the matrix (a, b, c, d) of `w' = a w + b v, v' = c w + d v`.
    public func advance(_ pending: inout [PendingUpdate], step: UpdateStep) {
        let (rate, decay) = (step.rate, step.weightDecay)
        let mu = momentum > 0 ? step.momentum ?? momentum : 0
        let a = 1 - rate * decay * (isNesterov ? 1 + mu : 1)
        let b = -rate * mu * (isNesterov ? mu : 1)
        for index in pending.indices {
            let m = pending[index]
            pending[index] = PendingUpdate(
                a * m.x + b * m.z, a * m.y + b * m.w, decay * m.x + mu * m.z, decay * m.y + mu * m.w)
        }
    }

    @inline(__always)
    private func applyPending<Scalar: BinaryFloatingPoint>(_ pending: PendingUpdate, _ row: SlotRow<Scalar>) {
        let (a, b) = (Scalar(pending.x), Scalar(pending.y))
        guard momentum > 0 else {
            for i in 0..<row.width { row.values[i] *= a }
            return
        }
        let (c, d) = (Scalar(pending.z), Scalar(pending.w))
        for i in 0..<row.width {
            let (w, v) = (row.values[i], row.slot0[i])
            row.values[i] = a * w + b * v
            row.slot0[i] = c * w + d * v
        }
    }
}
