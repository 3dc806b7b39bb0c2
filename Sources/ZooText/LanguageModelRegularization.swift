/// The dropouts and penalties of a language model.
///
/// - Source: AWD-LSTM, Merity et al. 2018, sections 2 to 4; the defaults have the proportions of fastai's
public struct LanguageModelRegularization: Sendable, Hashable, Codable {
    /// The probability of dropping a token's whole embedding, everywhere in a window.
    public var embeddingDropout: Float = 0.02
    /// The probability of dropping a number of the first layer's input, at all steps of a window alike.
    public var inputDropout: Float = 0.25
    /// The probability of dropping a hidden-to-hidden weight.
    public var weightDropout: Float = 0.2
    /// The probability of dropping a number between two layers, at all steps of a window alike.
    public var hiddenDropout: Float = 0.15
    /// The probability of dropping a number of the last layer's output, at all steps of a window alike.
    public var outputDropout: Float = 0.1
    /// Alpha: the weight of the mean square of the dropped outputs in the loss.
    package var activation = 2.0
    /// Beta: the weight of the mean square of the outputs' changes from step to step in the loss.
    package var temporal = 1.0

    /// The defaults.
    public init() {}

    /// No dropout and no penalty.
    package static var none: LanguageModelRegularization {
        var none = LanguageModelRegularization()
        none.multiply(by: 0)
        (none.activation, none.temporal) = (0, 0)
        return none
    }

    /// All dropouts multiplied.
    package mutating func multiply(by factor: Float) {
        for (_, dropout) in Self.dropouts { self[keyPath: dropout] *= factor }
    }

    /// Every dropout by its name in files.
    static var dropouts: [(name: String, path: WritableKeyPath<LanguageModelRegularization, Float>)] {
        [
            ("embeddingDropout", \.embeddingDropout), ("inputDropout", \.inputDropout),
            ("weightDropout", \.weightDropout), ("hiddenDropout", \.hiddenDropout), ("outputDropout", \.outputDropout),
        ]
    }
    /// Every penalty by its name in a network's file.
    static var penalties: [(name: String, path: WritableKeyPath<LanguageModelRegularization, Double>)] {
        [("activationRegularization", \.activation), ("temporalRegularization", \.temporal)]
    }

    /// - Throws: `TextError.setting` that names the first value that cannot be.
    func validate() throws(TextError) {
        for (name, path) in Self.dropouts where !(0..<1).contains(self[keyPath: path]) {
            throw .setting(name: name, value: String(self[keyPath: path]), expected: "at least 0 and below 1")
        }
        for (name, path) in Self.penalties where !(self[keyPath: path] >= 0 && self[keyPath: path].isFinite) {
            throw .setting(name: name, value: String(self[keyPath: path]), expected: "not negative")
        }
    }
}
