import ZooKernels
import ZooTensor

/// The parameters of one layer in one direction.
///
/// - Shapes: inputWeight [gates * hidden, in], hiddenWeight [gates * hidden, hidden], biases [gates * hidden]
public struct RecurrentWeights {
    /// W, PyTorch's `weight_ih`.
    public let inputWeight: Parameter
    /// U, PyTorch's `weight_hh`.
    public let hiddenWeight: Parameter
    /// b, PyTorch's `bias_ih`.
    public let inputBias: Parameter
    /// c, PyTorch's `bias_hh`.
    public let hiddenBias: Parameter

    /// All of them in PyTorch's order.
    public var parameters: [Parameter] { [inputWeight, hiddenWeight, inputBias, hiddenBias] }

    /// The tensors, as the operations take them.
    package var values: RecurrenceParameters {
        RecurrenceParameters(
            inputWeight: inputWeight.value, hiddenWeight: hiddenWeight.value, inputBias: inputBias.value,
            hiddenBias: hiddenBias.value)
    }

    init(
        cell: RecurrentCell, inputSize: Int, hiddenSize: Int, startsAsIdentity: Bool,
        using generator: inout RandomGenerator
    ) {
        let rows = cell.gateCount * hiddenSize
        let bound = 1 / Double(max(hiddenSize, 1)).squareRoot()
        let uniform = Initializer.uniform(low: -bound, high: bound)
        inputWeight = Parameter(uniform.tensor([rows, inputSize], using: &generator))
        guard startsAsIdentity else {
            hiddenWeight = Parameter(uniform.tensor([rows, hiddenSize], using: &generator))
            inputBias = Parameter(uniform.tensor([rows], using: &generator))
            hiddenBias = Parameter(uniform.tensor([rows], using: &generator))
            return
        }
        let identity = (0..<rows * hiddenSize).map { Float($0 / hiddenSize % hiddenSize == $0 % hiddenSize ? 1 : 0) }
        hiddenWeight = Parameter(Tensor(identity, shape: [rows, hiddenSize]))
        inputBias = Parameter(.zeros([rows]))
        hiddenBias = Parameter(.zeros([rows]))
    }
}
