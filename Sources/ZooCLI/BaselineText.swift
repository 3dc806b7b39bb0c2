import ZooCollab
import ZooWorkflows

// The line of a baseline, below that of the model.
extension Baseline<RatingMetrics> {
    var text: String { "baseline (\(name)): rmse \(metrics.rmse.measureText), mae \(metrics.mae.measureText)" }
}

extension Baseline<TextScore> {
    var text: String {
        "baseline (\(name)): \(metrics.nats.fixed(4)) nats, \(metrics.bits.fixed(4)) bits a token, "
            + "perplexity \(metrics.perplexity.fixed(2)), \(metrics.bitsPerCharacter.fixed(4)) bits a character"
    }
}

extension Baseline<TextValidation> {
    var text: String { "baseline (\(name)): \(metrics.validNats.fixed(4)) nats a token" }
}

extension Baseline<ClassScore> {
    var text: String {
        "baseline (\(name)): accuracy \(metrics.accuracy.fixed(4)), macro f1 \(metrics.macroF1.fixed(4))"
    }
}

extension Baseline<VisionScore> {
    var text: String {
        let f1 = metrics.f1.map { ", f1 \($0.fixed(4))" } ?? ""
        return "baseline (\(name)): accuracy \(metrics.accuracy.fixed(4))\(f1), loss \(metrics.loss.fixed(4))"
    }
}
