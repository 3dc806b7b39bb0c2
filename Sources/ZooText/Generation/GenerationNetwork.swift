import ZooKernels
import ZooNN
import ZooTensor

/// What a generator knows after the tokens that it read.
struct GenerationState {
    /// The network's memory.
    var memory: LanguageModelState?
    /// A score for every token to come next.
    var logits: [Float]
}

/// A language model made ready to read one token after the other.
final class GenerationNetwork {
    private let model: LanguageModel

    init(_ model: LanguageModel) { self.model = model }

    /// Nothing read: all tokens are alike.
    func initialState() -> GenerationState {
        GenerationState(
            memory: nil, logits: [Float](repeating: 0, count: model.configuration.vocabularySize))
    }

    /// Reads a token.
    func read(_ token: Int32, _ state: inout GenerationState) {
        var generator = RandomGenerator(seed: 0)
        model.withoutGradients {
            let output = model(Tensor([token], shape: [1, 1]), state: state.memory, using: &generator)
            state.memory = output.state
            state.logits = output.logits.floats
        }
    }
}
