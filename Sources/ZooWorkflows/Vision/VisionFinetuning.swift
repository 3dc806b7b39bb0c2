import ZooLearn
import ZooVision
import ZooWeights

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
