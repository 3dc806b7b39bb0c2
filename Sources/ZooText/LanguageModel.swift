import ZooKernels
import ZooNN
import ZooTensor

/// A recurrent network that says of every token in a text which token comes next.
///
/// Paths: `encoder.weight`, `layers.<n>.weight_ih_l0` and so on, `decoder.weight`, `decoder.bias`; with tied weights
/// there is no `decoder.weight`.
/// - Shapes: tokens int32 [time, batch] -> logits [time, batch, vocabulary]
/// - Init: encoder ~ U(-0.1, 0.1), the rest as `LSTM` and `Linear`
/// - Source: Mikolov et al. 2010; Merity et al. 2018 (AWD-LSTM)
public final class LanguageModel: Module {
    /// The sizes and the regularisers.
    public let configuration: LanguageModelArchitecture
    /// The tokens' embeddings [vocabulary, embedding].
    package let encoder: Embedding
    /// One recurrent layer each.
    package let layers: [RecurrentLayers]
    /// From the last layer's output to logits.
    package let decoder: Decoder

    /// Creates a model.
    ///
    /// - Precondition: `configuration.validate()` does not throw.
    public init(_ configuration: LanguageModelArchitecture, using generator: inout RandomGenerator) {
        self.configuration = configuration
        encoder = Embedding(
            configuration.vocabularySize, configuration.embeddingSize, initializer: .uniform(low: -0.1, high: 0.1),
            using: &generator)
        var layers: [RecurrentLayers] = []
        for index in 0..<configuration.layerCount {
            let inputSize = index == 0 ? configuration.embeddingSize : configuration.size(ofLayer: index - 1)
            layers.append(
                configuration.cell.layer(
                    inputSize, configuration.stateSize(ofLayer: index),
                    isBidirectional: configuration.merge(ofLayer: index) != nil, using: &generator))
        }
        self.layers = layers
        decoder = Decoder(
            configuration.size(ofLayer: configuration.layerCount - 1), configuration.vocabularySize,
            tiedTo: configuration.tiesWeights ? encoder : nil, using: &generator)
    }

    /// The parameters by layer, first to last, for rates and freezing: encoder, each recurrent layer, decoder.
    package var parameterLayers: [[Parameter]] {
        [encoder.parameters] + layers.map(\.parameters) + [decoder.ownParameters]
    }

    /// Reads a window of tokens without the decoder: what a classifier builds on.
    ///
    /// - Parameter state: where the window before ended; zeros by default
    /// - Returns: the last layer's outputs [time, batch, size] before and after their dropout, and the state at the end,
    ///   through which no gradient flows
    /// - Precondition: every token is in 0 ..< vocabulary.
    public func encoded(
        _ tokens: Tensor, state: LanguageModelState? = nil, mode: Mode = .inference,
        using generator: inout RandomGenerator
    ) -> EncodedText {
        let lengths = [Int](repeating: tokens.shape[0], count: tokens.shape[1])
        return encoded(tokens, lengths: lengths, state: state, mode: mode, using: &generator)
    }

    /// The same of texts of different lengths, [batch]; only layers that read in both directions ask for them.
    package func encoded(
        _ tokens: Tensor, lengths: [Int], state: LanguageModelState? = nil, mode: Mode = .inference,
        using generator: inout RandomGenerator
    ) -> EncodedText {
        var output = embedded(tokens, mode, &generator)
        var states: [RecurrentState] = []
        var last: Tensor?
        for (index, layer) in layers.enumerated() {
            let dropout =
                index == 0 ? configuration.regularization.inputDropout : configuration.regularization.hiddenDropout
            output = variationalDropout(output, dropout, mode, &generator)
            if let merge = configuration.merge(ofLayer: index) {
                let (outputs, ends) = layer.bothWays(
                    output, lengths: lengths, weightDropout: configuration.regularization.weightDropout, mode: mode,
                    using: &generator)
                output = merge(outputs[0], outputs[1])
                last = merge(ends[0], ends[1])
                states.append(layer.initialState(batchSize: lengths.count))
                continue
            }
            last = nil
            let result = layer(
                output, state: state?.layers[index], weightDropout: configuration.regularization.weightDropout,
                tracksState: false, mode: mode, using: &generator)
            output = result.output
            states.append(result.state)
        }
        let dropped = variationalDropout(output, configuration.regularization.outputDropout, mode, &generator)
        return EncodedText(raw: output, dropped: dropped, state: LanguageModelState(layers: states), last: last)
    }

    /// Reads a window of tokens and scores what comes after each.
    ///
    /// - Precondition: every token is in 0 ..< vocabulary.
    public func callAsFunction(
        _ tokens: Tensor, state: LanguageModelState? = nil, mode: Mode = .inference,
        using generator: inout RandomGenerator
    ) -> LanguageModelOutput {
        let encoded = encoded(tokens, state: state, mode: mode, using: &generator)
        return LanguageModelOutput(logits: decoder(encoded.dropped), encoded: encoded)
    }

    /// The loss that training makes small: the mean cross-entropy in nats a token, and the two regularisers.
    ///
    /// - Returns: both the cross-entropy alone and the whole
    /// - Source: Merity et al. 2018, section 4.3
    public func loss(_ output: LanguageModelOutput, targets: Tensor) -> (crossEntropy: Tensor, total: Tensor) {
        let entropy = crossEntropy(output.logits, targets)
        var total = entropy
        if configuration.regularization.activation > 0 {
            total = total + output.encoded.dropped.pow(2).mean() * configuration.regularization.activation
        }
        let (raw, steps) = (output.encoded.raw, output.encoded.raw.shape[0])
        if configuration.regularization.temporal > 0, steps > 1 {
            let change = raw.sliced(axis: 0, 1..<steps) - raw.sliced(axis: 0, 0..<steps - 1)
            total = total + change.pow(2).mean() * configuration.regularization.temporal
        }
        return (entropy, total)
    }

    /// Drops whole tokens from the table, then looks up.
    private func embedded(_ tokens: Tensor, _ mode: Mode, _ generator: inout RandomGenerator) -> Tensor {
        let rows = encoder(tokens)
        guard mode == .training, configuration.regularization.embeddingDropout > 0 else { return rows }
        let mask = Tensor.ones([configuration.vocabularySize, 1]).dropout(
            probability: configuration.regularization.embeddingDropout, using: &generator)
        return rows * mask.gathered(rows: tokens)
    }

    /// One mask for all steps of a window.
    ///
    /// - Source: Gal & Ghahramani 2016
    private func variationalDropout(
        _ x: Tensor, _ probability: Float, _ mode: Mode, _ generator: inout RandomGenerator
    ) -> Tensor {
        guard mode == .training, probability > 0 else { return x }
        return x * Tensor.ones([1, x.shape[1], x.shape[2]]).dropout(probability: probability, using: &generator)
    }
}

/// The outputs of a language model before its decoder.
public struct EncodedText: Sendable {
    /// The last layer's outputs [time, batch, size].
    public let raw: Tensor
    /// The same after output dropout; equal to `raw` in inference.
    public let dropped: Tensor
    /// The state after the window, as constants.
    public let state: LanguageModelState
    /// What the last layer gives after all of each text, [batch, size], where it reads in both directions; else nil.
    let last: Tensor?
}

/// What a language model says of a window.
public struct LanguageModelOutput: Sendable {
    /// A score for every token of the vocabulary to come next [time, batch, vocabulary].
    public let logits: Tensor
    /// What the scores were made from, and the new state.
    public let encoded: EncodedText

    /// The state after the window, as constants.
    public var state: LanguageModelState { encoded.state }
}

/// What a language model carries from one window of a text to the next: the state of every layer.
public struct LanguageModelState: Sendable {
    /// One state a layer, the first layer first.
    public var layers: [RecurrentState]

    /// Puts a state together.
    public init(layers: [RecurrentState]) { self.layers = layers }

    /// The state as named tensors: `<layer>.hidden`, `<layer>.cell`.
    public var tensors: [NamedTensor] {
        layers.enumerated().flatMap { index, state in
            [NamedTensor(path: "\(index).hidden", tensor: state.hidden)]
                + (state.cell.map { [NamedTensor(path: "\(index).cell", tensor: $0)] } ?? [])
        }
    }

    /// Takes up what `tensors` gave; nil where it is not the state of `model`.
    init?(_ tensors: [NamedTensor], of model: LanguageModel, batchSize: Int) {
        let named = Dictionary(tensors.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        var layers: [RecurrentState] = []
        for (index, layer) in model.layers.enumerated() {
            let shape: Shape = [1, batchSize, layer.hiddenSize]
            guard let hidden = named["\(index).hidden"], hidden.shape == shape, hidden.dtype == .float32 else {
                return nil
            }
            let cell = named["\(index).cell"]
            guard layer.cell.hasCellState == (cell != nil), cell == nil || cell?.shape == shape else { return nil }
            layers.append(RecurrentState(hidden: hidden.detached(), cell: cell?.detached()))
        }
        self.init(layers: layers)
    }
}

extension LanguageModel {
    /// How well the model predicts a text.
    ///
    /// The text is cut into rows that are read side by side with their state kept; every row begins with no memory.
    /// - Parameter batchSize: rows; fewer where the text is too short for rows of 256 steps, in which the first few, that are
    ///   foretold from nothing, would weigh too much
    /// - Parameter window: steps at a time; it does not change the result
    /// - Returns: the mean cross-entropy in nats a token, and over how many tokens
    /// - Throws: `TextError` for fewer than two tokens, or an unknown one.
    public func evaluate(
        _ tokens: [Int32], batchSize: Int = 64, window: Int = 64
    ) throws(TextError) -> (nats: Double, count: Int) {
        try check(tokens)
        let stream = try TextStream(tokens, batchSize: Self.rows(of: tokens.count, batchSize))
        return withoutGradients {
            var state: LanguageModelState?
            var generator = RandomGenerator(seed: 0)
            var sum = 0.0
            for range in stream.windows(length: window) {
                let (inputs, targets) = stream.window(range)
                let output = self(inputs, state: state, using: &generator)
                sum += crossEntropy(output.logits, targets).item * Double(targets.count)
                state = output.state
            }
            return (sum / Double(stream.predictionCount), stream.predictionCount)
        }
    }

    private static func rows(of tokens: Int, _ batchSize: Int) -> Int { max(1, min(batchSize, tokens / 256)) }

    /// How many of so many tokens `evaluate` predicts: not the first of all, and not those that are left over by its rows.
    package static func predictedCount(of tokens: Int, batchSize: Int) -> Int {
        let rows = rows(of: tokens, batchSize)
        return (tokens - 1) / rows * rows
    }
}
