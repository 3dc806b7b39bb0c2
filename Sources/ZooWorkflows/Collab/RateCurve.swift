import Foundation
import ZooCollab
import ZooKernels
import ZooLearn
import ZooPlots
import ZooRecords

/// What a learning-rate range test suggests.
package struct RateCurveReport: Sendable, Encodable {
    /// The architecture.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// Where the loss falls fastest; nil where it falls nowhere.
    @StableKey package var steepest: Double?
    /// A tenth of the rate with the least loss.
    @StableKey package var minimumTenth: Double?
    /// The rates that were tried.
    package let rates: [Double]
    /// The smoothed loss at each.
    package let losses: [Double]
}

extension Workspace {
    /// Tries rising learning rates on a fresh model, for a plot and a suggestion; nothing is kept.
    ///
    /// - Throws: as `trainCollab`
    package func collabRateCurve(
        dataset: String, split: DataSplit, recipe: CollabRecipe, steps: Int = 200, threads: ThreadCount = .all
    ) throws -> (report: RateCurveReport, plot: LinePlot) {
        let parts = try RatingParts(dataset, split: split, seed: recipe.seed, in: data)
        try recipe.check(parts.training.feedback)
        guard let rateCurve = recipe.rateCurve else {
            throw WorkflowError.invalid(
                what: recipe.architecture, reason: "it is trained without a learning rate: there is nothing to find")
        }
        let curve = try rateCurve(parts.training, steps, threads)
        let report = RateCurveReport(
            model: recipe.architecture, data: dataset, steepest: curve.steepest, minimumTenth: curve.minimumTenth,
            rates: curve.rates, losses: curve.smoothedLosses)
        let title = "\(recipe.architecture) on '\(dataset)': loss over learning rate"
        return (report, LinePlot(of: curve, title: title, lossName: "mean squared error"))
    }
}
