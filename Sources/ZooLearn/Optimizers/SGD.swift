import ZooKernels

/// Stochastic gradient descent, plain, with momentum, or with Nesterov's momentum; weight decay is an L2 penalty.
///
/// `g = dw + decay * w; v = momentum * v + g; w -= rate * v`, and with Nesterov `w -= rate * (g + momentum * v)`.
/// - Sparse rows: as the dense optimiser, decay and momentum of untouched rows included, evaluated late.
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

    /// The `Idle` of a row that missed no step.
    public var nothingMissed: Idle { Idle(1, 0, 0, 1) }
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
    /// Makes up for missed steps in one Float32 row.
    public func catchUp(_ row: SlotRow<Float>, missed: Idle) { makeUp(row, missed) }
    /// Makes up for missed steps in one Float64 row.
    public func catchUp(_ row: SlotRow<Double>, missed: Idle) { makeUp(row, missed) }

    /// `Idle` is the matrix (a, b, c, d) of `w' = a w + b v, v' = c w + d v`.
    public func advance(_ idle: inout [Idle], step: UpdateStep) {
        let (rate, decay) = (step.rate, step.weightDecay)
        let mu = momentum > 0 ? step.momentum ?? momentum : 0
        let a = 1 - rate * decay * (isNesterov ? 1 + mu : 1)
        let b = -rate * mu * (isNesterov ? mu : 1)
        for index in idle.indices {
            let m = idle[index]
            idle[index] = Idle(a * m.x + b * m.z, a * m.y + b * m.w, decay * m.x + mu * m.z, decay * m.y + mu * m.w)
        }
    }

    @inline(__always)
    private func makeUp<Scalar: BinaryFloatingPoint>(_ row: SlotRow<Scalar>, _ missed: Idle) {
        let (a, b) = (Scalar(missed.x), Scalar(missed.y))
        guard momentum > 0 else {
            for i in 0..<row.width { row.values[i] *= a }
            return
        }
        let (c, d) = (Scalar(missed.z), Scalar(missed.w))
        for i in 0..<row.width {
            let (w, v) = (row.values[i], row.slot0[i])
            row.values[i] = a * w + b * v
            row.slot0[i] = c * w + d * v
        }
    }
}
