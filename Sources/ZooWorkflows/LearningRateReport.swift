import Foundation
import ZooLearn
import ZooPlots

/// What a learning-rate range test suggests.
package struct LearningRateReport: Sendable, Encodable {
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

extension LearningRateCurve {
    /// What a range test of a model on a data set suggests, with its plot.
    ///
    /// - Parameter title: what was trained, in the plot; nil for the model on the data set
    /// - Parameter loss: what the loss is
    func report(
        of model: String, on data: String, title: String? = nil, loss: String
    ) -> (report: LearningRateReport, plot: LinePlot) {
        let report = LearningRateReport(
            model: model, data: data, steepest: steepest, minimumTenth: minimumTenth, rates: rates,
            losses: smoothedLosses)
        let title = (title ?? "\(model) on \(data.quotedData)") + ": loss over learning rate"
        return (report, LinePlot(of: self, title: title, lossName: loss))
    }

    /// The losses that a plot shows: all of them, unless those after the least rise far above those before it.
    ///
    /// Half of the valley's depth is shown above its edge: what follows is the explosion of too high a rate, beside which
    /// the valley would be flat.
    var shownLosses: ClosedRange<Double>? {
        let finite = smoothedLosses.filter(\.isFinite)
        guard let least = finite.min(), let place = finite.firstIndex(of: least), let highest = finite.max(),
            let edge = finite[...place].max()
        else { return nil }
        let top = edge + max((edge - least) / 2, abs(edge) / 10)
        guard highest > top, (top - least).isFinite else { return nil }
        return (least - (top - least) * 0.06)...top
    }
}

extension LinePlot {
    /// The losses of a range test over the rates, with the suggestions marked.
    package init(of curve: LearningRateCurve, title: String, lossName: String) {
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
        let range = curve.shownLosses
        let highest = curve.smoothedLosses.filter(\.isFinite).max() ?? 0
        let cut = range.map { ", cut at \(Self.figure($0.upperBound)) (the highest is \(Self.figure(highest)))" } ?? ""
        self.init(
            titles: PlotTitles(title: title, x: "learning rate", y: lossName + cut),
            series: [LinePlot.Series(name: "loss", points: points)],
            marks: [mark(curve.steepest, "steepest"), mark(curve.minimumTenth, "minimum/10")].compactMap { $0 },
            xScale: .logarithmic, yRange: range)
    }

    private static func figure(_ value: Double) -> String { String(format: "%.3g", value) }
}
