import Foundation
import ZooData
import ZooLearn
import ZooRecords
import ZooText
import ZooWeights

/// What the training of a language model and its fine-tuning have alike: the tokens, the network, and the saved model.
struct TextTraining {
    let dataset: Dataset
    let tokenizer: any Tokenizer
    let model: LanguageModel
    let recipe: TextRecipe
    /// What trains.
    let training: [Int32]
    /// What validates; nil for nothing.
    let validation: [Int32]?

    /// How many tokens of the validation text are predicted.
    var predictedCount: Int {
        validation.map { LanguageModel.predictedCount(of: $0.count, batchSize: recipe.training.batchSize) } ?? 0
    }

    /// Turns the parts of a text into tokens.
    ///
    /// - Parameter onUnknown: hears of pieces of the validation text that the tokenizer does not know
    /// - Throws: `WorkflowError.invalid` for a validation part that is too short
    init(
        _ dataset: Dataset, _ split: TextParts, _ tokenizer: any Tokenizer, _ model: LanguageModel,
        _ recipe: TextRecipe, onUnknown: (UnknownText) -> Void = { _ in }
    ) throws {
        (self.dataset, self.tokenizer, self.model, self.recipe) = (dataset, tokenizer, model, recipe)
        training = tokenizer.encode(documents: split.training).tokens
        guard recipe.validShare > 0 else {
            validation = nil
            return
        }
        let encoded = tokenizer.encode(documents: split.validation)
        guard encoded.tokens.count > 1 else {
            throw WorkflowError.invalid(
                what: "--valid \(recipe.validShare)",
                reason:
                    "it leaves \(encoded.tokens.count.counting("token")) for validation, and 2 are needed: give a larger part, or 0"
            )
        }
        validation = encoded.tokens
        onUnknown(encoded.unknown)
    }

    /// How often each token occurs in the training text.
    private var counts: [Int] { tokenizer.counts(of: training) }

    /// What token frequencies of the training text measure on the validation text; nil without one.
    var baseline: Baseline<TextValidation>? { validation.map { Baseline.unigram(counts, $0) } }

    /// Saves the model; one whose training is not complete with all that is needed to resume it.
    ///
    /// - Parameter parent: the model that was fine-tuned
    func save(
        _ fit: FitReport, as name: String, _ status: RunStatus, _ started: Date, in workspace: Workspace,
        command: String, parent: String? = nil, finetuning: TextFinetuning? = nil, storesFloat16: Bool = false
    ) throws -> SaveOutcome {
        var stored = StoredLanguageModel(model: model, tokenizer: tokenizer, recipe: recipe, counts: counts)
        stored.dataFingerprint = dataset.fingerprint
        var provenance = ModelProvenance(
            command, seed: recipe.training.seed, started: started, epochs: fit.epochs, status: status,
            data: (dataset.name, dataset.fingerprint), parent: parent)
        provenance.metrics = try JSONText.encode(
            TextMetrics(
                validNats: fit.keptOrLastEpoch?.validationLoss, tokens: tokenizer.kind.rawValue,
                validTokens: predictedCount))
        let checkpoint =
            status == .finished
            ? nil
            : TextCheckpoint(
                fit.checkpoint, dataFingerprint: dataset.fingerprint, settings: finetuning,
                ending: TrainingEnding(storesFloat16: storesFloat16))
        return try workspace.save(
            try checkpoint.map { try stored.contents($0.checkpoint.weights) } ?? stored.contents(), as: name,
            at: checkpoint, storesFloat16: storesFloat16, provenance: provenance)
    }
}

extension Tokenizer {
    /// How often each token of the vocabulary occurs.
    func counts(of tokens: [Int32]) -> [Int] {
        var counts = [Int](repeating: 0, count: vocabulary.count)
        for token in tokens { counts[Int(token)] += 1 }
        return counts
    }
}

/// What is known of a language model's quality.
struct TextMetrics: Codable {
    /// Nats a token of the validation text.
    var validNats: Double?
    /// What a token is.
    var tokens: String
    /// How many tokens validated.
    var validTokens: Int

    private enum CodingKeys: String, CodingKey {
        case validNats = "valid_nats"
        case tokens
        case validTokens = "valid_tokens"
    }
}

extension EpochOutput {
    /// An epoch of a language model.
    init(text report: EpochReport) {
        self.init(
            report,
            [
                "train_nats": .number(report.trainingLoss), "valid_nats": JSONValue(report.validationLoss),
                "learning_rate": .number(report.learningRate),
            ])
    }
}

/// The documents of a text that train, and those at its end that are kept for validation.
package struct TextParts {
    /// What trains.
    package let training: [String]
    /// What validates.
    package let validation: [String]

    /// Cuts documents so that the last share of all characters validates.
    ///
    /// One document is cut to the character; several are cut between two, as near to that as can be.
    /// - Throws: `SplitError` for a split that texts do not have
    package init(_ documents: [String], _ split: DataSplit) throws(SplitError) {
        let share: Double
        switch split {
        case .all: share = 0
        case .end(let part): share = part
        case .part, .named, .random, .fold, .folds, .last, .latest, .since, .lastOfEach, .people, .column:
            throw DataSplits.texts.refusal(of: split.name)
        }
        let lengths = documents.map(\.unicodeScalars.count)
        let kept = Int(Double(lengths.reduce(0, +)) * (1 - share))
        guard share > 0, documents.count > 1 else {
            guard share > 0, let text = documents.first else {
                (training, validation) = (documents, [])
                return
            }
            let scalars = text.unicodeScalars
            let cut = scalars.index(scalars.startIndex, offsetBy: kept)
            (training, validation) = ([String(scalars[..<cut])], [String(scalars[cut...])])
            return
        }
        var (end, sum) = (0, 0)
        while end < documents.count, sum + lengths[end] / 2 < kept || end == 0 {
            sum += lengths[end]
            end += 1
        }
        end = min(end, documents.count - 1)
        (training, validation) = (Array(documents[..<end]), Array(documents[end...]))
    }

    /// Cuts documents so that one of several parts of the same length validates, cut to the character.
    ///
    /// - Parameter fold: from 0
    init(_ documents: [String], fold: Int, of count: Int) {
        let total = documents.reduce(0) { $0 + $1.unicodeScalars.count }
        let held = total * fold / count..<total * (fold + 1) / count
        var (training, validation): ([String], [String]) = ([], [])
        var first = 0
        for document in documents {
            let scalars = document.unicodeScalars
            let places = [held.lowerBound, held.upperBound].map { place in
                scalars.index(scalars.startIndex, offsetBy: min(max(place - first, 0), scalars.count))
            }
            first += scalars.count
            let parts = [scalars[..<places[0]], scalars[places[0]..<places[1]], scalars[places[1]...]].map(String.init)
            training += [parts[0], parts[2]].filter { !$0.isEmpty }
            validation += [parts[1]].filter { !$0.isEmpty }
        }
        (self.training, self.validation) = (training, validation)
    }
}

extension UnknownText {
    /// What was not known and how it was read, for people; nil where everything was known.
    func note(of what: String) -> String? {
        guard count > 0 else { return nil }
        let shown = examples.prefix(5).map { example in
            let piece = "'\(example.piece.replacing("\n", with: "\\n"))'"
            return example.readAs.map { "\(piece) read as '\($0)'" } ?? "\(piece) left out"
        }
        let more = examples.count > 5 ? ", …" : ""
        return "the model does not know \(count) \(count == 1 ? "piece" : "pieces") of \(what): "
            + shown.joined(separator: ", ") + more
    }
}

extension TextRecipe {
    /// What is kept for validation.
    var split: DataSplit { validShare > 0 ? .end(validShare) : .all }
}
