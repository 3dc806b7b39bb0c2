import Foundation
import ZooCollab
import ZooKernels
import ZooLearn
import ZooPlots
import ZooRecords

extension Workspace {
    /// Tries rising learning rates on a fresh model, for a plot and a suggestion; nothing is kept.
    ///
    /// - Throws: as `trainCollab`
    package func findCollabLearningRate(
        dataset: String, split: DataSplit, recipe: CollabRecipe, steps: Int = 200, threads: ThreadCount = .all
    ) throws -> (report: LearningRateReport, plot: LinePlot) {
        let parts = try RatingParts(dataset, split: split, seed: recipe.seed, in: data)
        try recipe.check(parts.training.feedback)
        guard let findLearningRate = recipe.findLearningRate else {
            throw WorkflowError.invalid(
                what: recipe.architecture, reason: "it is trained without a learning rate: there is nothing to find")
        }
        let curve = try findLearningRate(parts.training, steps, threads)
        let isSquaredError = CollabAlgorithm.named(recipe.architecture)?.lossIsSquaredError != false
        return curve.report(
            of: recipe.architecture, on: dataset, loss: isSquaredError ? "mean squared error" : "loss, nats a pair")
    }
}
