import Foundation
import ZooKernels

/// Writes text with a language model, one token after the other.
///
/// It is a value: a copy goes its own way from where the original stands. It keeps weights of its own: what the model learns
/// later does not reach it.
public struct TextGenerator {
    private let network: GenerationNetwork
    private let vocabularySize: Int
    private var state: GenerationState
    private var recent: [Int32] = []

    /// Makes a model ready; nothing is read yet.
    ///
    /// - Parameter precision: how the weights are held; float16 is faster by up to half, and moves log-probabilities by
    ///   less than 0.01
    public init(_ model: LanguageModel, precision: WeightPrecision = .float16, threads: ThreadCount = .all) {
        network = GenerationNetwork(model, precision: precision, threads: threads)
        vocabularySize = model.configuration.vocabularySize
        state = network.initialState()
    }

    /// Reads a prompt, or more of it.
    ///
    /// - Returns: the natural logarithm of the probability that the model gave each token when it came
    /// - Throws: `TextError.unknownToken`; then nothing was read.
    @discardableResult
    public mutating func feed(_ tokens: [Int32]) throws(TextError) -> [Float] {
        if let position = tokens.firstIndex(where: { $0 < 0 || Int($0) >= vocabularySize }) {
            throw .unknownToken(tokens[position], position: position, vocabularySize: vocabularySize)
        }
        return tokens.map { read($0) }
    }

    /// The natural logarithm of every token's probability to come next; all alike before anything was read.
    public var logProbabilities: [Float] { Self.logSoftmax(state.logits) }

    /// Writes.
    ///
    /// - Parameter length: tokens at most
    /// - Parameter sampling: how they are chosen; the same seed gives the same text
    /// - Parameter onToken: called with each token as it comes, with beams with all of them at the end; false ends the
    ///   text
    /// - Returns: what was written; the generator continues from there.
    /// - Throws: `TextError.setting`
    @discardableResult
    public mutating func generate(
        length: Int, sampling: SamplingOptions = SamplingOptions(),
        onToken: (GeneratedToken) throws -> Bool = { _ in true }
    ) throws -> [GeneratedToken] {
        try sampling.validate()
        if sampling.excluded.count >= vocabularySize,
            (0..<Int32(vocabularySize)).allSatisfy({ sampling.excluded.contains($0) })
        {
            throw TextError.setting(name: "excluded", value: "the whole vocabulary", expected: "a part of it")
        }
        if sampling.beamWidth > 1 { return try search(length: length, sampling: sampling, onToken: onToken) }
        var sampler = Sampler(sampling)
        var written: [GeneratedToken] = []
        while written.count < length {
            let token = sampler.choose(state.logits, recent: recent.suffix(sampling.repetitionWindow))
            let generated = GeneratedToken(token: token, logProbability: read(token))
            written.append(generated)
            let goesOn = try onToken(generated)
            if !goesOn || sampling.endsText(written) { break }
        }
        return written
    }

    private mutating func search(
        length: Int, sampling: SamplingOptions, onToken: (GeneratedToken) throws -> Bool
    ) throws -> [GeneratedToken] {
        let best = beamSearch(network, from: state, recent: recent, length: length, sampling: sampling)
        for (index, token) in best.tokens.enumerated() where try !onToken(token) {
            let kept = Array(best.tokens[...index])
            for token in kept { read(token.token) }
            return kept
        }
        state = best.state
        recent = best.recent
        return best.tokens
    }

    /// Reads a token and says how likely it was.
    @discardableResult
    private mutating func read(_ token: Int32) -> Float {
        let logProbability = state.logits[Int(token)] - Self.logSumExp(state.logits)
        network.read(token, &state)
        recent.append(token)
        if recent.count > 8192 { recent.removeFirst(4096) }
        return logProbability
    }

    static func logSoftmax(_ logits: [Float]) -> [Float] {
        let total = logSumExp(logits)
        return logits.map { $0 - total }
    }

    static func logSumExp(_ logits: [Float]) -> Float {
        let top = logits.max() ?? 0
        return top + Float(log(logits.reduce(0.0) { $0 + Double(exp($1 - top)) }))
    }
}

extension SamplingOptions {
    /// Whether a run of `stop` has just been completed.
    func endsText(_ written: [GeneratedToken]) -> Bool {
        stop.contains { run in
            !run.isEmpty && written.count >= run.count
                && zip(written.suffix(run.count), run).allSatisfy { $0.token == $1 }
        }
    }
}
