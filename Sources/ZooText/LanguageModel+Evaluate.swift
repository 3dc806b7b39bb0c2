import ZooKernels
import ZooNN
import ZooTensor

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
        let stream = try TextStream(tokens, batchSize: max(1, min(batchSize, tokens.count / 256)))
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
}
