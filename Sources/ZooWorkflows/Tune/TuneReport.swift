import ZooPlots

/// What a search of settings has found.
package struct TuneReport<Options: Codable & Sendable>: Sendable, Encodable {
    /// Settings that were tried.
    package struct Trial: Sendable, Encodable {
        /// Its number, from 0, which is the default settings.
        package let number: Int
        /// The options that are not the defaults.
        package let options: Options
        /// The mean over the folds.
        package let mean: Double
        /// By fold.
        package let measures: [Double]
    }

    /// The algorithm.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// The split as it is written on the command line.
    package let split: String
    /// What was measured.
    package let metric: String
    /// Whether a lower measure is better.
    package let isLowerBetter: Bool
    /// All trials by number.
    package let trials: [Trial]
    /// The best of those that were measured on all folds.
    package let best: Trial
    /// The default settings.
    package let usual: Trial
    /// How many folds the best was measured on.
    package let folds: Int
    /// How long the measurements took, those of earlier runs included.
    package let seconds: Double
    /// How many measurements were taken from an earlier run of the same search.
    package let resumed: Int

    private enum CodingKeys: String, CodingKey {
        case model, data, split, metric, trials, best, usual, folds, seconds, resumed
    }

    /// The mean of each trial by its number; the more folds, the surer.
    package var plot: ScatterPlot {
        ScatterPlot(
            titles: PlotTitles(
                title: "\(model) on \(data.quotedData): settings tried", x: "trial", y: "\(metric) (mean over folds)"),
            items: trials.filter(\.mean.isFinite).map { trial in
                let label = trial.number == best.number ? "best" : trial.number == 0 ? "default" : nil
                return ScatterPlot.Item(
                    x: Double(trial.number), y: trial.mean, label: label, priority: label == nil ? 0 : 1)
            }, colouring: nil)
    }
}
