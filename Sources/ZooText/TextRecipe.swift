import ZooLearn
import ZooNN

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
    public var regularization = LanguageModelRegularization()
    /// How it is trained.
    public var training = LanguageModelTrainingOptions()
    /// The last part of the text that is kept for validation, 0 ..< 1.
    public var validShare = 0.1

    /// Two LSTM layers over characters.
    public init() {}

    /// The network for a vocabulary of that size.
    package func network(vocabularySize: Int) -> LanguageModelArchitecture {
        var network = LanguageModelArchitecture(
            cell: cell, vocabularySize: vocabularySize, embeddingSize: embeddingSize, hiddenSize: hiddenSize,
            layerCount: layerCount)
        network.tiesWeights = tiesWeights
        network.regularization = regularization
        return network
    }
}
