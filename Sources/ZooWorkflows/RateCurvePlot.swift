import Foundation
import ZooLearn
import ZooPlots

extension LinePlot {
    /// The losses of a range test over the rates, with the suggestions marked.
    init(of curve: LearningRateCurve, title: String, lossName: String) {
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
        self.init(
            titles: PlotTitles(title: title, x: "learning rate", y: lossName),
            series: [LinePlot.Series(name: "loss", points: points)],
            marks: [mark(curve.steepest, "steepest"), mark(curve.minimumTenth, "minimum/10")].compactMap { $0 },
            xScale: .logarithmic)
    }
}
