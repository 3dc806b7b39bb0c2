import ZooKernels
import ZooTensor

/// One layer in one direction as one operation: Float32, first derivatives only.
///
/// - Parameter tracksCell: whether gradients may come through the last cell
/// - Precondition: at least one step of at least one row.
package func fusedRecurrence(
    _ kind: RecurrentCell, _ input: Tensor, hidden: Tensor, cell: Tensor?, _ parameters: RecurrenceParameters,
    isReversed: Bool, tracksCell: Bool
) -> RecurrenceResult {
    let (output, lastCell) = input.firstOrderRecurrence(
        kind.recurrence, hidden: hidden, cell: cell, parameters: parameters, isReversed: isReversed,
        tracksCell: tracksCell)
    let last = isReversed ? 0 : input.shape[0] - 1
    let lastHidden = output.sliced(axis: 0, last..<last + 1).reshaped(hidden.shape)
    return RecurrenceResult(output: output, hidden: lastHidden, cell: lastCell)
}

extension RecurrentCell {
    var recurrence: RecurrenceKind {
        switch self {
        case .rnn: .rnn
        case .rectifiedRNN: .rectifiedRNN
        case .gru: .gru
        case .lstm: .lstm
        }
    }
}
