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

// A parameter's state as tensors of its path, and back.
extension ParameterState {
    /// The state: the slots, `steps`, and where updates are pending `missed` and `up_to_date_at`.
    ///
    /// Whole numbers are stored as real ones, which model files hold.
    func tensors(path: String) -> [NamedTensor] {
        var result = zip(rule.slotNames, slots).map { NamedTensor(path: "\(path)/\($0)", tensor: $1) }
        result.append(NamedTensor(path: "\(path)/steps", tensor: Tensor([Double(steps)], shape: [1])))
        guard let pending else { return result }
        let missed = pending.missed.flatMap { [$0.x, $0.y, $0.z, $0.w] }
        result.append(
            NamedTensor(path: "\(path)/missed", tensor: Tensor(missed, shape: [pending.missed.count, 4])))
        let rows = pending.upToDateAt.map { Float($0) }
        result.append(NamedTensor(path: "\(path)/up_to_date_at", tensor: Tensor(rows, shape: [rows.count])))
        return result
    }

    /// Takes up what `tensors(path:)` gave, and takes it out of `tensors`.
    convenience init(
        _ parameter: Parameter, rule: any UpdateRule, path: String, from tensors: inout [String: Tensor]
    ) throws {
        let slots = try rule.slotNames.map { name in
            let slot = try take("\(path)/\(name)", shape: parameter.shape, from: &tensors)
            // The memory of a slot is worked on as the parameter's is.
            guard slot.dtype == parameter.storedValue.dtype else {
                throw OptimizerStateError.otherType("\(path)/\(name)", found: slot.dtype)
            }
            return slot
        }
        let steps = try take("\(path)/steps", shape: [1], from: &tensors)
        guard let count = Int(exactly: steps.item), count >= 0 else {
            throw OptimizerStateError.outOfRange("\(path)/steps")
        }
        self.init(
            parameter, rule: rule, slots: slots, steps: count,
            pending: try Self.pendingRows(parameter, path: path, from: &tensors))
    }

    private static func pendingRows(
        _ parameter: Parameter, path: String, from tensors: inout [String: Tensor]
    ) throws -> PendingRows? {
        guard let table = tensors["\(path)/missed"] else { return nil }
        let missed = try take("\(path)/missed", shape: [max(table.count / 4, 1), 4], from: &tensors).converted(
            to: .float64
        ).doubles
        let rowCount = parameter.shape.dimensions.first ?? 0
        let rows = try take("\(path)/up_to_date_at", shape: [rowCount], from: &tensors).converted(to: .float64).doubles
        let pending = stride(from: 0, to: missed.count, by: 4).map {
            PendingUpdate(missed[$0], missed[$0 + 1], missed[$0 + 2], missed[$0 + 3])
        }
        guard rows.allSatisfy({ $0 >= 0 && $0 < Double(pending.count) }), !pending.isEmpty else {
            throw OptimizerStateError.outOfRange("\(path)/up_to_date_at")
        }
        return PendingRows(missed: pending, upToDateAt: rows.map { Int32($0) })
    }
}

private func take(_ name: String, shape: Shape, from tensors: inout [String: Tensor]) throws -> Tensor {
    guard let tensor = tensors.removeValue(forKey: name) else { throw OptimizerStateError.missing(name) }
    guard tensor.shape == shape else {
        throw OptimizerStateError.misshapen(name, found: tensor.shape, expected: shape)
    }
    guard tensor.dtype.isReal else { throw OptimizerStateError.otherType(name, found: tensor.dtype) }
    return tensor.detached()
}
