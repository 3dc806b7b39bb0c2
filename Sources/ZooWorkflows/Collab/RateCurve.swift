import Foundation
import ZooCollab
import ZooKernels
import ZooLearn
import ZooPlots

/// What a learning-rate range test suggests.
public struct RateCurveReport: Sendable, Encodable {
    /// The architecture.
    public let model: String
    /// Name of the data set.
    public let data: String
    /// Where the loss falls fastest; nil where it falls nowhere.
    @StableKey public var steepest: Double?
    /// A tenth of the rate with the least loss.
    @StableKey public var minimumTenth: Double?
    /// The rates that were tried.
    public let rates: [Double]
    /// The smoothed loss at each: mean squared error in stars.
    public let losses: [Double]
}

extension Workspace {
    /// Tries rising learning rates on a fresh model, for a plot and a suggestion; nothing is kept.
    ///
    /// - Throws: as `trainCollab`
    public func collabRateCurve(
        dataset: String, split: RatingSplit, recipe: CollabRecipe, steps: Int = 200, threads: ThreadCount = .all
    ) throws -> (report: RateCurveReport, plot: LinePlot) {
        let parts = try RatingParts(dataset, split: split, seed: recipe.seed, in: data)
        let curve =
            switch recipe {
            case .dotBias(let configuration):
                DotBiasTrainer(configuration, threads: threads).rateCurve(parts.training, steps: steps)
            case .dotBiasBatches(let configuration):
                try GradientTrainer(configuration).dotBiasRateCurve(parts.training, steps: steps)
            case .neural(let configuration):
                try GradientTrainer(configuration).neuralRateCurve(parts.training, steps: steps)
            }
        let report = RateCurveReport(
            model: recipe.architecture, data: dataset, steepest: curve.steepest, minimumTenth: curve.minimumTenth,
            rates: curve.rates, losses: curve.smoothedLosses)
        return (report, plot(of: curve, title: "\(recipe.architecture) on '\(dataset)': loss over learning rate"))
    }

    private func plot(of curve: LearningRateCurve, title: String) -> LinePlot {
        func mark(_ rate: Double?, _ name: String) -> LinePlot.Mark? {
            guard let rate,
                let nearest = curve.rates.indices.min(by: {
                    abs(log(curve.rates[$0] / rate)) < abs(log(curve.rates[$1] / rate))
                })
            else { return nil }
            let label = "\(name) \(rate.formatted(.number.precision(.significantDigits(2))))"
            return LinePlot.Mark(x: curve.rates[nearest], y: curve.smoothedLosses[nearest], label: label)
        }
        let points = zip(curve.rates, curve.smoothedLosses).map { PlotPoint(x: $0, y: $1) }
        return LinePlot(
            titles: PlotTitles(title: title, x: "learning rate", y: "loss, squared stars"),
            series: [LinePlot.Series(name: "loss", points: points)],
            marks: [mark(curve.steepest, "steepest"), mark(curve.minimumTenth, "minimum/10")].compactMap { $0 },
            xScale: .logarithmic)
    }
}
