import Foundation
import ZooCollab
import ZooData

extension CollabRecipe {
    /// What is said before a training that takes much memory; nil where it takes less than 1 GB for pairs of items.
    func memoryNote(_ training: Interactions) -> String? {
        func gigabytes(_ items: Int) -> Double { Double(EASEError.bytesOfPair) * Double(items) * Double(items) / 1e9 }
        guard holdsPairs, gigabytes(training.itemKeys.count) > 1 else { return nil }
        let items = Set(training.items).count
        guard items <= mostItemsOfAll ?? .max, gigabytes(items) > 1 else { return nil }
        return
            "\(architecture) takes about \(gigabytes(items).formatted(.number.precision(.fractionLength(1)))) GB of memory, as it weighs "
            + "every pair of \(items) items: --model ials needs little"
    }

    /// What is said of a training that ended in NaN.
    func diverged(on training: Interactions) -> WorkflowError {
        let highest = training.ratings.max() ?? 0
        let advice: String
        if let alpha, alpha * highest > 100 {
            let most = (100 / highest).formatted(.number.precision(.significantDigits(1)))
            advice =
                "--alpha \(alpha.formatted()) gives ratings weights of up to \((alpha * highest).formatted()): try one of "
                + "\(most), or none"
        } else {
            advice = learningRate == nil ? "try a larger --regularization" : "try a smaller learning rate (--lr)"
        }
        return .invalid(what: "training \(architecture) on these ratings", reason: "it diverged: \(advice)")
    }
}

extension RatingsSummary {
    /// Said of ratings that lie closer together than models can tell apart; nil of others.
    var precisionNote: String? {
        let (low, high) = (ratingMinimum, ratingMaximum)
        let step = Double(Float(max(abs(low), abs(high))).ulp)
        guard low < high, high - low < 256 * step else { return nil }
        return
            "models hold ratings in single precision, which tells apart those that differ by \(step.formatted()) and more, and "
            + "these lie between \(low) and \(high): import them less \(String(format: "%.0f", low.rounded(.down)))"
    }
}
