import ZooLearn
import ZooNN
import ZooVision
import ZooWeights

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

/// A fine-tuning that was stopped in one of its trainings.
struct VisionFinetuning: Hashable {
    /// The model that it began with.
    var parent: String
    /// Augmented copies of each image that the head was fitted to as well.
    var copies: Int
    /// Whether it goes through the eight steps.
    var isWorldClass: Bool
    /// The steps before that training.
    var steps: [VisionTuning.Step]
    /// The epochs of each training among them.
    var trainings: [[EpochReport]]
    /// The best of them, from 1, whose weights are kept; nil where none are.
    var bestStep: Int?

    /// - Throws: `WeightError.malformed` where the best step is none of the steps, or has no weights
    func check(hasBestStep: Bool) throws {
        guard let bestStep, !steps.indices.contains(bestStep - 1) || !hasBestStep else { return }
        throw WeightError.malformed(location: "/config", reason: "there is no step \(bestStep)")
    }
}

extension VisionFinetuning: Codable {
    private enum CodingKeys: String, CodingKey {
        case parent, copies, isWorldClass, steps, trainings, bestStep
        case detail, valid, seconds
    }

    /// Reads it; earlier versions knew one step, the head's.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        parent = try values.decode(String.self, forKey: .parent)
        copies = try values.decode(Int.self, forKey: .copies)
        isWorldClass = try values.decodeIfPresent(Bool.self, forKey: .isWorldClass) ?? false
        trainings = try values.decodeIfPresent([[EpochReport]].self, forKey: .trainings) ?? []
        bestStep = try values.decodeIfPresent(Int.self, forKey: .bestStep)
        if let steps = try values.decodeIfPresent([VisionTuning.Step].self, forKey: .steps) {
            self.steps = steps
        } else {
            steps = [
                VisionTuning.Step(
                    name: VisionTuning.Step.head, detail: try values.decode(String.self, forKey: .detail),
                    valid: try values.decodeIfPresent(VisionMetrics.self, forKey: .valid),
                    seconds: try values.decode(Double.self, forKey: .seconds))
            ]
        }
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(parent, forKey: .parent)
        try values.encode(copies, forKey: .copies)
        try values.encode(isWorldClass, forKey: .isWorldClass)
        try values.encode(steps, forKey: .steps)
        try values.encode(trainings, forKey: .trainings)
        try values.encodeIfPresent(bestStep, forKey: .bestStep)
    }
}
