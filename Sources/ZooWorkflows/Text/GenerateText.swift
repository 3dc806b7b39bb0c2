import Foundation
import ZooKernels
import ZooText

/// What to write, and how.
public struct GenerateRequest: Sendable {
    /// The language model.
    public var model: String
    /// The prompt; empty for a new text.
    public var prompt = ""
    /// The most tokens to write.
    public var length = 400
    /// How tokens are chosen.
    public var sampling = SamplingOptions()
    /// Texts that end what is written; they are left out of it.
    public var stops: [String] = []
    /// How weights are held in memory; nil for float32 of a model of another program, else float16.
    package var precision: WeightPrecision?

    /// Asks a model for 400 tokens.
    public init(model: String) { self.model = model }
}

/// What a model wrote.
public struct GenerateReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// What it went on from, as it was read.
    public let prompt: String
    /// What it wrote.
    public let text: String
    /// The same as tokens.
    public let tokens: [String]
    /// The logarithm of the probability that the model gave to each token, in nats, before temperature and penalties.
    public let logProbabilities: [Double]
    /// Why it ended: `length` or `stop`.
    public let finish: String
    /// The seed that makes the same text again.
    public let seed: UInt64
}

/// What is heard while a text is written.
public enum WritingEvent: Sendable {
    /// Something to know about the prompt.
    case note(String)
    /// The prompt as the model reads it; it may be empty.
    case prompt(String)
    /// The next piece of the text.
    case text(String)
}

extension Workspace {
    /// Writes text with a stored language model, piece by piece.
    ///
    /// - Throws: `DataError.unknown`, `WorkflowError.unsuitable` for other models; `TextError.setting`
    public func generate(_ request: GenerateRequest, onEvent: (WritingEvent) -> Void = { _ in }) throws
        -> GenerateReport
    {
        try request.sampling.validate()
        let stored = try model(named: request.model, as: StoredLanguageModel.self).model
        let tokenizer = stored.tokenizer
        let encoded = tokenizer.encode(request.prompt)
        if let note = encoded.unknown.note(of: "the prompt") { onEvent(.note(note)) }
        // What was not trained here answers as where it comes from.
        let isForeign = stored.recipe.training.epochs == 0
        var generator = TextGenerator(stored.model, precision: request.precision ?? (isForeign ? .float32 : .float16))
        try generator.feed(tokenizer.opening(of: encoded.tokens))
        var decoder = tokenizer.makeDecoder()
        let prompt = encoded.tokens.map { decoder.append($0) }.joined()
        onEvent(.prompt(prompt))
        var filter = StopFilter(request.stops)
        var (tokens, logProbabilities, text): ([String], [Double], String) = ([], [], "")
        func write(_ piece: String) {
            guard !piece.isEmpty else { return }
            text += piece
            onEvent(.text(piece))
        }
        var sampling = request.sampling
        sampling.excluded.formUnion(tokenizer.unwritable)
        try generator.generate(length: request.length, sampling: sampling) { token in
            tokens.append(tokenizer.vocabulary[Int(token.token)])
            logProbabilities.append(Double(token.logProbability))
            write(filter.add(decoder.append(token.token)))
            return !filter.isStopped
        }
        if !filter.isStopped { write(filter.add(decoder.finish()) + filter.finish()) }
        return GenerateReport(
            model: request.model, prompt: prompt, text: text, tokens: tokens, logProbabilities: logProbabilities,
            finish: filter.isStopped ? "stop" : "length", seed: request.sampling.seed)
    }
}

extension Tokenizer {
    /// What a model reads before it writes: the prompt behind a document's beginning. Never empty where it can be helped.
    fileprivate func opening(of prompt: [Int32]) -> [Int32] {
        if let documentStart { return [documentStart] + prompt }
        return prompt.isEmpty ? encode("\n").tokens : prompt
    }
}
