import ZooLearn
import ZooNN
import ZooText

/// How a language model is made from a text: everything that decides the result, besides the text.
public struct TextRecipe: Sendable, Hashable, Codable {
    /// How text is cut into tokens.
    public var tokenizer = TokenizerSettings()
    /// What happens at each step.
    public var cell = RecurrentCell.lstm
    /// Numbers a token is turned into.
    public var embeddingSize = 64
    /// Numbers in each layer's state.
    public var hiddenSize = 512
    /// Layers on top of each other.
    public var layerCount = 2
    /// Whether the decoder's weights are the encoder's.
    public var tiesWeights = false
    /// The regularisers.
    public var regularization = TextRegularization()
    /// How it is trained.
    public var training = LanguageModelTrainingOptions()
    /// The last part of the text that is kept for validation, 0 ..< 1.
    public var validShare = 0.1

    /// Two LSTM layers over characters.
    public init() {}

    /// The network for a vocabulary of that size.
    func network(vocabularySize: Int) -> LanguageModelArchitecture {
        var network = LanguageModelArchitecture(
            cell: cell, vocabularySize: vocabularySize, embeddingSize: embeddingSize, hiddenSize: hiddenSize,
            layerCount: layerCount)
        network.tiesWeights = tiesWeights
        regularization.apply(to: &network)
        return network
    }
}

/// The dropouts and penalties of a language model.
public struct TextRegularization: Sendable, Hashable, Codable {
    /// Of whole tokens.
    public var embeddingDropout: Float = 0.02
    /// Of the first layer's input.
    public var inputDropout: Float = 0.25
    /// Of hidden-to-hidden weights.
    public var weightDropout: Float = 0.2
    /// Between layers.
    public var hiddenDropout: Float = 0.15
    /// Of the last layer's output.
    public var outputDropout: Float = 0.1
    /// The weight of the outputs' mean square.
    public var activation = 2.0
    /// The weight of their changes' mean square.
    public var temporal = 1.0

    /// The proportions of fastai's AWD-LSTM.
    public init() {}

    /// All dropouts multiplied.
    public mutating func multiply(by factor: Float) {
        embeddingDropout *= factor
        inputDropout *= factor
        weightDropout *= factor
        hiddenDropout *= factor
        outputDropout *= factor
    }

    func apply(to network: inout LanguageModelArchitecture) {
        network.embeddingDropout = embeddingDropout
        network.inputDropout = inputDropout
        network.weightDropout = weightDropout
        network.hiddenDropout = hiddenDropout
        network.outputDropout = outputDropout
        network.activationRegularization = activation
        network.temporalRegularization = temporal
    }
}
