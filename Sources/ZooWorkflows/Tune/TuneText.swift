import Foundation
import ZooKernels
import ZooLearn
import ZooText

/// A search of the settings of a language model.
package struct TuneTextRequest: Sendable {
    /// Name of the data set.
    package var dataset: String
    /// What is trained. The text that validates in it is not used.
    package var recipe: TextRecipe
    /// The names of options that stay as they were given, such as `weight_decay`.
    package var fixed: Set<String> = []
    /// The time, and what else every search is told.
    package var limits: TuneLimits

    /// Asks for a search around the settings of a training.
    package init(dataset: String, recipe: TextRecipe, limits: TuneLimits) {
        (self.dataset, self.recipe, self.limits) = (dataset, recipe, limits)
    }
}

extension Workspace {
    /// Searches the settings of a language model by random search with successive halving, on fifths of the training text.
    ///
    /// - Throws: as `trainText`; `TrainingStopped` when it was stopped
    package func tuneText(
        _ request: TuneTextRequest, onMeasured: (_ trial: Int, _ fold: Int, _ value: Double) -> Void = { _, _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TuneReport<TrialSettings> {
        let recipe = request.recipe
        try recipe.training.validate()
        let texts = try data.texts(dataset: request.dataset)
        let documents = try TextParts(texts.documents.map(\.text), recipe.split).training
        let space = try TrialSpace(
            recipe, Self.settings(recipe), fixed: request.fixed, seed: request.limits.seed)
        var last: (fold: Int, text: TextFold)?
        let search = SettingsSearch(
            kind: "text", model: recipe.cell.rawValue, data: request.dataset, dataset: request.dataset,
            split: recipe.split.name, metric: "valid_nats", isLowerBetter: true,
            identity: [
                texts.dataset.fingerprint, try JSONText.encode(recipe), request.fixed.sorted().joined(separator: ","),
                String(request.limits.seed),
            ], options: { space.trial($0).settings })
        return try search.run(request.limits, in: self, onMeasured: onMeasured, shouldStop: shouldStop) {
            trial, fold, shouldStop in
            let text = try last.flatMap { $0.fold == fold ? $0.text : nil } ?? TextFold(documents, fold, recipe)
            last = (fold, text)
            let recipe = space.trial(trial).recipe
            let network = recipe.network(vocabularySize: text.vocabularySize)
            try network.validate()
            var generator = RandomGenerator(seed: recipe.training.seed)
            let fit = try LanguageModelTrainer(LanguageModel(network, using: &generator), options: recipe.training).fit(
                training: text.training, validation: text.validation, shouldStop: shouldStop)
            if let reason = fit.stopReason { throw TrainingStopped(description: "\(reason)") }
            return (fit.keptEpoch.map { fit.epochs[$0 - 1] } ?? fit.epochs.last)?.validationLoss ?? .nan
        }
    }

    /// What is varied around the settings of a training.
    private static func settings(_ usual: TextRecipe) -> [TrialSpace<TextRecipe>.Setting] {
        let training = usual.training
        return [
            .number("lr", \.training.learningRate) {
                $0.between(training.learningRate / 5, training.learningRate * 3)
            },
            .number("weight_decay", \.training.weightDecay) {
                let decay = training.weightDecay > 0 ? training.weightDecay : 0.01
                return $0.between(decay / 10, decay * 10)
            },
            .init("dropout") { share, recipe in
                let factor = share < 0.15 ? 0 : share.between(0.2, 2.5)
                recipe.regularization.multiply(by: Float(factor))
                return .number(factor)
            },
            .count("hidden", \.hiddenSize) { Int($0.between(128, 1024).rounded() / 16) * 16 },
            .count("layers", \.layerCount) { $0.choice([1, 2, 3]) },
            .count("embedding", \.embeddingSize) { Int($0.between(32, 256).rounded() / 8) * 8 },
            .count("epochs", \.training.epochs) {
                Int($0.between(max(1, Double(training.epochs) / 2), Double(training.epochs) * 2).rounded())
            },
            .count("batch_size", \.training.batchSize) { $0.choice([16, 32, 64, 128]) },
            .count("bptt", \.training.bptt) { $0.choice([32, 64, 128]) },
        ]
    }
}

/// The tokens of a text that train and validate in one fold.
private struct TextFold {
    let training: [Int32]
    let validation: [Int32]
    let vocabularySize: Int

    /// - Throws: `WorkflowError.invalid` for a text of too few tokens
    init(_ documents: [String], _ fold: Int, _ recipe: TextRecipe) throws {
        let parts = TextParts(documents, fold: fold, of: SuccessiveHalving.parts)
        // The vocabulary comes from the training part alone.
        let tokenizer = try recipe.tokenizer.tokenizer(from: parts.training)
        training = tokenizer.encode(documents: parts.training).tokens
        validation = tokenizer.encode(documents: parts.validation).tokens
        vocabularySize = tokenizer.vocabulary.count
        guard training.count > 1, validation.count > 1 else {
            throw WorkflowError.invalid(what: "the search", reason: "the text is too short: it needs five parts")
        }
    }
}
