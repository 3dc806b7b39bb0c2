import ZooKernels
import ZooLearn

/// The ratings that a training is measured on after every epoch, and what follows from that.
package struct CollabValidation: Sendable {
    /// What is measured of an epoch.
    package enum Measure: String, Sendable {
        /// The root mean squared error of predicted ratings.
        case rmse
        /// Of lists of ten.
        case ndcg

        /// Chooses the best epoch.
        package var selection: Monitor {
            self == .rmse ? Monitor(.metric(rawValue)) : Monitor(.metric(rawValue), prefersHigher: true)
        }
    }

    /// What training leaves out, over the same keys as what it sees.
    package let ratings: Interactions
    /// Whether the last epoch is kept, not the best.
    package var keepsLast = false
    /// Epochs without a better one after which training ends; 0 for never; nil for half of the epochs, at least 5.
    package var patience: Int?

    /// Measures every epoch on some ratings.
    package init(_ ratings: Interactions) { self.ratings = ratings }
}

extension CollabRun {
    /// Which weights a training keeps: the best by what validation measures, the last without validation.
    ///
    /// - Parameter lastPeak: epochs until the learning rate is at its height for the last time
    func keeping(_ measure: CollabValidation.Measure, epochs: Int, lastPeak: Int) -> KeptWeights {
        guard let validation, !validation.keepsLast else { return .last }
        return .best(measure.selection, patience: validation.patience, epochs: epochs, lastPeak: lastPeak)
    }

    /// Measures the model that a training has come to; nil without validation.
    func validate(
        _ measure: CollabValidation.Measure, _ training: Interactions, _ model: @escaping () -> any Recommender
    ) -> (() throws -> EpochMeasures)? {
        guard let validation else { return nil }
        return { [threads] in
            let value: Double?
            switch measure {
            case .rmse: value = model().ratingMetrics(on: validation.ratings)?.rmse
            case .ndcg:
                value =
                    RankingEvaluation(top: 10).measure(
                        model(), training: training, testing: validation.ratings, threads: threads
                    ).ndcg
            }
            return EpochMeasures(
                validationLoss: measure == .rmse ? value.map { $0 * $0 } : nil,
                metrics: [MetricValue(name: measure.rawValue, value: value ?? .nan)])
        }
    }
}
