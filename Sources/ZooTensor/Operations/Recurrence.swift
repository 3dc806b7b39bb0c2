import Synchronization
import ZooKernels

/// The weights of a recurrent layer in one direction.
package struct RecurrenceParameters {
    /// W [gates * hidden, in].
    package var inputWeight: Tensor
    /// U [gates * hidden, hidden].
    package var hiddenWeight: Tensor
    /// b [gates * hidden].
    package var inputBias: Tensor
    /// c [gates * hidden].
    package var hiddenBias: Tensor

    /// Puts parameters together.
    package init(inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor) {
        self.inputWeight = inputWeight
        self.hiddenWeight = hiddenWeight
        self.inputBias = inputBias
        self.hiddenBias = hiddenBias
    }
}

extension Tensor {
    /// Runs a whole recurrent layer over a sequence as one operation, fused, in Float32. It has first derivatives only.
    ///
    /// - Shapes: self [steps, batch, in], hidden and cell [batch, hidden]; W [gates * hidden, in], U [gates * hidden,
    ///   hidden], biases [gates * hidden] -> outputs [steps, batch, hidden], last cell [batch, hidden]
    /// - Parameter tracksCell: whether gradients may come through the last cell; it costs a copy
    /// - Precondition: float32, steps, batch and sizes above 0; no second derivatives.
    package func firstOrderRecurrence(
        _ kind: RecurrenceKind, hidden: Tensor, cell: Tensor?, parameters: RecurrenceParameters, isReversed: Bool,
        tracksCell: Bool
    ) -> (output: Tensor, cell: Tensor?) {
        let p = parameters
        let inputs =
            [self, hidden, p.inputWeight, p.hiddenWeight, p.inputBias, p.hiddenBias] + (cell.map { [$0] } ?? [])
        let sizes = RecurrenceSizes(
            kind: kind, steps: shape[0], batch: shape[1], input: shape[2], hidden: hidden.shape[1],
            isReversed: isReversed)
        check(kind, hidden, cell, parameters)
        // The last cell is one more step of the result, so that one operation has both.
        let addsCell = tracksCell && kind == .lstm
        let steps = shape[0]
        let result = Tensor(uninitialized: [steps + (addsCell ? 1 : 0), shape[1], hidden.shape[1]], .float32)
        let kept = KeptGates(runRecurrence(sizes, inputs, into: result))
        if addsCell {
            (result.float32 + steps * hidden.count).update(
                from: kept.lastCell(sizes), count: hidden.count)
        }
        let lastCell = kind == .lstm && !addsCell ? kept.lastCellTensor(sizes, shape: hidden.shape) : nil
        let recorded = result.recorded(
            from: inputs, ifAny: inputs.contains(where: \.requiresGradient), saving: [.inputs, .output]
        ) { step in
            precondition(!step.createGraph, "a fused recurrent layer has first derivatives only")
            return recurrenceGradients(sizes, step, kept, hasCell: addsCell)
        }
        guard addsCell else { return (recorded, lastCell) }
        return (
            recorded.sliced(axis: 0, 0..<steps),
            recorded.sliced(axis: 0, steps..<steps + 1).reshaped(hidden.shape)
        )
    }

    private func check(_ kind: RecurrenceKind, _ hidden: Tensor, _ cell: Tensor?, _ p: RecurrenceParameters) {
        precondition(rank == 3 && hidden.rank == 2 && count > 0, "recurrence: x \(shape), hidden \(hidden.shape)")
        let (size, rows) = (hidden.shape[1], kind.gateCount * hidden.shape[1])
        precondition(
            hidden.shape[0] == shape[1] && p.inputWeight.shape == [rows, shape[2]]
                && p.hiddenWeight.shape == [rows, size] && p.inputBias.shape == [rows] && p.hiddenBias.shape == [rows],
            "recurrence: x \(shape), hidden \(hidden.shape), W \(p.inputWeight.shape), U \(p.hiddenWeight.shape)")
        precondition((kind == .lstm) == (cell != nil), "recurrence: an LSTM has a cell, and no other layer")
        precondition(cell == nil || cell?.shape == hidden.shape, "recurrence: cell \(cell?.shape ?? [])")
    }
}

/// What the forward pass left for the way back: gone after the first use, because that works in place.
private final class KeptGates: Sendable {
    private let gates: Mutex<PooledBuffer?>
    private let cells: PooledBuffer

    init(_ buffers: (gates: PooledBuffer, cells: PooledBuffer)) {
        gates = Mutex(buffers.gates)
        cells = buffers.cells
    }

    func take() -> (gates: PooledBuffer, cells: PooledBuffer)? {
        gates.withLock { gates in
            defer { gates = nil }
            return gates.map { ($0, cells) }
        }
    }

    func lastCell(_ sizes: RecurrenceSizes) -> UnsafePointer<Float> {
        UnsafePointer(cells.floats + sizes.lastCellOffset)
    }

    func lastCellTensor(_ sizes: RecurrenceSizes, shape: Shape) -> Tensor {
        Tensor(storage: cells, offset: sizes.lastCellOffset, shape: shape, dtype: .float32).copied()
    }
}

extension PooledBuffer {
    fileprivate var floats: UnsafeMutablePointer<Float> { address.assumingMemoryBound(to: Float.self) }
}

// The inputs of the operation by number: x, hidden, W, U, b, c, cell.
private func runRecurrence(
    _ sizes: RecurrenceSizes, _ inputs: [Tensor], into output: Tensor
) -> (gates: PooledBuffer, cells: PooledBuffer) {
    let gates = PooledBuffer(byteCount: sizes.gateFloats * 4)
    let cells = PooledBuffer(byteCount: sizes.cellFloats * 4)
    if inputs.count > 6 { cells.floats.update(from: inputs[6].float32, count: inputs[6].count) }
    recurrenceForward(
        sizes, inputs[0].float32, hidden: inputs[1].float32, weights: weights(inputs), gates: gates.floats,
        cells: cells.floats, output: output.float32)
    return (gates, cells)
}

private func weights(_ inputs: [Tensor]) -> RecurrenceWeights {
    RecurrenceWeights(
        input: inputs[2].float32, hidden: inputs[3].float32, inputBias: inputs[4].float32, hiddenBias: inputs[5].float32
    )
}

private func recurrenceGradients(
    _ sizes: RecurrenceSizes, _ step: BackwardStep, _ kept: KeptGates, hasCell: Bool
) -> [Tensor?] {
    let inputs = (0..<step.inputCount).map { step.input($0) }
    let output = step.output
    // A second walk over the same record finds the gates used up and computes them again.
    let (gates, cells) =
        kept.take() ?? runRecurrence(sizes, inputs, into: Tensor(uninitialized: output.shape, .float32))
    let results = inputs.indices.map { step.needs($0) ? Tensor(uninitialized: inputs[$0].shape, .float32) : nil }
    var targets = RecurrenceGradients()
    targets.x = results[0]?.float32
    targets.hidden = results[1]?.float32
    targets.inputWeight = results[2]?.float32
    targets.hiddenWeight = results[3]?.float32
    targets.inputBias = results[4]?.float32
    targets.hiddenBias = results[5]?.float32
    if results.count > 6 { targets.cell = results[6]?.float32 }
    let slope = step.gradient
    let cellSlope = hasCell ? UnsafePointer(slope.float32 + (slope.shape[0] - 1) * inputs[1].count) : nil
    recurrenceBackward(
        sizes, inputs[0].float32, hidden: inputs[1].float32, weights: weights(inputs), gates: gates.floats,
        cells: cells.floats, output: output.float32, outputGradient: slope.float32, cellGradient: cellSlope,
        into: targets)
    withExtendedLifetime((inputs, results, output, slope, gates, cells)) {}
    return results
}
