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

/// How a language model is trained.
public struct LanguageModelTrainingOptions: Sendable, Hashable, Codable {
    /// Rows of the text that are read side by side.
    public var batchSize = 64
    /// Steps through which gradients go back; the mean length of a window.
    public var bptt = 64
    /// Whether windows vary in length, the rate with them.
    public var variesWindows = true
    /// Passes over the text.
    public var epochs = 12
    /// The highest learning rate.
    public var learningRate = 4e-3
    /// How the rate moves.
    public var schedule = LearningRateSchedule.oneCycle
    /// The decoupled weight decay of AdamW.
    public var weightDecay = 0.01
    /// The bound on the norm of all gradients together; nil for none.
    public var clipping: Double? = 0.25
    /// Whether the weights of the last epoch are kept, not those of the best epoch by validation loss; nil for false.
    public var keepsLast: Bool?
    /// Epochs without a better one after which a stage ends, where the best is kept; 0 for never; nil for half of the epochs of
    /// the longest stage, at least 5.
    public var patience: Int?
    /// Decides dropout and the lengths of windows.
    public var seed: UInt64 = 0

    /// Creates the default options.
    public init() {}

    /// Checks what a user wrote.
    ///
    /// - Throws: `TextError.setting` that names the first value that cannot be.
    package func validate() throws(TextError) {
        for (name, count) in [("batchSize", batchSize), ("bptt", bptt)] where !(1...1 << 20).contains(count) {
            throw .setting(name: name, value: String(count), expected: "from 1 to \(1 << 20)")
        }
        if epochs < 0 { throw .setting(name: "epochs", value: String(epochs), expected: "not negative") }
        if let patience, patience < 0 {
            throw .setting(name: "patience", value: String(patience), expected: "not negative")
        }
        if !(learningRate > 0 && learningRate.isFinite) {
            throw .setting(name: "learningRate", value: String(learningRate), expected: "above 0")
        }
        if !(weightDecay >= 0 && weightDecay.isFinite) {
            throw .setting(name: "weightDecay", value: String(weightDecay), expected: "not negative")
        }
        if let clipping, !(clipping > 0) {
            throw .setting(name: "clipping", value: String(clipping), expected: "above 0")
        }
        if !schedule.isValid {
            throw .setting(
                name: "schedule", value: schedule.description, expected: "a length and a multiplier of at least 1")
        }
    }
}
