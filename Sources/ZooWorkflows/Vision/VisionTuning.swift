import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooTensor
import ZooVision

/// A stored network that is fitted to other images, step by step.
///
/// Steps that a checkpoint says are done are skipped, and the training that it was made in is resumed.
final class VisionTuning {
    let network: any ImageNetwork
    private let data: VisionData
    private let preprocessing: Preprocessing
    private let keepsBestStep: Bool
    private let onProgress: (JobProgress) -> Void
    /// Asked before every step; true ends the fine-tuning.
    var shouldStop: () -> Bool = { false }
    /// What is done.
    private(set) var done = Done()
    /// Where the last training stands, and what was done before it; nil before the first.
    private(set) var resumePoint: (checkpoint: Checkpoint, done: Done)?
    /// What the network as it is now measured; nil where that is not known.
    private(set) var valid: VisionMetrics?
    /// The step whose weights were taken because no later one was as good; nil where the last ones were taken.
    private(set) var keptStep: Int?
    private var lastTrainedStep = 0
    /// The step whose weights the network has; nil before any.
    var modelStep: Step? {
        let place = (keptStep ?? lastTrainedStep) - 1
        return done.steps.indices.contains(place) ? done.steps[place] : nil
    }
    private var start: Checkpoint?

    /// - Parameter keepsBestStep: whether the weights of the best step are kept
    /// - Parameter start: where it resumes; nil where it begins
    init(
        _ network: any ImageNetwork, _ data: VisionData, _ preprocessing: Preprocessing, keepsBestStep: Bool,
        from start: VisionCheckpoint? = nil, onProgress: @escaping (JobProgress) -> Void
    ) {
        (self.network, self.data, self.preprocessing) = (network, data, preprocessing)
        (self.onProgress, self.keepsBestStep) = (onProgress, keepsBestStep)
        guard let start, let finetuning = start.state.settings else { return }
        done = Done(
            steps: finetuning.steps, trainings: finetuning.trainings,
            best: finetuning.bestStep.map { ($0, start.bestStepWeights) })
        (valid, self.start) = (done.steps.last?.valid, start.checkpoint)
        for report in done.reports { onProgress(.completed(report.text)) }
    }

    /// Records what a step did, and reports it.
    func record(_ number: Int, _ name: String, _ detail: String) {
        if !isDone(number) { add(Step(name: name, detail: detail, valid: valid)) }
    }

    private func add(_ step: Step) {
        done.steps.append(step)
        onProgress(.completed(VisionStepReport(step: done.steps.count, step).text))
    }

    private func isDone(_ number: Int) -> Bool { done.steps.count >= number }

    /// Adds a step that changed weights, and keeps these where they are the best so far; of equals the last.
    private func addTrained(_ step: Step) {
        add(step)
        lastTrainedStep = done.steps.count
        guard keepsBestStep, let valid, valid.accuracy >= done.bestValid?.accuracy ?? 0 else { return }
        done.best = (done.steps.count, network.state())
    }

    /// Goes back to the best step where all later ones ended below it, or where the last was not measured.
    func takeBestStep() throws {
        guard let best = done.best, best.step != lastTrainedStep else { return }
        try network.load(state: best.weights)
        (valid, keptStep) = (done.bestValid, best.step)
    }

    /// Fits the head to the features of the body as it is, each image computed once for each of its copies.
    ///
    /// - Parameter copies: augmented copies of each training image, besides itself
    func fitHead(_ number: Int, copies: Int, _ augmentation: Augmentation?, seed: UInt64) throws {
        guard !isDone(number) else { return }
        let start = Date()
        let plan = InferencePlan()
        let total = data.training.count * (1 + copies) + (data.validation?.count ?? 0)
        var before = 0
        func features(_ images: LabelledImages, _ copy: Int) throws -> Tensor {
            let rows = try network.features(
                of: images.source, preprocessing: preprocessing, augmentation: copy > 0 ? augmentation : nil,
                seed: seed &+ UInt64(copy), plan: plan, threads: 2,
                onProgress: { onProgress(.prepared("activations", done: before + $0, of: total)) },
                shouldStop: shouldStop)
            try checkInterruption()
            before += images.count
            return rows
        }
        let views = try (0...copies).map { try features(data.training, $0) }
        let targets = data.training.targets(Array(0..<data.training.count))
        let validFeatures = try data.validation.map { try features($0, 0) }
        let (all, wanted) = (Tensor.concatenated(views), Tensor.concatenated(views.map { _ in targets }))
        let head = FeatureHead.fit(
            features: all, targets: wanted, isMultiLabel: data.training.isMultiLabel, copies: views.count,
            seed: seed)
        head.store(in: network.head)
        if let validFeatures, let validation = data.validation {
            valid = VisionMetrics(logits: validFeatures.matmul(head.weight) + head.bias, validation)
        }
        let augmented = copies > 0 ? ", and of \(copies) augmented copies of each," : ""
        let detail =
            "fitted to cached activations of \(data.training.count) images\(augmented) at penalty \(head.penalty)"
        addTrained(Step(name: Step.head, detail: detail, valid: valid, seconds: start.elapsed))
    }

    /// Trains with a recipe.
    ///
    /// - Parameter detail: what is trained, in words, given how many epochs it took
    /// - Throws: `Interrupted` where it ended before its time
    func train(
        _ number: Int, _ recipe: VisionTrainingOptions, name: String, detail: (_ epochs: String) -> String,
        observers: [any Observer]
    ) throws {
        guard !isDone(number) else { return }
        let began = Date()
        let trainer = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
        let fit = try trainer.fit(
            data.training, validation: data.validation, from: start, observers: observers, shouldStop: shouldStop)
        start = nil
        resumePoint = (fit.checkpoint, done)
        done.trainings.append(fit.epochs)
        // Weights that were moved and not measured are not what was measured before.
        if fit.steps > 0 { valid = fit.imageMetrics(recipe) }
        let trained = fit.epochs.count
        let before = done.trainings.dropLast().reduce(0) { $0 + $1.count }
        let epochs = (trained < recipe.epochs ? "\(trained) of " : "") + recipe.epochs.counting("epoch")
        addTrained(
            Step(
                name: name, detail: detail(epochs), learningRate: recipe.learningRate, epochs: trained,
                keptEpoch: recipe.averagedEpochs > 0 ? nil : fit.keptOrLast.map { before + $0 },
                bestEpoch: recipe.bestEpoch(in: fit.epochs).map { before + $0 }, valid: valid,
                seconds: began.elapsed))
        if let reason = fit.stopReason { throw Interrupted(reason: reason) }
    }

    /// A rate from 1e-5 to 1e-2 by the loss at rising rates; the recipe's where the curve suggests none.
    ///
    /// - Parameter divergence: the multiple of the least loss at which the search ends
    func findRate(
        _ number: Int, _ recipe: VisionTrainingOptions, name: String, divergence: Double,
        choosing: (LearningRateCurve) -> Double?
    ) throws -> Double {
        guard !isDone(number) else { return done.steps[number - 1].learningRate ?? recipe.learningRate }
        let start = Date()
        let trainer = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
        let curve = try trainer.findLearningRate(
            data.training, from: 1e-6, to: 1, steps: 50, smoothing: 0.8, divergence: divergence,
            shouldStop: shouldStop)
        try checkInterruption()
        let rate = choosing(curve).map { min(max($0, 1e-5), 1e-2) } ?? recipe.learningRate
        let detail = "\(curve.rates.count) rates tried, \(String(format: "%.1e", rate)) taken"
        add(Step(name: name, detail: detail, learningRate: rate, valid: valid, seconds: start.elapsed))
        return rate
    }

    private func checkInterruption() throws { if shouldStop() { throw Interrupted(reason: .interrupted) } }

    /// A training that was ended; the network holds what was learned until then.
    struct Interrupted: Error {
        let reason: StopReason
    }
}

extension Date {
    /// Seconds from then to now.
    fileprivate var elapsed: Double { Date().timeIntervalSince(self) }
}

extension VisionTuning {
    /// Epochs of the last layer among the eight steps.
    static let headEpochs = 3

    /// The eight steps to a good classifier. The weights of the best of them are kept, see `takeBestStep`.
    ///
    /// - Parameter recipe: rule, batch size, decay, augmentation and seed; its epochs are those of the last step
    /// - Source: fast.ai's course "Deep Learning for Coders", part 1 (2018), lesson 2
    func runWorldClass(_ recipe: VisionTrainingOptions, observers: [any Observer]) throws {
        var recipe = recipe
        if recipe.augmentation == .none { recipe.augmentation = .sideOn }
        record(
            1, "augmentation", "\(recipe.augmentation.rawValue) is on; activations are cached for step 3 only")
        var head = recipe
        (head.trainedGroups, head.averagedEpochs, head.averagingRate, head.sizes) = (1, 0, nil, [])
        head.learningRate = try findRate(2, head, name: "rate finder, last layer", divergence: 4) { curve in
            // Surely not too high: below the steepest descent, and a tenth of where the loss was least.
            [curve.steepest, curve.minimumTenth].compactMap { $0 }.min()
        }
        try fitHead(3, copies: 0, recipe.imageChanges, seed: recipe.seed)
        head.schedule = .cosineRestarts(length: 1, multiplier: 1)
        head.epochs = Self.headEpochs
        try train(
            4, head, name: "last layer with augmentation", detail: { "\($0), a cycle each" }, observers: observers)
        var whole = recipe
        whole.trainedGroups = nil
        whole.seed = recipe.seed &+ 1
        record(5, "unfreezing", "all \(network.layerGroups.count) layer groups are trained from here on")
        if whole.rateRatio < 3 { whole.rateRatio = 5 }
        record(
            6, "earlier layers",
            "each layer group learns \(whole.rateRatio.formatted()) times slower than the one after it")
        // A trained network's losses are small, and differ several times from one batch to the next.
        whole.learningRate = try findRate(
            7, whole, name: "rate finder, whole network", divergence: 30, choosing: \.riseTenth)
        whole.schedule = .cosineRestarts(length: 1, multiplier: 2)
        let cycles = (1...30).first { whole.schedule.epochs(ofCycles: $0) ?? 0 >= whole.epochs } ?? 1
        try train(
            8, whole, name: "whole network",
            detail: { "\($0) in \(cycles) cycles of doubling length" }, observers: observers)
    }
}
