import ZooKernels
import ZooNN
import ZooTensor

/// Turns a language model's outputs into a score for every token; its weights may be the encoder's.
///
/// - Shapes: x [..., size] -> [..., vocabulary]; weight [size, vocabulary], or the encoder's [vocabulary, size]
/// - Init: as `Linear`; tied, the bias is 0
package final class Decoder: Module {
    /// W [size, vocabulary]; nil where the encoder's table is used.
    package let weight: Parameter?
    /// b [vocabulary].
    package let bias: Parameter
    private let encoder: Embedding?

    init(_ size: Int, _ vocabularySize: Int, tiedTo encoder: Embedding?, using generator: inout RandomGenerator) {
        self.encoder = encoder
        let bound = 1 / Double(size).squareRoot()
        let uniform = Initializer.uniform(low: -bound, high: bound)
        if encoder == nil {
            weight = Parameter(uniform.tensor([size, vocabularySize], using: &generator), isLinearWeight: true)
            bias = Parameter(uniform.tensor([vocabularySize], using: &generator))
        } else {
            weight = nil
            bias = Parameter(.zeros([vocabularySize]))
        }
    }

    /// What is the decoder's alone.
    var ownParameters: [Parameter] { [weight, bias].compactMap { $0 } }

    /// The encoder's table [vocabulary, size], where it is used.
    var sharedTable: Tensor? { encoder?.weight.value }

    /// Applies the layer.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        let product =
            if let encoder { input.matmul(encoder.weight.value, transposeOther: true) } else {
                weight.map { input.matmul($0.value) } ?? input
            }
        return product + bias.value
    }
}

extension RecurrentCell {
    /// One layer of this cell.
    func layer(
        _ inputSize: Int, _ hiddenSize: Int, isBidirectional: Bool, using generator: inout RandomGenerator
    ) -> RecurrentLayers {
        switch self {
        case .rnn: RNN(inputSize, hiddenSize, isBidirectional: isBidirectional, using: &generator)
        case .rectifiedRNN:
            // A rectified network only keeps its memory when it begins as the identity (Le, Jaitly & Hinton 2015).
            RNN(
                inputSize, hiddenSize, isRectified: true, startsAsIdentity: true, isBidirectional: isBidirectional,
                using: &generator)
        case .gru: GRU(inputSize, hiddenSize, isBidirectional: isBidirectional, using: &generator)
        case .lstm: LSTM(inputSize, hiddenSize, isBidirectional: isBidirectional, using: &generator)
        }
    }
}
