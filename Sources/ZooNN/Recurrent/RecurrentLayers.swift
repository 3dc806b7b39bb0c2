import ZooKernels
import ZooTensor

/// Recurrent layers on top of each other, forwards or in both directions: what `RNN`, `GRU` and `LSTM` share.
///
/// Parameters are named as PyTorch names them: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, and with
/// `_reverse` at the end for the way back.
/// - Shapes: x [time, batch, in] -> [time, batch, hidden * directions]; state [layers * directions, batch, hidden]
/// - Init: everything ~ U(-k, k), k = 1/sqrt(hidden)
public class RecurrentLayers: Module, CustomReflectable {
    /// What happens at each step.
    public let cell: RecurrentCell
    /// Numbers in each step's input.
    public let inputSize: Int
    /// Numbers in each direction's output.
    public let hiddenSize: Int
    /// Layers on top of each other.
    public let layerCount: Int
    /// Whether each layer also reads backwards.
    public let isBidirectional: Bool
    /// The probability of zeroing an output between two layers in training.
    public let dropout: Float
    /// The parameters of each layer and direction: forwards, backwards, next layer.
    public let weights: [RecurrentWeights]

    init(
        cell: RecurrentCell, inputSize: Int, hiddenSize: Int, layerCount: Int, isBidirectional: Bool, dropout: Float,
        startsAsIdentity: Bool = false, using generator: inout RandomGenerator
    ) {
        precondition(inputSize > 0 && hiddenSize > 0, "RecurrentLayers: sizes \(inputSize) and \(hiddenSize)")
        precondition(layerCount > 0, "RecurrentLayers: at least one layer, not \(layerCount)")
        precondition((0..<1).contains(dropout), "RecurrentLayers: dropout must be in 0 ..< 1, not \(dropout)")
        self.cell = cell
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.layerCount = layerCount
        self.isBidirectional = isBidirectional
        self.dropout = dropout
        let directions = isBidirectional ? 2 : 1
        weights = (0..<layerCount * directions).map { index in
            RecurrentWeights(
                cell: cell, inputSize: index < directions ? inputSize : hiddenSize * directions,
                hiddenSize: hiddenSize, startsAsIdentity: startsAsIdentity, using: &generator)
        }
    }

    private final var directions: Int { isBidirectional ? 2 : 1 }

    /// The parameters as the walk over a module sees them, under PyTorch's names.
    public final var customMirror: Mirror {
        let names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
        let children: [Mirror.Child] = weights.enumerated().flatMap { index, weights in
            let suffix = "_l\(index / directions)" + (index % directions == 1 ? "_reverse" : "")
            return zip(names, weights.parameters).map { (label: $0 + suffix, value: $1 as Any) }
        }
        return Mirror(self, children: children, displayStyle: .class, ancestorRepresentation: .suppressed)
    }

    /// A state of zeros, where a sequence begins.
    public final func initialState(batchSize: Int, _ dtype: DType = .float32) -> RecurrentState {
        let zeros = Tensor.zeros([weights.count, batchSize, hiddenSize], dtype)
        return RecurrentState(hidden: zeros, cell: cell.hasCellState ? zeros : nil)
    }

    /// Reads a sequence.
    ///
    /// - Parameter state: where the sequence before ended; zeros by default
    /// - Parameter weightDropout: the probability of zeroing each hidden-to-hidden weight for the whole sequence, in
    ///   training (Merity et al. 2018, section 2)
    /// - Parameter tracksState: whether gradients may flow through the state that is returned
    /// - Returns: the last layer's output at every step, and the state after the last
    /// - Precondition: x has three axes, the last of `inputSize`; the state fits the batch.
    public final func callAsFunction(
        _ input: Tensor, state: RecurrentState? = nil, weightDropout: Float = 0, tracksState: Bool = true,
        mode: Mode = .inference, using generator: inout RandomGenerator
    ) -> (output: Tensor, state: RecurrentState) {
        precondition(
            input.rank == 3 && input.shape[2] == inputSize,
            "RecurrentLayers: x is [time, batch, \(inputSize)], not \(input.shape)")
        let start = state ?? initialState(batchSize: input.shape[1], input.dtype)
        precondition(
            start.hidden.shape == [weights.count, input.shape[1], hiddenSize],
            "RecurrentLayers: state \(start.hidden.shape) for x \(input.shape) and \(weights.count) directions")
        var (output, hiddens, cells) = (input, [Tensor](), [Tensor]())
        for layer in 0..<layerCount {
            if layer > 0, dropout > 0, mode == .training {
                output = output.dropout(probability: dropout, using: &generator)
            }
            let results = (0..<directions).map { direction in
                let index = layer * directions + direction
                return run(
                    index, output, start, mode == .training ? weightDropout : 0, tracksState,
                    isReversed: direction == 1,
                    &generator)
            }
            output = results.count == 1 ? results[0].output : Tensor.concatenated(results.map(\.output), axis: 2)
            for result in results {
                hiddens.append(result.hidden)
                if let cell = result.cell { cells.append(cell) }
            }
        }
        let end = RecurrentState(hidden: stacked(hiddens), cell: cell.hasCellState ? stacked(cells) : nil)
        return (output, tracksState ? end : end.detached())
    }

    /// Runs one layer in one direction.
    final func run(
        _ index: Int, _ input: Tensor, _ start: RecurrentState, _ weightDropout: Float, _ tracksState: Bool,
        isReversed: Bool, _ generator: inout RandomGenerator
    ) -> RecurrenceResult {
        var parameters = weights[index].values
        if weightDropout > 0 {
            parameters.hiddenWeight = parameters.hiddenWeight.dropout(probability: weightDropout, using: &generator)
        }
        let (hidden, cell) = (part(index, of: start.hidden), start.cell.map { part(index, of: $0) })
        // Other element types, and nothing at all, go the slow way.
        guard input.dtype == .float32, input.count > 0 else {
            return composedRecurrence(self.cell, input, hidden: hidden, cell: cell, parameters, isReversed: isReversed)
        }
        return fusedRecurrence(
            self.cell, input, hidden: hidden, cell: cell, parameters, isReversed: isReversed, tracksCell: tracksState)
    }

    private final func part(_ index: Int, of state: Tensor) -> Tensor {
        state.sliced(axis: 0, index..<index + 1).reshaped([state.shape[1], hiddenSize])
    }

    private final func stacked(_ states: [Tensor]) -> Tensor {
        let parts = states.map { $0.reshaped([1, $0.shape[0], $0.shape[1]]) }
        return parts.count == 1 ? parts[0] : Tensor.concatenated(parts, axis: 0)
    }
}
