/// Which weights of a training are kept.
public enum KeptEpoch: String, Sendable, Hashable {
    /// Those of the epoch with the least validation loss; without validation rows those of the last.
    case best
    /// Those of the last epoch.
    case last
}

/// A trained model, and which epochs its weights are of.
public struct TabularFit: Sendable {
    /// The model.
    public let model: TabularModel
    /// The epoch whose weights each network has, from 1.
    public let keptEpochs: [Int]
    /// The epoch with the least validation loss of each network, from 1; empty without validation rows.
    public let bestEpochs: [Int]
    /// How many epochs each network was trained for.
    public let epochs: [Int]
}

/// Remembers the weights of the best epoch of a network, batch norm's running statistics among them, and says when no
/// better ones are to be expected.
struct BestEpoch {
    /// Training stops when so many epochs behind the peak of the cycle brought no less loss: half of all, at least 5.
    ///
    /// While the rate is high, validation is noisy, and the less loss that small rates bring comes late. On five tables
    /// and four seeds each, up to 26 of 60 epochs behind the peak lay between two improvements.
    let patience: Int
    /// The last epoch in which the rate still rises.
    private let peak: Int
    private(set) var epoch: Int?
    private(set) var weights: TabularWeights?
    private var loss = Double.infinity

    /// - Parameter peakAt: the part of the training at which the rate is greatest
    init(of epochs: Int, peakAt: Double) {
        patience = max(5, (epochs + 1) / 2)
        peak = Int((peakAt * Double(epochs)).rounded(.up))
    }

    /// Takes an epoch's weights where they are the best until now; NaN is never the best.
    mutating func add(epoch: Int, loss: Double, weights: TabularWeights) {
        guard loss < self.loss else { return }
        (self.epoch, self.loss, self.weights) = (epoch, loss, weights)
    }

    /// Whether training should stop after an epoch.
    func isOver(after epoch: Int) -> Bool { epoch - max(self.epoch ?? 0, peak) >= patience }
}

extension FittedTarget {
    /// The metric that grows with the loss which is learned: `log_loss`, `rmse`, or `rmsle` where the logarithm is learned.
    public var lossMetric: String {
        switch self {
        case .classes: "log_loss"
        case .number(let number): number.isLog ? "rmsle" : "rmse"
        }
    }
}
