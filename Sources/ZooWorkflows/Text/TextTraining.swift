import Foundation
import ZooData
import ZooLearn
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
                validTokens: validation?.count ?? 0))
        let checkpoint =
            status == .finished
            ? nil : TextCheckpoint(fit.checkpoint, dataFingerprint: dataset.fingerprint, finetuning: finetuning)
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
