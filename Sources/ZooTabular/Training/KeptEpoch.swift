import ZooLearn

/// Which weights of a training are kept.
public enum KeptEpoch: String, Sendable, Hashable, Codable {
    /// Those of the epoch with the least validation loss; without validation rows those of the last.
    case best
    /// Those of the last epoch.
    case last
}

/// A trained model, and which epochs its weights are of.
package struct TabularFit {
    /// The model; of a training that was stopped, what was learned until then.
    package let model: TabularModel
    /// The rows that validated, with the networks that did not train on them.
    package let heldOut: [HeldOut]
    /// The epoch whose weights the networks have, from 1.
    package let keptEpoch: Int
    /// The epoch with the least validation loss, from 1; nil without validation rows.
    package let bestEpoch: Int?
    /// Every epoch, and why the training was stopped if it was.
    package let report: FitReport
}

extension KeptWeights {
    /// The weights that a network over a table keeps.
    ///
    /// A network ends early when so many epochs as `patience` says (0 for never; nil for half of its epochs, at least 5) brought no
    /// less validation loss, counted from the peak of the cycle on: while the rate is high, validation is noisy, and the less loss that small rates bring comes late. On
    /// five tables and four seeds each, up to 26 of 60 epochs after the peak lay between two improvements.
    init(_ kept: KeptEpoch, patience: Int?, epochs: Int, lastPeak: Int, hasValidation: Bool) {
        guard kept == .best, hasValidation else {
            self = .last
            return
        }
        self = .best(patience: patience, epochs: epochs, lastPeak: lastPeak)
    }
}

extension FittedTarget {
    /// The metric that grows with the loss which is learned: `log_loss`, `rmse`, or `rmsle` where the logarithm is learned.
    package var lossMetric: String {
        switch self {
        case .classes: "log_loss"
        case .number(let number): number.isLog ? "rmsle" : "rmse"
        }
    }
}
