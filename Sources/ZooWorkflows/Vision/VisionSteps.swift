import ZooLearn
import ZooNN
import ZooVision

extension VisionTuning {
    /// What is done of a fine-tuning.
    struct Done {
        /// Its steps.
        var steps: [Step] = []
        /// The epochs of each training among them.
        var trainings: [[EpochReport]] = []
        /// The best step (from 1) and its weights, where those are kept.
        var best: (step: Int, weights: [NamedTensor])?

        /// What the weights of the best step measured.
        var bestValid: VisionMetrics? { best.flatMap { steps[$0.step - 1].valid } }
        /// The steps as they are reported.
        var reports: [VisionStepReport] { steps.enumerated().map { VisionStepReport(step: $0 + 1, $1) } }
    }

    /// A step that is done.
    struct Step: Codable, Hashable {
        static let head = "head"

        var name: String
        var detail: String
        var learningRate: Double?
        var epochs = 0
        /// The epoch whose weights it ended with, numbered over all steps; nil without any.
        var keptEpoch: Int?
        /// The epoch with the best validation images, numbered alike.
        var bestEpoch: Int?
        var valid: VisionMetrics?
        var seconds = 0.0
    }
}

extension EpochReport {
    /// The epochs of trainings one after the other, numbered throughout.
    static func numbered(_ trainings: [[EpochReport]]) -> [EpochReport] {
        trainings.joined().enumerated().map { $1.numbered($0 + 1) }
    }
}

/// One step of a fine-tuning, and what it measured.
package struct VisionStepReport: Sendable, Encodable {
    /// 1, 2, ...
    package let step: Int
    /// What was done: `head`.
    package let name: String
    /// How, in words.
    package let detail: String
    /// The highest learning rate of the last layers; nil where there was none.
    @StableKey package var learningRate: Double?
    /// Epochs.
    package let epochs: Int
    /// What the validation images measured after it; nil where that is not known.
    @StableKey package var valid: VisionScore?
    /// Wall time, in seconds.
    package let seconds: Double

    init(step: Int, _ done: VisionTuning.Step) {
        (self.step, name, detail, epochs) = (step, done.name, done.detail, done.epochs)
        seconds = done.seconds
        _learningRate = StableKey(wrappedValue: done.learningRate)
        _valid = StableKey(wrappedValue: done.valid.map { VisionScore($0) })
    }

    /// The step in a line.
    package var text: String {
        let measured = valid.map { String(format: ": valid accuracy %.4f, loss %.4f", $0.accuracy, $0.loss) } ?? ""
        return "step \(step), \(name): \(detail)\(measured) (\(String(format: "%.1f", seconds)) s)"
    }
}
