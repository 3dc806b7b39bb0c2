/// Adam: steps of the running mean of the gradient over the root of its running square; weight decay is an L2 penalty.
///
/// - Sparse rows: the moments of untouched rows go on late, and what the first moment still carries is applied then, as
///   the dense optimiser would; the penalty joins the gradient of touched rows only.
/// - Source: Kingma & Ba 2015, Algorithm 1.
public struct Adam: UpdateRule, Hashable, Codable {
    private let moments: AdamMoments

    /// Creates a rule.
    ///
    /// - Parameter beta1: how much of the gradient's running mean stays at each step
    /// - Parameter beta2: how much of its running square stays
    /// - Parameter epsilon: keeps the division finite
    /// - Precondition: both betas are in 0 ..< 1, `epsilon` is above 0.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: false)
    }

    /// The names of the slots.
    public var slotNames: [String] { ["first_moment", "second_moment"] }

    /// The `Idle` of a row that missed no step.
    public var nothingMissed: Idle { AdamMoments.nothingMissed }
    /// Takes a step over Float32 rows.
    public func update(_ rows: UpdateRows<Float>, step: UpdateStep) { moments.update(rows, step) }
    /// Takes a step over Float64 rows.
    public func update(_ rows: UpdateRows<Double>, step: UpdateStep) { moments.update(rows, step) }
    /// Makes each of `idle` one missed step longer.
    public func advance(_ idle: inout [Idle], step: UpdateStep) { moments.advance(&idle, step) }
    /// Makes up for missed steps in one Float32 row.
    public func catchUp(_ row: SlotRow<Float>, missed: Idle) { moments.catchUp(row, missed) }
    /// Makes up for missed steps in one Float64 row.
    public func catchUp(_ row: SlotRow<Double>, missed: Idle) { moments.catchUp(row, missed) }
}
