import ZooKernels

/// Long short-term memory.
///
/// `i, f, o = sigmoid(W x + b + U h + c), g = tanh(W_g x + b_g + U_g h + c_g), C' = f C + i g, h' = o tanh(C')`
/// - Shapes: x [time, batch, in] -> [time, batch, hidden * directions]
/// - Init: everything ~ U(-k, k), k = 1/sqrt(hidden)
/// - Source: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000
public final class LSTM: RecurrentLayers {
    /// Creates layers.
    ///
    /// - Parameter dropout: the probability of zeroing between layers, 0 ..< 1
    public init(
        _ inputSize: Int, _ hiddenSize: Int, layerCount: Int = 1, isBidirectional: Bool = false, dropout: Float = 0,
        using generator: inout RandomGenerator
    ) {
        super.init(
            cell: .lstm, inputSize: inputSize, hiddenSize: hiddenSize, layerCount: layerCount,
            isBidirectional: isBidirectional, dropout: dropout, using: &generator)
    }
}
