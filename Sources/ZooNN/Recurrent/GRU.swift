import ZooKernels

/// Gated recurrent units.
///
/// `r, z = sigmoid(W x + b + U h + c), n = tanh(W_n x + b_n + r (U_n h + c_n)), h' = (1 - z) n + z h`
/// - Shapes: x [time, batch, in] -> [time, batch, hidden * directions]
/// - Init: everything ~ U(-k, k), k = 1/sqrt(hidden)
/// - Source: Cho et al. 2014, with the reset gate after the product as in PyTorch
public final class GRU: RecurrentLayers {
    /// Creates layers.
    ///
    /// - Parameter dropout: the probability of zeroing between layers, 0 ..< 1
    public init(
        _ inputSize: Int, _ hiddenSize: Int, layerCount: Int = 1, isBidirectional: Bool = false, dropout: Float = 0,
        using generator: inout RandomGenerator
    ) {
        super.init(
            cell: .gru, inputSize: inputSize, hiddenSize: hiddenSize, layerCount: layerCount,
            isBidirectional: isBidirectional, dropout: dropout, using: &generator)
    }
}
