/// How a parameter moves along its gradient: the arithmetic of an optimiser, without its state.
///
/// A rule is a pure value. Its state (momentum, moments) lives in the `Optimizer`, in up to two slots shaped as the
/// parameter.
///
/// Sparse gradients move only the rows that they name. What a dense optimiser would have done to the other rows (decay,
/// what momentum still moves) is done when such a row is next read. A step without gradient is, for the rules here, a
/// linear map of the row and its slots, so that any number of missed steps is one small product; `PendingUpdate` holds it.
public protocol UpdateRule: Sendable {
    /// The names of the slots, at most two; they name the saved state.
    var slotNames: [String] { get }

    /// Takes a step over Float32 rows.
    func update(_ rows: UpdateRows<Float>, step: UpdateStep)

    /// Takes a step over Float64 rows.
    func update(_ rows: UpdateRows<Double>, step: UpdateStep)

    /// What is pending for a row that missed no step.
    var nonePending: PendingUpdate { get }

    /// Makes each of `pending` one missed step longer.
    func advance(_ pending: inout [PendingUpdate], step: UpdateStep)

    /// Applies the missed steps to one Float32 row.
    func apply(_ pending: PendingUpdate, to row: SlotRow<Float>)

    /// Applies the missed steps to one Float64 row.
    func apply(_ pending: PendingUpdate, to row: SlotRow<Double>)
}

/// The settings of one step for one parameter.
public struct UpdateStep: Sendable, Hashable {
    /// The learning rate, the group's multiplier included.
    public let rate: Double
    /// The scheduled momentum (beta 1 in Adam); nil leaves the rule's own.
    public let momentum: Double?
    /// The group's weight decay.
    public let weightDecay: Double
    /// The number of this step among the steps of this parameter, from 1.
    public let number: Int

    /// Creates settings.
    public init(rate: Double, momentum: Double? = nil, weightDecay: Double = 0, number: Int) {
        self.rate = rate
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.number = number
    }
}

/// What a number of steps without gradient does to a row; the rule that made it knows what its numbers mean.
public typealias PendingUpdate = SIMD4<Double>

/// One row of a parameter with its slots.
public struct SlotRow<Scalar> {
    /// Elements in the row.
    package let width: Int
    /// The parameter's elements.
    package let values: UnsafeMutablePointer<Scalar>
    /// The first slot's elements; the values again where the rule has none.
    package let slot0: UnsafeMutablePointer<Scalar>
    /// The second slot's elements; the values again where the rule has none.
    package let slot1: UnsafeMutablePointer<Scalar>

    /// The row `index` rows further on.
    @inline(__always) func advanced(by index: Int) -> SlotRow {
        let offset = index * width
        return SlotRow(width: width, values: values + offset, slot0: slot0 + offset, slot1: slot1 + offset)
    }
}

/// The rows that a step touches, with their gradients.
public struct UpdateRows<Scalar> {
    /// The parameter's first row with its slots.
    package let first: SlotRow<Scalar>
    /// The gradients of the touched rows, one after the other.
    package let gradients: UnsafePointer<Scalar>
    /// Which rows are touched, each at most once.
    package let indices: UnsafeBufferPointer<Int32>

    /// Visits each touched row with its gradient.
    @inline(__always)
    package func forEach(_ body: (_ row: SlotRow<Scalar>, _ gradient: UnsafePointer<Scalar>) -> Void) {
        for (position, index) in indices.enumerated() {
            body(first.advanced(by: Int(index)), gradients + position * first.width)
        }
    }
}
