import ZooNN
import ZooTensor

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
