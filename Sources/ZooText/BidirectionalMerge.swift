import ZooTensor

/// How a layer that reads texts in both directions joins the outputs of the two.
///
/// - Source: Keras 3.15, `layers/rnn/bidirectional.py`
package enum BidirectionalMerge: String, Sendable, Hashable, Codable {
    /// Side by side: the output is twice as wide.
    case concat
    case sum
    case ave
    case mul

    /// Joins outputs of one shape.
    func callAsFunction(_ forwards: Tensor, _ backwards: Tensor) -> Tensor {
        switch self {
        case .concat: Tensor.concatenated([forwards, backwards], axis: -1)
        case .sum: forwards + backwards
        case .ave: (forwards + backwards) * 0.5
        case .mul: forwards * backwards
        }
    }
}
