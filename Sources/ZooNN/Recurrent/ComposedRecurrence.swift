import ZooTensor

/// What one layer in one direction gives: outputs [time, batch, hidden], and the state [batch, hidden] after the last
/// step that it took.
package struct RecurrenceResult {
    package let output: Tensor
    package let hidden: Tensor
    package let cell: Tensor?
}

/// One layer in one direction from ordinary operations: any real element type, and any number of derivatives.
///
/// - Shapes: x [time, batch, in], hidden and cell [batch, hidden]
package func composedRecurrence(
    _ kind: RecurrentCell, _ input: Tensor, hidden: Tensor, cell: Tensor?, _ parameters: RecurrenceParameters,
    isReversed: Bool
) -> RecurrenceResult {
    let (steps, batch) = (input.shape[0], input.shape[1])
    var (hidden, cell) = (hidden, cell)
    var outputs = [Tensor?](repeating: nil, count: steps)
    for step in isReversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
        let x = input.sliced(axis: 0, step..<step + 1).reshaped([batch, input.shape[2]])
        let forInput = x.matmul(parameters.inputWeight, transposeOther: true) + parameters.inputBias
        let forHidden = hidden.matmul(parameters.hiddenWeight, transposeOther: true) + parameters.hiddenBias
        (hidden, cell) = next(kind, forInput, forHidden, hidden, cell)
        outputs[step] = hidden.reshaped([1, batch, hidden.shape[1]])
    }
    let empty = Tensor.zeros([0, batch, hidden.shape[1]], input.dtype)
    let output = steps == 0 ? empty : Tensor.concatenated(outputs.compactMap { $0 }, axis: 0)
    return RecurrenceResult(output: output, hidden: hidden, cell: cell)
}

/// One step, from the products of the input and of the hidden vector with all gates.
private func next(
    _ kind: RecurrentCell, _ forInput: Tensor, _ forHidden: Tensor, _ hidden: Tensor, _ cell: Tensor?
) -> (Tensor, Tensor?) {
    let size = hidden.shape[1]
    func gate(_ index: Int, _ products: Tensor) -> Tensor {
        products.sliced(axis: 1, index * size..<(index + 1) * size)
    }
    switch kind {
    case .rnn: return ((forInput + forHidden).tanh(), nil)
    case .rectifiedRNN: return ((forInput + forHidden).relu(), nil)
    case .gru:
        let reset = (gate(0, forInput) + gate(0, forHidden)).sigmoid()
        let update = (gate(1, forInput) + gate(1, forHidden)).sigmoid()
        let new = (gate(2, forInput) + reset * gate(2, forHidden)).tanh()
        return ((1 - update) * new + update * hidden, nil)
    case .lstm:
        let sums = forInput + forHidden
        let kept = cell.map { gate(1, sums).sigmoid() * $0 }
        let added = gate(0, sums).sigmoid() * gate(2, sums).tanh()
        let cell = kept.map { $0 + added } ?? added
        return (gate(3, sums).sigmoid() * cell.tanh(), cell)
    }
}
