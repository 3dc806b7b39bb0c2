import Foundation
import ZooTensor
import ZooVision

extension Baseline where Metrics == VisionScore {
    /// What the frequencies of the classes predict, with add-one smoothing, whatever the image.
    static func classFrequencies(
        of training: TrainingImages, named classes: [String], on measured: LabelledImages
    ) -> Baseline {
        let isMultiLabel = measured.isMultiLabel
        let total = Float(training.pictures + (isMultiLabel ? 2 : training.classCounts.count))
        let row = training.classCounts.map { Float($0 + 1) / total }
        let rows = (0..<measured.count).flatMap { _ in row }
        let probabilities = Tensor(rows, shape: [measured.count, row.count])
        let metrics = VisionScore(VisionMetrics(probabilities: probabilities, measured))
        guard !isMultiLabel else { return Baseline("class frequencies", metrics) }
        let likeliest = row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? 0
        let name = likeliest < classes.count ? classes[likeliest] : "\(likeliest)"
        return Baseline("most frequent class, \(name)", metrics)
    }

    /// Said of a network that is not better, or whose loss is far worse; nil of others.
    func warning(_ score: VisionScore) -> String? {
        let isBetter = score.f1 == nil ? score.accuracy > metrics.accuracy : score.loss < metrics.loss
        guard !isBetter else { return lossWarning("network", losses: (score.loss, metrics.loss)) }
        return "the network (\(Self.text(score))) is not better than the \(name) (\(Self.text(metrics))): "
            + "train it for more --epochs, at another learning rate (--lr) or on more images"
    }

    private static func text(_ score: VisionScore) -> String {
        String(format: score.f1 == nil ? "accuracy %.4f" : "loss %.4f", score.f1 == nil ? score.accuracy : score.loss)
    }
}
