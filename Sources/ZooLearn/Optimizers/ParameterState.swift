import ZooNN
import ZooTensor

/// What an optimiser knows of one parameter: its slots, its steps, and which rows have pending updates.
final class ParameterState: DeferredRows {
    // The parameter holds this object while updates are pending; a strong reference back would be a cycle.
    private unowned let parameter: Parameter
    let rule: any UpdateRule
    // Two slots beside each other, because both change at once; empty tensors where the rule has fewer.
    private var slot0: Tensor
    private var slot1: Tensor
    private(set) var steps: Int
    private(set) var pending: PendingRows?

    init(
        _ parameter: Parameter, rule: any UpdateRule, slots: [Tensor]? = nil, steps: Int = 0,
        pending: PendingRows? = nil
    ) {
        self.parameter = parameter
        self.rule = rule
        let dtype = parameter.storedValue.dtype
        let slots = slots ?? rule.slotNames.map { _ in .zeros(parameter.shape, dtype) }
        slot0 = slots.first ?? .zeros([0], dtype)
        slot1 = slots.count > 1 ? slots[1] : .zeros([0], dtype)
        self.steps = steps
        self.pending = pending
    }

    /// The slots that the rule has.
    var slots: [Tensor] { Array([slot0, slot1].prefix(rule.slotNames.count)) }

    func step(_ gradient: Gradient, rate: Double, momentum: Double?, weightDecay: Double) {
        steps += 1
        let settings = UpdateStep(rate: rate, momentum: momentum, weightDecay: weightDecay, number: steps)
        switch gradient {
        case .dense(let gradient): denseStep(gradient, settings)
        case .sparse(let rows): sparseStep(rows, settings)
        }
    }

    private func denseStep(_ gradient: Tensor, _ settings: UpdateStep) {
        checkShape(gradient.shape)
        parameter.deferredRows?.bringUpToDate()
        let whole: [Int32] = [0]
        whole.withUnsafeBufferPointer { update(gradient, rows: $0, width: parameter.shape.count, settings) }
    }

    private func sparseStep(_ gradient: SparseRows, _ settings: UpdateStep) {
        checkShape(gradient.shape)
        if pending == nil { pending = PendingRows(rowCount: parameter.shape[0], rule: rule) }
        attach()
        bringUpToDate(rows: gradient.indices)
        gradient.indices.withUnsafeInt32s { indices in
            update(gradient.rows, rows: indices, width: rowWidth, settings)
            pending?.add(settings, rule: rule, touching: indices)
        }
        if pending?.isFull == true { bringUpToDate() }
    }

    private func checkShape(_ shape: Shape) {
        precondition(shape == parameter.shape, "Optimizer: gradient of shape \(shape) for \(parameter.shape)")
    }

    private func update(_ gradients: Tensor, rows: UnsafeBufferPointer<Int32>, width: Int, _ settings: UpdateStep) {
        withFirstRow(width: width) { first in
            gradients.withUnsafeFloats { gradients in
                guard let base = gradients.baseAddress else { return }
                rule.update(UpdateRows(first: first, gradients: base, indices: rows), step: settings)
            }
        } double: { first in
            gradients.withUnsafeDoubles { gradients in
                guard let base = gradients.baseAddress else { return }
                rule.update(UpdateRows(first: first, gradients: base, indices: rows), step: settings)
            }
        }
    }

    private var rowWidth: Int { parameter.shape.count / max(parameter.shape[0], 1) }
}

// Pending updates.
extension ParameterState {
    /// Becomes what the parameter asks before its rows are read.
    func attach() {
        guard pending != nil, parameter.deferredRows !== self else { return }
        // What another optimiser left pending is applied by that one's rule.
        parameter.deferredRows?.bringUpToDate()
        parameter.deferredRows = self
    }

    func detach() { if parameter.deferredRows === self { parameter.deferredRows = nil } }

    func forget() { pending?.reset() }

    func bringUpToDate() {
        guard pending?.hasMissed == true else { return }
        withFirstRow(width: rowWidth) { first in
            pending?.applyAll { rule.apply($1, to: first.advanced(by: $0)) }
        } double: { first in
            pending?.applyAll { rule.apply($1, to: first.advanced(by: $0)) }
        }
    }

    func bringUpToDate(rows: Tensor) {
        guard pending?.hasMissed == true else { return }
        rows.withUnsafeInt32s { indices in
            withFirstRow(width: rowWidth) { first in
                pending?.apply(indices) { rule.apply($1, to: first.advanced(by: $0)) }
            } double: { first in
                pending?.apply(indices) { rule.apply($1, to: first.advanced(by: $0)) }
            }
        }
    }
}

// The memory that a rule works on.
extension ParameterState {
    /// Calls `float` or `double`, after the type of the elements, with the parameter's first row; neither when there are
    /// no elements.
    private func withFirstRow(width: Int, float: (SlotRow<Float>) -> Void, double: (SlotRow<Double>) -> Void) {
        guard parameter.shape.count > 0 else { return }
        parameter.mutate { values in
            if values.dtype == .float64 {
                values.withUnsafeMutableDoubles { values in
                    slot0.withUnsafeMutableDoubles { slot0 in
                        slot1.withUnsafeMutableDoubles { slot1 in call(double, width, values, slot0, slot1) }
                    }
                }
            } else {
                values.withUnsafeMutableFloats { values in
                    slot0.withUnsafeMutableFloats { slot0 in
                        slot1.withUnsafeMutableFloats { slot1 in call(float, width, values, slot0, slot1) }
                    }
                }
            }
        }
    }

    private func call<Scalar>(
        _ body: (SlotRow<Scalar>) -> Void, _ width: Int, _ values: UnsafeMutableBufferPointer<Scalar>,
        _ slot0: UnsafeMutableBufferPointer<Scalar>, _ slot1: UnsafeMutableBufferPointer<Scalar>
    ) {
        guard let base = values.baseAddress else { return }
        body(
            SlotRow(
                width: width, values: base, slot0: slot0.baseAddress ?? base, slot1: slot1.baseAddress ?? base))
    }
}
