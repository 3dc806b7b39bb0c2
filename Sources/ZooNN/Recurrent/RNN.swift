import ZooKernels

/// A plain recurrent network: `h' = tanh(W x + b + U h + c)`, or with an activation.
///
/// - Shapes: x [time, batch, in] -> [time, batch, hidden * directions]
/// - Init: everything ~ U(-k, k), k = 1/sqrt(hidden); or U the identity and the biases 0 (Le, Jaitly & Hinton 2015)
/// - Source: Elman 1990
public final class RNN: RecurrentLayers {
    /// Creates layers.
    ///
    /// - Parameter isRectified: an activation in place of tanh
    /// - Parameter startsAsIdentity: the hidden-to-hidden matrix begins as the identity, the biases as 0
    /// - Parameter dropout: the probability of zeroing between layers, 0 ..< 1
    public init(
        _ inputSize: Int, _ hiddenSize: Int, layerCount: Int = 1, isRectified: Bool = false,
        startsAsIdentity: Bool = false, isBidirectional: Bool = false, dropout: Float = 0,
        using generator: inout RandomGenerator
    ) {
        super.init(
            cell: isRectified ? .rectifiedRNN : .rnn, inputSize: inputSize, hiddenSize: hiddenSize,
            layerCount: layerCount, isBidirectional: isBidirectional, dropout: dropout,
            startsAsIdentity: startsAsIdentity, using: &generator)
    }
}
