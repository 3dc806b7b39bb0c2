import Foundation
import ZooKernels
import ZooLearn
import ZooPlots
import ZooText

extension Workspace {
    /// Tries rising learning rates on a fresh language model, for a plot and a suggestion; nothing is kept.
    ///
    /// - Parameter onStep: told how many rates have been tried
    /// - Throws: as `trainText`
    package func findTextLearningRate(
        dataset: String, recipe: TextRecipe, steps: Int = 100, onStep: (Int) -> Void = { _ in }
    ) throws -> (report: LearningRateReport, plot: LinePlot) {
        try recipe.training.validate()
        let texts = try data.texts(dataset: dataset)
        let split = try TextParts(texts.documents.map(\.text), recipe.split)
        let tokenizer = try recipe.tokenizer.tokenizer(from: split.training)
        let network = recipe.network(vocabularySize: tokenizer.vocabulary.count)
        try network.validate()
        var generator = RandomGenerator(seed: recipe.training.seed)
        let trainer = LanguageModelTrainer(LanguageModel(network, using: &generator), options: recipe.training)
        let curve = try trainer.findLearningRate(
            tokenizer.encode(documents: split.training).tokens, steps: steps, onStep: onStep)
        return curve.report(of: recipe.cell.rawValue, on: dataset, loss: "loss, nats a token")
    }
}
