import ZooData
import ZooEmbeddings
import ZooKernels
import ZooNN
import ZooTensor
import ZooText

/// Turns texts into vectors, each by itself, so that the others beside it change nothing.
///
/// A static text model gives the mean over the vectors of a text's tokens. A language model, or the one in a text classifier,
/// gives the mean over all tokens of what its last recurrent layer puts out. Not for several threads at a time.
package final class TextEmbedder {
    private enum Model {
        case tokens(StaticTextModel)
        case states(LanguageModel, any Tokenizer)
    }

    private let model: Model
    private let scratch = TextTokenizer.Scratch()
    /// How many numbers a vector has.
    package let width: Int

    /// What takes texts.
    package static let nouns = "static text model, language model or text classifier"
    /// Tokens that a language model reads at a time; the state is kept from one window to the next.
    private static let window = 128

    /// Of a stored model; nil for one that takes no texts.
    package init?(_ stored: Any) {
        switch stored {
        case let stored as StaticTextModel: (model, width) = (.tokens(stored), stored.width)
        case let stored as StoredLanguageModel:
            (model, width) = (.states(stored.model, stored.tokenizer), stored.model.configuration.stateSize)
        case let stored as StoredTextClassifier:
            let network = stored.classifier.encoder
            (model, width) = (.states(network, stored.tokenizer), network.configuration.stateSize)
        default: return nil
        }
    }

    /// The vector of a text; zeros where the model knows nothing of it.
    package func vector(of text: String) -> [Float] {
        switch model {
        case .tokens(let model):
            return [Float](unsafeUninitializedCapacity: width) { result, count in
                let room = UnsafeMutableBufferPointer(rebasing: result[..<width])
                room.initialize(repeating: 0)
                model.embed(text, into: room, scratch)
                count = width
            }
        case .states(let network, let tokenizer):
            return network.meanState(of: tokenizer.encode(documents: [text]).tokens)
        }
    }

    /// The vectors of texts, one after the other.
    ///
    /// - Parameter progress: called with the number of texts that were processed
    package func vectors(of texts: [String], progress: (Int) -> Void = { _ in }) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(texts.count * width)
        let step = if case .tokens = model { 1 << 14 } else { 16 }
        for start in stride(from: 0, to: texts.count, by: step) {
            let part = Array(texts[start..<min(texts.count, start + step)])
            if case .tokens(let model) = model {
                result += model.vectors(of: part)
            } else {
                for text in part { result += vector(of: text) }
            }
            progress(start + part.count)
        }
        return result
    }

    fileprivate static var windowLength: Int { window }
}

extension LanguageModelArchitecture {
    /// How many numbers the last recurrent layer puts out.
    fileprivate var stateSize: Int { size(ofLayer: layerCount - 1) }
}

extension LanguageModel {
    /// The mean of the last layer's outputs over all tokens; zeros for none.
    fileprivate func meanState(of tokens: [Int32]) -> [Float] {
        let width = configuration.stateSize
        guard !tokens.isEmpty else { return [Float](repeating: 0, count: width) }
        return withoutGradients {
            var sums = [Double](repeating: 0, count: width)
            var generator = RandomGenerator.silent  // nothing is drawn in inference
            var state: LanguageModelState?
            // A layer that reads backwards begins at the end.
            let length = configuration.merges == nil ? TextEmbedder.windowLength : tokens.count
            for start in stride(from: 0, to: tokens.count, by: length) {
                let window = Array(tokens[start..<min(tokens.count, start + length)])
                let encoded = encoded(Tensor(window, shape: [window.count, 1]), state: state, using: &generator)
                for (place, number) in encoded.raw.floats.enumerated() { sums[place % width] += Double(number) }
                state = encoded.state
            }
            return sums.map { Float($0 / Double(tokens.count)) }
        }
    }
}

extension Workspace {
    /// What turns texts into vectors by a model, with the model's catalogue row.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a model that takes no texts
    package func textEmbedder(named name: String) throws -> (embedder: TextEmbedder, entry: CatalogueModel) {
        let (stored, entry) = try model(named: name, as: (any StoredModel).self)
        guard let embedder = TextEmbedder(stored) else {
            let use = ModelKind.named(entry.kind)?.use(name) ?? "it is of kind '\(entry.kind)'"
            throw WorkflowError.unsuitable(model: name, reason: "is no \(TextEmbedder.nouns); \(use)")
        }
        return (embedder, entry)
    }
}
