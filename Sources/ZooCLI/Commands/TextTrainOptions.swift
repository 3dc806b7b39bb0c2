import ArgumentParser
import ZooLearn
import ZooNN
import ZooText
import ZooWorkflows

extension RecurrentCell: ExpressibleByArgument {}
extension TokenizerKind: ExpressibleByArgument {
    /// Their names.
    public static var allValueStrings: [String] { learned.map(\.rawValue) }

    /// One of them by its name.
    public init?(argument: String) {
        guard let kind = TokenizerKind(rawValue: argument), Self.learned.contains(kind) else { return nil }
        self = kind
    }
}

/// What training a language model takes; what is not given stays as it is in the recipe that it is applied to.
struct TextTrainOptions: ParsableArguments {
    @Option(help: "Name of the data set.") var data: String
    @Option(help: "Token: a character, a word, or a piece of byte-pair encoding. (default: char)") var tokens:
        TokenizerKind?
    @Option(help: "Maximum size of the vocabulary, 8 or more, bpe 257. (default: word 60000, bpe 4096; of char all)")
    var vocabularySize: Int?
    @Option(
        help: """
            Minimum number of occurrences of a word or byte pair that becomes a token, 1 to 1000000. (default: \
            \(defaults.tokenizer.minimumFrequency))
            """)
    var minFrequency: Int?
    @Flag(help: "Convert the text to lower case.") var lowercase = false
    @Option(
        help: "Fraction of the text held out for validation, from the end, 0 to 0.9. (default: \(defaults.validShare))")
    var valid: Double?
    @Option(help: "Recurrent cell. (default: \(defaults.cell.rawValue))") var cell: RecurrentCell?
    @Option(help: "Hidden size, 1 to 16384. (default: \(defaults.hiddenSize))") var hidden: Int?
    @Option(help: "Number of recurrent layers, 1 to 64. (default: \(defaults.layerCount))") var layers: Int?
    @Option(help: "Embedding size of a token, 1 to 16384. (default: \(defaults.embeddingSize))") var embedding: Int?
    @Flag(help: "Tie weights: the output layer uses the embeddings.") var tie = false
    @Option(
        help: "Batch size: rows of text that are read side by side, 1 to 1048576. (default: \(training.batchSize))")
    var batchSize: Int?
    @Option(help: "Back-propagation window in tokens, 1 to 1048576. (default: \(training.bptt))") var bptt: Int?
    @Option(help: "Decoupled weight decay, 0 or more. (default: \(training.weightDecay))") var weightDecay: Double?
    @Option(help: "Maximum norm of the gradient, 0 or more; 0 does not clip. (default: \(training.clipping ?? 0))")
    var clip: Double?
    @OptionGroup(title: "Regularisation") var regularization: TextRegularizationOptions

    private static let defaults = TextRecipe()
    private static let training = LanguageModelTrainingOptions()

    func validate() throws {
        try checkRange(vocabularySize, "--vocabulary-size", 8...10_000_000)
        try checkRange(minFrequency, "--min-frequency", 1...1_000_000)
        try checkRange(hidden, "--hidden", 1...16_384)
        try checkRange(layers, "--layers", 1...64)
        try checkRange(embedding, "--embedding", 1...16_384)
        try checkRange(batchSize, "--batch-size", 1...1 << 20)
        try checkRange(bptt, "--bptt", 1...1 << 20)
        if tokens == .bytePair, let vocabularySize, vocabularySize < 257 {
            throw ValidationError("--vocabulary-size of bpe must be at least 257, not \(vocabularySize)")
        }
        try checkRange(valid, "--valid", 0...0.9)
        try checkRange(weightDecay, "--weight-decay", 0...)
        try checkRange(clip, "--clip", 0...)
    }

    /// The recipe with what was given.
    ///
    /// - Throws: `ValidationError` for what does nothing beside the recipe's tokens
    func applied(to base: TextRecipe, seed: UInt64?) throws -> TextRecipe {
        if tokens ?? base.tokenizer.kind == .character, vocabularySize != nil || minFrequency != nil {
            throw ValidationError("--vocabulary-size and --min-frequency are for --tokens word or bpe")
        }
        var recipe = base
        if let tokens { recipe.tokenizer.kind = tokens }
        if let vocabularySize { recipe.tokenizer.size = vocabularySize }
        if let minFrequency { recipe.tokenizer.minimumFrequency = minFrequency }
        if lowercase { recipe.tokenizer.lowercases = true }
        if let valid { recipe.validShare = valid }
        if let cell { recipe.cell = cell }
        if let hidden { recipe.hiddenSize = hidden }
        if let layers { recipe.layerCount = layers }
        if let embedding { recipe.embeddingSize = embedding }
        if tie { recipe.tiesWeights = true }
        if let batchSize { recipe.training.batchSize = batchSize }
        if let bptt { recipe.training.bptt = bptt }
        if let weightDecay { recipe.training.weightDecay = weightDecay }
        if let clip { recipe.training.clipping = clip > 0 ? clip : nil }
        if let seed { recipe.training.seed = seed }
        regularization.apply(to: &recipe.regularization)
        return recipe
    }
}

/// How long and at which rates a language model is trained, which the learning-rate finder does not ask.
struct TextScheduleOptions: ParsableArguments {
    @Option(help: "Epochs, 1 to 100000. (default: \(training.epochs))") var epochs: Int?
    @Option(help: "Maximum learning rate, above 0. (default: \(training.learningRate))") var lr: Double?
    @Option(
        help: """
            Learning-rate schedule: one-cycle, constant, cosine, or cosine-restarts:LEN:MULT with LEN epochs in the first cycle and \
            MULT times as many in each next one. (default: one-cycle)
            """,
        transform: learningRateSchedule)
    var schedule: LearningRateSchedule?

    private static let training = LanguageModelTrainingOptions()

    func validate() throws {
        try checkRange(epochs, "--epochs", 1...100_000)
        try checkAbove0(lr, "--lr")
    }

    /// The recipe with what was given.
    func applied(to base: TextRecipe) -> TextRecipe {
        var recipe = base
        if let epochs { recipe.training.epochs = epochs }
        if let lr { recipe.training.learningRate = lr }
        if let schedule { recipe.training.schedule = schedule }
        return recipe
    }
}

/// The dropouts and penalties of AWD-LSTM.
struct TextRegularizationOptions: ParsableArguments {
    @Option(help: "Factor of all dropouts that are not given, 0 to 3.5; 0 is no dropout. (default: 1)") var dropout:
        Double?
    @Option(help: "Dropout of whole tokens, 0 to below 1. (default: \(usual.embeddingDropout))") var embeddingDropout:
        Double?
    @Option(help: "Dropout of the first layer's input, 0 to below 1. (default: \(usual.inputDropout))")
    var inputDropout: Double?
    @Option(help: "Dropout of hidden-to-hidden weights, 0 to below 1. (default: \(usual.weightDropout))")
    var weightDropout: Double?
    @Option(help: "Dropout between layers, 0 to below 1. (default: \(usual.hiddenDropout))") var hiddenDropout: Double?
    @Option(help: "Dropout of the last layer's output, 0 to below 1. (default: \(usual.outputDropout))")
    var outputDropout: Double?
    @Option(
        help: "Activation regularisation: weight of the outputs' mean square, 0 or more. (default: \(usual.activation))"
    )
    var ar: Double?
    @Option(
        help:
            "Temporal activation regularisation: weight of the outputs' changes, 0 or more. (default: \(usual.temporal))"
    )
    var tar: Double?

    private static let usual = LanguageModelRegularization()

    func validate() throws {
        let single: [(Double?, String)] = [
            (embeddingDropout, "--embedding-dropout"), (inputDropout, "--input-dropout"),
            (weightDropout, "--weight-dropout"), (hiddenDropout, "--hidden-dropout"),
            (outputDropout, "--output-dropout"),
        ]
        for (value, name) in single { try checkRange(value, name, 0..<1) }
        if let dropout, !(dropout >= 0 && dropout <= 3.5) {
            throw ValidationError("--dropout multiplies the dropouts: from 0 to 3.5, not \(dropout)")
        }
        try checkRange(ar, "--ar", 0...)
        try checkRange(tar, "--tar", 0...)
    }

    /// Whether any dropout is given.
    var hasDropout: Bool {
        [dropout, embeddingDropout, inputDropout, weightDropout, hiddenDropout, outputDropout].contains { $0 != nil }
    }

    func apply(to regularization: inout LanguageModelRegularization) {
        if let dropout {
            // From the defaults, also where a resumed recipe was multiplied already.
            let (activation, temporal) = (regularization.activation, regularization.temporal)
            regularization = LanguageModelRegularization()
            regularization.multiply(by: Float(dropout))
            (regularization.activation, regularization.temporal) = (activation, temporal)
        }
        if let embeddingDropout { regularization.embeddingDropout = Float(embeddingDropout) }
        if let inputDropout { regularization.inputDropout = Float(inputDropout) }
        if let weightDropout { regularization.weightDropout = Float(weightDropout) }
        if let hiddenDropout { regularization.hiddenDropout = Float(hiddenDropout) }
        if let outputDropout { regularization.outputDropout = Float(outputDropout) }
        if let ar { regularization.activation = ar }
        if let tar { regularization.temporal = tar }
    }
}
