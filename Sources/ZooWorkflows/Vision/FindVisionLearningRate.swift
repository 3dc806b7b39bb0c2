import Foundation
import ZooKernels
import ZooLearn
import ZooPlots
import ZooVision

extension Workspace {
    /// Tries rising learning rates on a fresh network for images, for a plot and a suggestion; nothing is kept.
    ///
    /// - Parameter onStep: told how many rates have been tried
    /// - Throws: as `trainVision`
    package func findVisionLearningRate(
        _ request: TrainVisionRequest, steps: Int = 100, onStep: (Int) -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> (report: LearningRateReport, plot: LinePlot) {
        try request.recipe.validate()
        let data = try VisionData(request.dataset, in: self)
        var generator = RandomGenerator(seed: request.recipe.seed)
        let network = request.architecture.network(classes: data.classes.count, using: &generator)
        let trainer = try VisionTrainer(network, recipe: request.recipe, preprocessing: request.preprocessing)
        let high = request.recipe.rule == .sgd ? 10.0 : 1
        let curve = try trainer.findLearningRate(
            data.training, from: high * 1e-6, to: high, steps: steps, onStep: onStep, shouldStop: shouldStop)
        return curve.report(of: request.architecture.rawValue, on: request.dataset, loss: "loss, nats an image")
    }
}
