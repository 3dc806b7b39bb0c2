import Foundation
import ZooData
import ZooText

/// How well a language model foretells a text.
public struct EvaluateTextReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// Name of the data set.
    public let data: String
    /// Which part of it was used: `all`, `train` or `valid`.
    public let split: String
    /// How many tokens were foretold.
    public let tokens: Int
    /// How many characters the text has.
    public let characters: Int
    /// Cross-entropy in nats a token.
    public let nats: Double
    /// The same in bits.
    public let bits: Double
    /// Of how many equally likely tokens one would have to choose to be as unsure.
    public let perplexity: Double
    /// Cross-entropy in bits a character, which models with different tokens can be compared by.
    public let bitsPerCharacter: Double
    /// Pieces of the text that the model does not know.
    public let unknown: Int
    /// Which those are; nil where everything is known.
    @StableKey public var note: String?
}

extension Workspace {
    /// Measures a stored language model on a text, read in as many rows side by side as in its training.
    ///
    /// - Parameters:
    ///   - dataset: nil for the one that the model was trained on
    ///   - split: `train` or `valid` as the model's own training cut the text; else all of it
    /// - Throws: `DataError`, `TextError`; `WorkflowError.invalid` for another split
    public func evaluateText(model name: String, dataset: String?, split: RatingSplit) throws -> EvaluateTextReport {
        let stored = try languageModel(named: name)
        guard let dataset = try dataset ?? self.data.model(named: name).dataset else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data")
        }
        let texts = try data.texts(dataset: dataset)
        let documents = try Self.documents(texts, split, validShare: stored.recipe.validShare)
        let encoded = stored.tokenizer.encode(documents: documents)
        let (nats, count) = try stored.model.evaluate(
            encoded.tokens, batchSize: stored.recipe.training.batchSize)
        let characters = documents.reduce(0) { $0 + $1.unicodeScalars.count }
        return EvaluateTextReport(
            model: name, data: dataset, split: split.name, tokens: count, characters: characters, nats: nats,
            bits: nats / log(2), perplexity: exp(nats),
            bitsPerCharacter: nats / log(2) * Double(encoded.tokens.count) / Double(max(characters, 1)),
            unknown: encoded.unknown.count, note: encoded.unknown.note(of: "the text"))
    }

    private static func documents(_ texts: StoredTexts, _ split: RatingSplit, validShare: Double) throws -> [String] {
        let all = texts.documents.map(\.text)
        switch split {
        case .none: return all
        case .named("train"): return TextSplit(all, validShare: validShare).training
        case .named("valid") where validShare > 0: return TextSplit(all, validShare: validShare).validation
        case .named("valid"):
            throw WorkflowError.invalid(
                what: "split valid", reason: "the model was trained on the whole text (--valid 0)")
        case .named, .random, .fold:
            throw WorkflowError.invalid(
                what: "split \(split.name)",
                reason: "texts have the parts 'train' and 'valid', as their training cut them")
        }
    }
}
