import ArgumentParser
import ZooLearn
import ZooNN
import ZooText
import ZooWorkflows

extension RecurrentCell: ExpressibleByArgument {}
extension TokenizerKind: ExpressibleByArgument {}

/// What training a language model takes; what is not given stays as it is in the recipe that it is applied to.
struct TextTrainOptions: ParsableArguments {
    @Option(help: "Name of the data set.") var data: String
    @Option(help: "What a token is: char, word or bpe.") var tokens: TokenizerKind?
    @Option(help: "The most tokens; words 60000, bpe 4096.") var vocabularySize: Int?
    @Option(help: "How often a word or pair must occur to become a token.") var minFrequency: Int?
    @Flag(help: "Turn the text into lower case.") var lowercase = false
    @Option(help: "The last part of the text, kept for validation.") var valid: Double?
    @Option(help: "rnn, rnn-relu, gru or lstm.") var cell: RecurrentCell?
    @Option(help: "Numbers in a layer's state.") var hidden: Int?
    @Option(help: "Layers on top of each other.") var layers: Int?
    @Option(help: "Numbers that a token is turned into.") var embedding: Int?
    @Flag(help: "Use the embeddings for the output layer as well.") var tie = false
    @Option(help: "Passes over the text.") var epochs: Int?
    @Option(help: "Largest learning rate.") var lr: Double?
    @Option(
        help:
            "one-cycle, constant, cosine, or cosine-restarts:LEN:MULT with the first cycle's epochs and what each is multiplied by.",
        transform: TextTrainOptions.schedule)
    var schedule: LearningRateSchedule?
    @Option(help: "Rows of the text side by side.") var batchSize: Int?
    @Option(help: "Steps through which gradients go back.") var bptt: Int?
    @Option(help: "Decay of the weights.") var weightDecay: Double?
    @Option(help: "Bound on the gradient's norm; 0 for none.") var clip: Double?
    @Flag(help: "Keep the last epoch's weights, not those of the epoch with the least validation loss.")
    var keepLast = false
    @OptionGroup(title: "Regularisation") var regularization: TextRegularizationOptions

    private static func schedule(_ text: String) throws -> LearningRateSchedule {
        guard let schedule = LearningRateSchedule(text) else {
            throw ValidationError("--schedule is one-cycle, constant, cosine or cosine-restarts:LEN:MULT, not '\(text)'")
        }
        return schedule
    }

    func validate() throws {
        func check(_ value: Int?, _ name: String, _ range: ClosedRange<Int>) throws {
            if let value, !range.contains(value) {
                throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
            }
        }
        try check(vocabularySize, "--vocabulary-size", 8...10_000_000)
        try check(minFrequency, "--min-frequency", 1...1_000_000)
        try check(hidden, "--hidden", 1...16_384)
        try check(layers, "--layers", 1...64)
        try check(embedding, "--embedding", 1...16_384)
        try check(epochs, "--epochs", 1...100_000)
        try check(batchSize, "--batch-size", 1...1 << 20)
        try check(bptt, "--bptt", 1...1 << 20)
        if tokens == .bytePair, let vocabularySize, vocabularySize < 257 {
            throw ValidationError("--vocabulary-size of bpe must be at least 257, not \(vocabularySize)")
        }
        if let valid, !(valid >= 0 && valid <= 0.9) {
            throw ValidationError("--valid must be from 0 to 0.9, not \(valid)")
        }
        if let lr, !(lr > 0 && lr.isFinite) { throw ValidationError("--lr must be above 0, not \(lr)") }
        for (value, name) in [(weightDecay, "--weight-decay"), (clip, "--clip")] {
            if let value, !(value >= 0 && value.isFinite) {
                throw ValidationError("\(name) must not be below 0, not \(value)")
            }
        }
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
        if let epochs { recipe.training.epochs = epochs }
        if let lr { recipe.training.learningRate = lr }
        if let schedule { recipe.training.schedule = schedule }
        if let batchSize { recipe.training.batchSize = batchSize }
        if let bptt { recipe.training.bptt = bptt }
        if let weightDecay { recipe.training.weightDecay = weightDecay }
        if let clip { recipe.training.clipping = clip > 0 ? clip : nil }
        if keepLast { recipe.training.keepsLast = true }
        if let seed { recipe.training.seed = seed }
        regularization.apply(to: &recipe.regularization)
        return recipe
    }
}

/// The dropouts and penalties of AWD-LSTM.
struct TextRegularizationOptions: ParsableArguments {
    @Option(help: "Multiplies all dropouts that are not given; 0 for none.") var dropout: Double?
    @Option(help: "Dropout of whole tokens.") var embeddingDropout: Double?
    @Option(help: "Dropout of the first layer's input.") var inputDropout: Double?
    @Option(help: "Dropout of hidden-to-hidden weights.") var weightDropout: Double?
    @Option(help: "Dropout between layers.") var hiddenDropout: Double?
    @Option(help: "Dropout of the last layer's output.") var outputDropout: Double?
    @Option(help: "Weight of the outputs' mean square in the loss.") var ar: Double?
    @Option(help: "Weight of the outputs' changes in the loss.") var tar: Double?

    func validate() throws {
        let single: [(Double?, String)] = [
            (embeddingDropout, "--embedding-dropout"), (inputDropout, "--input-dropout"),
            (weightDropout, "--weight-dropout"), (hiddenDropout, "--hidden-dropout"),
            (outputDropout, "--output-dropout"),
        ]
        for (value, name) in single {
            if let value, !(value >= 0 && value < 1) {
                throw ValidationError("\(name) must be at least 0 and below 1, not \(value)")
            }
        }
        if let dropout, !(dropout >= 0 && dropout <= 3.5) {
            throw ValidationError("--dropout multiplies the dropouts: from 0 to 3.5, not \(dropout)")
        }
        for (value, name) in [(ar, "--ar"), (tar, "--tar")] {
            if let value, !(value >= 0 && value.isFinite) {
                throw ValidationError("\(name) must not be below 0, not \(value)")
            }
        }
    }

    func apply(to regularization: inout TextRegularization) {
        if let dropout {
            // From the defaults, also where a recipe is gone on with that was multiplied already.
            let (activation, temporal) = (regularization.activation, regularization.temporal)
            regularization = TextRegularization()
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
