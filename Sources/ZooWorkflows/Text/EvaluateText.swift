import Foundation
import ZooData
import ZooRecords
import ZooText

/// How well a language model predicts a text.
package struct EvaluateTextReport: Evaluation {
    /// Name of the model.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// Which part of it was used: `all`, `train` or `valid`.
    package let split: String
    /// The same in words: `the 20672 validation tokens of this training ('tales')`.
    package let on: String
    /// How many tokens were predicted.
    package let tokens: Int
    /// How many characters the text has.
    package let characters: Int
    /// Cross-entropy in nats a token.
    package let nats: Double
    /// The same in bits.
    package let bits: Double
    /// Of how many equally likely tokens one would have to choose to be as unsure.
    package let perplexity: Double
    /// Cross-entropy in bits a character, which models with different tokens can be compared by.
    package let bitsPerCharacter: Double
    /// What token frequencies of the training text measure.
    package let baseline: Baseline<TextScore>
    /// What to know before the result is believed.
    package let warnings: [String]
    /// Pieces of the text that the model does not know.
    package let unknown: Int
    /// Which those are; nil where everything is known.
    @StableKey package var note: String?
}

/// How well a text is predicted.
package struct TextScore: Sendable, Encodable {
    /// Cross-entropy in nats a token.
    package let nats: Double
    /// The same in bits.
    package let bits: Double
    /// `exp(nats)`.
    package let perplexity: Double
    /// Cross-entropy in bits a character.
    package let bitsPerCharacter: Double

    init(nats: Double, tokens: Int, characters: Int) {
        self.nats = nats
        bits = nats / log(2)
        perplexity = exp(nats)
        bitsPerCharacter = bits * Double(tokens) / Double(max(characters, 1))
    }
}

extension Workspace {
    /// Measures a stored language model on a text, read in as many rows side by side as in its training.
    ///
    /// - Parameters:
    ///   - dataset: nil for the one that the model was trained on
    ///   - split: `train` or `valid` as the model's own training cut the text, or `all`; nil for the validation part, or
    ///     all where there is none
    /// - Throws: `DataError`, `TextError`; `WorkflowError.invalid` for another split
    package func evaluateText(model name: String, dataset: String?, split: DataSplit? = nil) throws
        -> EvaluateTextReport
    {
        let (stored, entry) = try model(named: name, as: StoredLanguageModel.self)
        guard let dataset = try dataset ?? trainingDataset(of: entry) else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data")
        }
        let texts = try data.texts(dataset: dataset)
        var part = try EvaluatedPart(
            split, of: dataset, kind: "texts",
            isTrainingData: (stored.dataFingerprint ?? entry.datasetFingerprint) == texts.dataset.fingerprint,
            validation: stored.recipe.validShare > 0 ? .kept : .none)
        let documents = try Self.documents(texts, part.split, stored.recipe.split)
        if !part.isTrainingData {
            part.known = trainingTexts(of: stored, entry).map { known in documents.count { known.contains($0) } }
        }
        let encoded = stored.tokenizer.encode(documents: documents)
        let (nats, count) = try stored.model.evaluate(
            encoded.tokens, batchSize: stored.recipe.training.batchSize)
        let characters = documents.reduce(0) { $0 + $1.unicodeScalars.count }
        func score(_ nats: Double) -> TextScore {
            TextScore(nats: nats, tokens: encoded.tokens.count, characters: characters)
        }
        let (measured, baseline) = (score(nats), Baseline.unigram(stored.counts, encoded.tokens))
        return EvaluateTextReport(
            model: name, data: dataset, split: part.split.name, on: part.text(count, "token"),
            tokens: count, characters: characters, nats: nats, bits: measured.bits, perplexity: measured.perplexity,
            bitsPerCharacter: measured.bitsPerCharacter,
            baseline: Baseline(baseline.name, score(baseline.metrics.validNats)),
            warnings: [part.warning("texts"), baseline.warning(nats)].compactMap { $0 },
            unknown: encoded.unknown.count, note: encoded.unknown.note(of: "the text"))
    }

    /// The documents that a model was trained on, whole or in part; nil where they are not there any more or have changed.
    private func trainingTexts(of stored: StoredLanguageModel, _ entry: CatalogueModel) -> Set<String>? {
        guard let name = entry.dataset, let texts = try? data.texts(dataset: name),
            texts.dataset.fingerprint == stored.dataFingerprint ?? entry.datasetFingerprint
        else { return nil }
        let all = texts.documents.map(\.text)
        return all.count == 1 ? Set(all) : (try? TextParts(all, stored.recipe.split)).map { Set($0.training) }
    }

    private static func documents(
        _ texts: StoredTexts, _ part: DataSplit, _ split: DataSplit
    ) throws -> [String] {
        let all = texts.documents.map(\.text)
        switch part {
        case .part(.train): return try TextParts(all, split).training
        case .part(.valid): return try TextParts(all, split).validation
        default: return all
        }
    }
}

/// The figure of a language model's training.
package struct TextValidation: Sendable, Encodable {
    /// Nats a token of the validation text.
    package let validNats: Double
}

extension Baseline where Metrics == TextValidation {
    /// What token frequencies predict of a text.
    ///
    /// - Parameter counts: of every token in the training text
    static func unigram(_ counts: [Int], _ tokens: [Int32]) -> Baseline {
        Baseline("unigram", TextValidation(validNats: UnigramModel(counts: counts).nats(of: tokens)))
    }

    /// Said of a model that is not better; nil of one that is.
    func warning(_ nats: Double) -> String? {
        guard nats >= metrics.validNats else { return nil }
        return String(
            format: "the model (%.4f nats a token) is not better than token frequencies (%.4f): ", nats,
            metrics.validNats) + "train it for more --epochs or at another learning rate (--lr)"
    }
}
