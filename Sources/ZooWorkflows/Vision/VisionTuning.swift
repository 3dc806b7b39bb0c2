import Foundation
import ZooLearn
import ZooNN
import ZooTensor
import ZooVision

/// A stored network that is fitted to other pictures, step by step.
struct VisionTuning {
    let network: any ImageNetwork
    let data: VisionData
    let preprocessing: Preprocessing
    private let onProgress: (VisionProgress) -> Void
    private let shouldStop: () -> Bool
    private(set) var steps: [VisionStepReport] = []
    private(set) var epochs: [VisionEpochReport] = []
    /// How the head for the new classes was fitted, what it measured and how long it took; nil before it is there.
    private(set) var head: (detail: String, valid: VisionMetrics?, seconds: Double)?
    /// What the network as it is now measured; nil where that is not known.
    private(set) var valid: VisionMetrics?
    /// The step whose weights were taken because no later one came up to it; nil where the last ones were taken.
    private(set) var keptStep: Int?
    /// Whether the weights of the best step are remembered.
    var keepsBestStep = false
    private var best: (step: Int, valid: VisionMetrics, weights: [NamedTensor])?
    private var lastTrainedStep = 0

    init(
        _ network: any ImageNetwork, _ data: VisionData, _ preprocessing: Preprocessing,
        onProgress: @escaping (VisionProgress) -> Void, shouldStop: @escaping () -> Bool
    ) {
        (self.network, self.data, self.preprocessing) = (network, data, preprocessing)
        (self.onProgress, self.shouldStop) = (onProgress, shouldStop)
    }

    /// Writes down what a step did and brought, and tells of it.
    mutating func report(_ name: String, _ detail: String, seconds: Double, rate: Double? = nil, epochs: Int = 0) {
        let step = VisionStepReport(
            step: steps.count + 1, name: name, detail: detail, learningRate: rate, epochs: epochs,
            valid: valid.map { VisionScore($0) }, seconds: seconds)
        steps.append(step)
        onProgress(.note(step.text))
    }

    private mutating func reportHead(_ detail: String, seconds: Double) {
        head = (detail, valid, seconds)
        report("head", detail, seconds: seconds)
        rememberIfBest()
    }

    /// Takes the head as fitted that a checkpoint says is there.
    mutating func goOn(after head: VisionCheckpoint.Finetuning) {
        valid = head.valid
        reportHead(head.detail, seconds: head.seconds)
    }

    /// Remembers the weights where the step that was just reported is the best so far; of equals the last.
    private mutating func rememberIfBest() {
        lastTrainedStep = steps.count
        guard keepsBestStep, let valid, valid.accuracy >= best?.valid.accuracy ?? 0 else { return }
        best = (steps.count, valid, network.state())
    }

    /// Goes back to the best step where all later ones ended below it, or where the last was not measured.
    mutating func takeBestStep() throws {
        guard let best, best.step != lastTrainedStep else { return }
        try network.load(state: best.weights)
        (valid, keptStep) = (best.valid, best.step)
    }

    /// Fits the head to the features of the body as it is, each picture computed once for each of its copies.
    ///
    /// - Parameter copies: augmented copies of each training picture, besides itself
    mutating func fitHead(copies: Int, _ augmentation: Augmentation?, seed: UInt64) throws {
        let start = Date()
        let plan = InferencePlan()
        let total = data.training.count * (1 + copies) + (data.validation?.count ?? 0)
        var before = 0
        func features(_ pictures: LabelledPictures, _ number: Int) throws -> Tensor {
            let rows = try network.features(
                of: pictures.source, preprocessing: preprocessing,
                augmentation: number > 0 ? augmentation : nil, seed: seed &+ UInt64(number), plan: plan,
                threads: 2, onProgress: { onProgress(.features(done: before + $0, of: total)) },
                shouldStop: shouldStop)
            try checkIsAsked()
            before += pictures.count
            return rows
        }
        let looks = try (0...copies).map { try features(data.training, $0) }
        let targets = data.training.targets(Array(0..<data.training.count))
        let validFeatures = try data.validation.map { try features($0, 0) }
        let (all, wanted) = (Tensor.concatenated(looks), Tensor.concatenated(looks.map { _ in targets }))
        let head = FeatureHead.fit(
            features: all, targets: wanted, isMultiLabel: data.training.isMultiLabel, copies: looks.count,
            seed: seed)
        head.store(in: network.head)
        if let validFeatures, let validation = data.validation {
            valid = VisionMetrics(logits: validFeatures.matmul(head.weight) + head.bias, validation)
        }
        let looked = copies > 0 ? ", and of \(copies) augmented copies of each," : ""
        reportHead(
            "fitted to cached activations of \(data.training.count) pictures\(looked) at penalty \(head.penalty)",
            seconds: start.elapsed)
    }

    /// Trains with a recipe.
    ///
    /// - Parameter start: where to go on from
    /// - Parameter observers: hear of it besides those who show the progress
    /// - Throws: `Interrupted` where it ended before its time
    mutating func train(
        _ recipe: VisionRecipe, name: String, detail: String, from start: Checkpoint? = nil,
        observers: [any Observer] = []
    ) throws {
        let began = Date()
        let trainer = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
        let reporter = VisionReporter(
            epochs: recipe.epochs, imagesPerEpoch: data.training.count, onProgress: onProgress)
        let fit = try trainer.fit(
            data.training, validation: data.validation, from: start, observers: [reporter] + observers,
            shouldStop: shouldStop)
        let finished = epochs.count
        epochs += fit.epochs.map { VisionEpochReport($0, after: finished) }
        // Weights that were moved and not measured are not what was measured before.
        if fit.steps > 0 { valid = fit.valid }
        report(name, detail, seconds: began.elapsed, rate: recipe.learningRate, epochs: fit.epochs.count)
        rememberIfBest()
        if let reason = fit.stopReason { throw Interrupted(reason: reason.description, fit: fit) }
    }

    /// A rate that is surely not too high: below the steepest descent, and a tenth of where the loss was least.
    mutating func findRate(_ recipe: VisionRecipe, name: String) throws -> Double {
        let start = Date()
        let trainer = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
        let curve = try trainer.rateCurve(
            data.training, from: 1e-6, to: 1, steps: 50, smoothing: 0.8, shouldStop: shouldStop)
        try checkIsAsked()
        let found = min(curve.steepest ?? .infinity, curve.minimumTenth ?? .infinity)
        let rate = found.isFinite ? min(max(found, 1e-5), 1e-2) : recipe.learningRate
        let text = String(format: "%.1e", rate)
        report(name, "\(curve.rates.count) rates tried, \(text) taken", seconds: start.elapsed, rate: rate)
        return rate
    }

    private func checkIsAsked() throws { if shouldStop() { throw Interrupted(reason: "stopped before the end") } }

    /// A training that was ended; the network holds what was learned until then.
    struct Interrupted: Error {
        let reason: String
        /// Where it stands, if it was in the middle of epochs.
        var fit: VisionFit?
    }
}

extension Date {
    /// Seconds from then to now.
    fileprivate var elapsed: Double { Date().timeIntervalSince(self) }
}

/// One step of a fine-tuning, and what it brought.
public struct VisionStepReport: Sendable, Encodable {
    /// 1, 2, ...
    public let step: Int
    /// What was done: `head`.
    public let name: String
    /// How, in words.
    public let detail: String
    /// The highest learning rate of the last layers; nil where there was none.
    @StableKey public var learningRate: Double?
    /// Passes over the pictures.
    public let epochs: Int
    /// How well the validation pictures are sorted after it; nil where that is not known.
    @StableKey public var valid: VisionScore?
    /// Wall time.
    public let seconds: Double

    /// The step in a line.
    public var text: String {
        let brought = valid.map { String(format: ": valid accuracy %.4f, loss %.4f", $0.accuracy, $0.loss) } ?? ""
        return "step \(step), \(name): \(detail)\(brought) (\(String(format: "%.1f", seconds)) s)"
    }
}
