import CZooSIMD

/// Where the gradients of a recurrent layer go; nil where one is not wanted.
package struct RecurrenceGradients {
    /// Of x [steps, batch, in].
    package var x: UnsafeMutablePointer<Float>?
    /// Of the first state [batch, hidden].
    package var hidden: UnsafeMutablePointer<Float>?
    /// Of the first cell [batch, hidden].
    package var cell: UnsafeMutablePointer<Float>?
    /// Of W [gates * hidden, in].
    package var inputWeight: UnsafeMutablePointer<Float>?
    /// Of U [gates * hidden, hidden].
    package var hiddenWeight: UnsafeMutablePointer<Float>?
    /// Of b [gates * hidden].
    package var inputBias: UnsafeMutablePointer<Float>?
    /// Of c [gates * hidden].
    package var hiddenBias: UnsafeMutablePointer<Float>?

    /// Nothing wanted.
    package init() {}
}

/// Goes back through a layer that ``recurrenceForward`` ran.
///
/// - Parameter gates: what the forward pass left; overwritten
/// - Parameter outputGradient: of the output [steps, batch, hidden]
/// - Parameter cellGradient: of an LSTM's last cell, or nil
package func recurrenceBackward(
    _ sizes: RecurrenceSizes, _ x: UnsafePointer<Float>, hidden: UnsafePointer<Float>, weights: RecurrenceWeights,
    gates: UnsafeMutablePointer<Float>, cells: UnsafePointer<Float>, output: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, cellGradient: UnsafePointer<Float>?, into gradients: RecurrenceGradients,
    threads: ThreadCount = .all
) {
    let (carry, bias) = (
        FloatScratch(zeros: sizes.stateCount), FloatScratch(zeros: sizes.kind.blockCount * sizes.hidden)
    )
    if let cellGradient { carry.start.update(from: cellGradient, count: sizes.stateCount) }
    goBack(sizes, hidden, weights, gates, cells, output, outputGradient, carry, bias, gradients.hidden, threads)
    gradients.cell?.update(from: carry.start, count: sizes.stateCount)
    let (size, gateCount) = (sizes.hidden, sizes.kind.gateCount)
    // A GRU's new gate has its input's gradient in the fourth block, its state's in the third.
    gradients.hiddenBias?.update(from: bias.start, count: gateCount * size)
    if let inputBias = gradients.inputBias {
        inputBias.update(from: bias.start, count: gateCount * size)
        if sizes.kind == .gru { (inputBias + 2 * size).update(from: bias.start + 3 * size, count: size) }
    }
    for (index, part) in sizes.inputParts.enumerated() {
        if let w = gradients.inputWeight {
            gemm(
                transposeA: true, transposeB: false, m: part.count, n: sizes.input, k: sizes.rows, alpha: 1,
                gates + part.gateColumn, lda: sizes.gateStride, x, ldb: sizes.input, beta: 0,
                w + part.weightRow * sizes.input, ldc: sizes.input, threads: threads)
        }
        if let dx = gradients.x {
            gemm(
                transposeA: false, transposeB: false, m: sizes.rows, n: sizes.input, k: part.count, alpha: 1,
                gates + part.gateColumn, lda: sizes.gateStride, weights.input + part.weightRow * sizes.input,
                ldb: sizes.input, beta: index == 0 ? 0 : 1, dx, ldc: sizes.input, threads: threads)
        }
    }
    if let u = gradients.hiddenWeight { addHiddenProducts(sizes, hidden, gates, output, u, threads) }
    withExtendedLifetime((carry, bias)) {}
}

/// Turns the gates of all steps into the gradients of what went into them, the last step first.
private func goBack(
    _ sizes: RecurrenceSizes, _ hidden: UnsafePointer<Float>, _ weights: RecurrenceWeights,
    _ gates: UnsafeMutablePointer<Float>, _ cells: UnsafePointer<Float>, _ output: UnsafePointer<Float>,
    _ outputGradient: UnsafePointer<Float>, _ carry: FloatScratch, _ bias: FloatScratch,
    _ hiddenGradient: UnsafeMutablePointer<Float>?, _ threads: ThreadCount
) {
    let packed = FloatScratch(sizes.packedFloats)
    parallel(sizes.unitBlocks, threads: threads) {
        zoo_recurrent_pack_backward(sizes.kind.rawValue, weights.hidden, sizes.hidden, $0, packed.start)
    }
    func gatesAt(_ order: Int) -> UnsafeMutablePointer<Float> {
        gates + sizes.time(order) * sizes.batch * sizes.gateStride
    }
    var step = zoo_recurrent_backward()
    step.cell = sizes.kind.rawValue
    (step.batch, step.hidden, step.stride) = (sizes.batch, sizes.hidden, sizes.gateStride)
    (step.packed, step.carry, step.bias_gradient) = (UnsafePointer(packed.start), carry.start, bias.start)
    step.state_gradient = hiddenGradient
    // One round more than there are steps where the gradient of the first state is wanted.
    for order in stride(from: sizes.steps - 1, through: hiddenGradient == nil ? 0 : -1, by: -1) {
        step.later = order == sizes.steps - 1 ? nil : UnsafePointer(gatesAt(order + 1))
        step.gates = order < 0 ? nil : gatesAt(order)
        if order >= 0 {
            step.output_gradient = outputGradient + sizes.time(order) * sizes.stateCount
            step.state_before = order == 0 ? hidden : output + sizes.time(order - 1) * sizes.stateCount
            if sizes.kind == .lstm {
                step.cell_before = cells + order * sizes.stateCount
                step.cell_after = cells + (order + 1) * sizes.stateCount
            }
        }
        let current = step
        parallel(sizes.unitBlocks, threads: threads) { block in
            withUnsafePointer(to: current) { zoo_recurrent_backward_units($0, block) }
        }
    }
    withExtendedLifetime(packed) {}
}

/// The gradient of U: over all steps, the gates' gradients times the state before.
private func addHiddenProducts(
    _ sizes: RecurrenceSizes, _ hidden: UnsafePointer<Float>, _ gates: UnsafePointer<Float>,
    _ output: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>, _ threads: ThreadCount
) {
    let (size, count) = (sizes.hidden, sizes.kind.gateCount * sizes.hidden)
    func product(_ rows: Int, _ gateTime: Int, _ states: UnsafePointer<Float>, beta: Float) {
        gemm(
            transposeA: true, transposeB: false, m: count, n: size, k: rows, alpha: 1,
            gates + gateTime * sizes.batch * sizes.gateStride, lda: sizes.gateStride, states, ldb: size, beta: beta, u,
            ldc: size, threads: threads)
    }
    product(sizes.batch, sizes.time(0), hidden, beta: 0)
    guard sizes.steps > 1 else { return }
    // Step by step the states are those of one time earlier, or later where it went backwards.
    let (gateTime, stateTime) = sizes.isReversed ? (0, 1) : (1, 0)
    product((sizes.steps - 1) * sizes.batch, gateTime, output + stateTime * sizes.stateCount, beta: 1)
}
