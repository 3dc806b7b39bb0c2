import ZooNN

/// The sizes and the regularisers of a language model.
///
/// - Source: the regularisers are those of AWD-LSTM, Merity et al. 2018, sections 2 to 4
public struct LanguageModelArchitecture: Sendable, Hashable, Codable {
    /// What happens at each step.
    public var cell: RecurrentCell
    /// How many tokens there are.
    public var vocabularySize: Int
    /// Numbers a token is turned into.
    public var embeddingSize: Int
    /// Numbers in each layer's state.
    public var hiddenSize: Int
    /// Layers on top of each other.
    public var layerCount: Int
    /// Whether the decoder's weights are the encoder's; the last layer then has `embeddingSize` numbers.
    public var tiesWeights = false
    /// The probability of dropping a token's whole embedding, everywhere in a window.
    public var embeddingDropout: Float = 0
    /// The probability of dropping a number of the first layer's input, at all steps of a window alike.
    public var inputDropout: Float = 0
    /// The probability of dropping a hidden-to-hidden weight.
    public var weightDropout: Float = 0
    /// The probability of dropping a number between two layers, at all steps of a window alike.
    public var hiddenDropout: Float = 0
    /// The probability of dropping a number of the last layer's output, at all steps of a window alike.
    public var outputDropout: Float = 0
    /// Alpha: the weight of the mean square of the dropped outputs in the loss.
    public var activationRegularization: Double = 0
    /// Beta: the weight of the mean square of the outputs' changes from step to step in the loss.
    public var temporalRegularization: Double = 0

    /// Creates a configuration without regularisers.
    public init(
        cell: RecurrentCell = .lstm, vocabularySize: Int, embeddingSize: Int = 64, hiddenSize: Int = 512,
        layerCount: Int = 2
    ) {
        self.cell = cell
        self.vocabularySize = vocabularySize
        self.embeddingSize = embeddingSize
        self.hiddenSize = hiddenSize
        self.layerCount = layerCount
    }

    /// Numbers in the output of layer `index`.
    public func size(ofLayer index: Int) -> Int {
        tiesWeights && index == layerCount - 1 ? embeddingSize : hiddenSize
    }

    /// Checks what a file or a user wrote.
    ///
    /// - Throws: `TextError.setting` that names the first value that cannot be.
    public func validate() throws(TextError) {
        for (name, size) in [
            ("vocabularySize", vocabularySize), ("embeddingSize", embeddingSize), ("hiddenSize", hiddenSize),
            ("layerCount", layerCount),
        ] where size < 1 || size > 1 << 24 {
            throw .setting(name: name, value: String(size), expected: "from 1 to \(1 << 24)")
        }
        for (name, probability) in [
            ("embeddingDropout", embeddingDropout), ("inputDropout", inputDropout), ("weightDropout", weightDropout),
            ("hiddenDropout", hiddenDropout), ("outputDropout", outputDropout),
        ] where !(0..<1).contains(probability) {
            throw .setting(name: name, value: String(probability), expected: "at least 0 and below 1")
        }
        for (name, weight) in [
            ("activationRegularization", activationRegularization), ("temporalRegularization", temporalRegularization),
        ] where !(weight >= 0 && weight.isFinite) {
            throw .setting(name: name, value: String(weight), expected: "not negative")
        }
    }
}
