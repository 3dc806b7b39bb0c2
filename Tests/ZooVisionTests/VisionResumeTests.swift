import Foundation
import Synchronization
import Testing
import ZooKernels
import ZooLearn
import ZooTensor
import ZooVision

private let preprocessing = Preprocessing(size: 8, resize: 1, normalization: .cifar10)

/// Images of which one is gone for a while.
private final class VanishingImages: ImageSource {
    let whole: any ImageSource
    private let lost = Mutex<Int?>(nil)

    init(_ whole: any ImageSource) { self.whole = whole }

    var count: Int { whole.count }

    func lose(_ index: Int?) { lost.withLock { $0 = index } }

    func image(_ index: Int, shortSide: Int?) throws -> Image {
        if lost.withLock({ $0 }) == index { throw Gone(index: index) }
        return try whole.image(index, shortSide: shortSide)
    }

    struct Gone: Error, CustomStringConvertible {
        let index: Int
        var description: String { "image \(index) is gone" }
    }
}

/// Hands out a checkpoint at the last step of each epoch, before it is measured.
private struct EndsOfEpochs: Observer {
    let keep: (Checkpoint) -> Void

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .stepEnded(let step) = event, step.stepInEpoch == step.stepsPerEpoch { keep(checkpoint()) }
        return .continue
    }
}

/// Loses an image when an epoch ends.
private struct Losing: Observer {
    let images: VanishingImages
    let epoch: Int

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .epochEnded(let history) = event, history.count == epoch { images.lose(5) }
        return .continue
    }
}

@Suite struct VisionResumeTests {
    /// Four epochs of four steps.
    private static func recipe(_ rule: VisionRule, change: (inout VisionTrainingOptions) -> Void)
        -> VisionTrainingOptions
    {
        var recipe = VisionTrainingOptions()
        (recipe.rule, recipe.epochs, recipe.batchSize) = (rule, 4, 16)
        recipe.learningRate = rule == .sgd ? 0.05 : 0.005
        (recipe.augmentation, recipe.seed) = (.cifar, 3)
        change(&recipe)
        return recipe
    }

    private static let recipes: [String: VisionTrainingOptions] = [
        "sgd": recipe(.sgd) { ($0.mixup, $0.labelSmoothing) = (0.4, 0.1) },
        "adamw": recipe(.adamw) { ($0.mixup, $0.clipping, $0.rateRatio) = (0.2, 1, 3) },
        "average": recipe(.sgd) { ($0.averagedEpochs, $0.averagingRate) = (3, 0.01) },
        "best": recipe(.adamw) { ($0.keepsBest, $0.schedule, $0.learningRate) = (true, .constant, 0.05) },
        "sizes": recipe(.sgd) { ($0.sizes, $0.keepsBest, $0.trainedGroups) = ([8, 12], true, 2) },
    ]

    /// What a run makes, as far as it must not depend on where it was stopped.
    private struct Outcome: Equatable {
        let weights: [[Float]]
        let losses: [Double]
        let valid: [VisionMetrics?]
        let rates: [Double]
        let kept: Int?
        let averaged: VisionMetrics?
        let steps: Int
    }

    private func train(
        _ recipe: VisionTrainingOptions, from checkpoint: Checkpoint? = nil, steps: Int? = nil,
        observers: [any Observer] = [],
        training: (any ImageSource)? = nil, validation: (any ImageSource)? = nil
    ) throws -> (fit: FitReport, outcome: Outcome) {
        // Everything has to come from the checkpoint.
        let network = twoClassNetwork(seed: checkpoint == nil ? 5 : 77)
        var questions = checkpoint?.progress.step ?? 0
        func images(_ known: LabelledImages, _ source: (any ImageSource)?) throws -> LabelledImages {
            try LabelledImages(source: source ?? known.source, labels: known.labels, classCount: 2)
        }
        let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing).fit(
            images(colouredImages(70), training),
            validation: images(colouredImages(30, seed: 9), validation), from: checkpoint, observers: observers
        ) {
            defer { questions += 1 }
            return questions == steps
        }
        let outcome = Outcome(
            weights: network.state().map(\.tensor.floats), losses: fit.epochs.map(\.trainingLoss),
            valid: fit.epochs.map(\.imageMetrics), rates: fit.epochs.map(\.learningRate), kept: fit.keptEpoch,
            averaged: fit.final?.imageMetrics, steps: fit.steps)
        return (fit, outcome)
    }

    @Test(arguments: recipes.keys.sorted(), [2, 4, 7, 14])
    func stoppedTrainingsResumeBitForBit(_ name: String, _ steps: Int) throws {
        let recipe = try #require(Self.recipes[name])
        let straight = try train(recipe)
        #expect(straight.fit.stopReason == nil && straight.outcome.steps == 16)
        let half = try train(recipe, steps: steps)
        #expect(half.fit.stopReason == .interrupted && half.fit.steps == steps && half.fit.epochs.count == steps / 4)
        #expect(recipe.keepsBest || half.outcome.weights != straight.outcome.weights)
        // Weights that were moved after the epoch's end were never measured.
        #expect(recipe.keepsBest || (half.fit.imageMetrics(recipe) != nil) == (steps == 4))
        let resumed = try train(recipe, from: half.fit.checkpoint)
        #expect(resumed.outcome == straight.outcome)
    }

    @Test(arguments: ["average", "best"])
    func everyCheckpointResumesBitForBit(_ name: String) throws {
        let recipe = try #require(Self.recipes[name])
        var kept: [Checkpoint] = []
        let straight = try train(recipe, observers: [EndsOfEpochs { kept.append($0) }])
        // At the last step of an epoch, before it is measured.
        #expect(kept.map(\.progress.stepInEpoch) == [4, 4, 4, 4] && kept.map(\.progress.step) == [4, 8, 12, 16])
        for checkpoint in kept { #expect(try train(recipe, from: checkpoint).outcome == straight.outcome) }
        // The end of a finished run is one, too.
        #expect(try train(recipe, from: straight.fit.checkpoint).outcome == straight.outcome)
    }

    @Test func theBestEpochIsTheModelOfWhatWasStopped() throws {
        let recipe = try #require(Self.recipes["best"])
        let half = try train(recipe, steps: 14)
        let best = half.fit.checkpoint.bestEpochWeights.map(\.tensor.floats)
        #expect(!best.isEmpty && half.outcome.weights == best)
        #expect(half.fit.checkpoint.weights.map(\.tensor.floats) != best)
    }

    @Test(arguments: ["sgd", "average"])
    func aMissingImageStopsTheTrainingWhichResumesWhenItIsBack(_ name: String) throws {
        let recipe = try #require(Self.recipes[name])
        let straight = try train(recipe)
        func check(_ stopped: FitReport, epochs: ClosedRange<Int>) throws {
            #expect(stopped.stopReason == .unreadable("image 5 is gone") && epochs.contains(stopped.epochs.count))
            #expect(try train(recipe, from: stopped.checkpoint).outcome == straight.outcome)
        }
        let training = VanishingImages(try colouredImages(70).source)
        let observer = Losing(images: training, epoch: 2)
        try check(try train(recipe, observers: [observer], training: training).fit, epochs: 2...3)
        let valid = VanishingImages(try colouredImages(30, seed: 9).source)
        try check(
            try train(recipe, observers: [Losing(images: valid, epoch: 1)], validation: valid).fit, epochs: 1...1)
        // After the last epoch the mean is measured.
        guard recipe.averagedEpochs > 0 else { return }
        valid.lose(nil)
        try check(
            try train(recipe, observers: [Losing(images: valid, epoch: 4)], validation: valid).fit, epochs: 4...4)
    }

    @Test func checkpointsOfOtherTrainingsAreRefused() throws {
        let recipe = try #require(Self.recipes["average"])
        let stopped = try train(recipe, steps: 10).fit.checkpoint
        func refused(_ recipe: VisionTrainingOptions? = nil, change: (inout Checkpoint) -> Void = { _ in }) {
            var checkpoint = stopped
            change(&checkpoint)
            #expect(throws: (any Error).self) {
                _ = try train(recipe ?? Self.recipes["average"] ?? VisionTrainingOptions(), from: checkpoint)
            }
        }
        func changed(_ change: (inout VisionTrainingOptions) -> Void) -> VisionTrainingOptions {
            var recipe = recipe
            change(&recipe)
            return recipe
        }
        refused(changed { $0.batchSize = 8 })
        refused(changed { $0.seed = 4 })
        refused(changed { $0.epochs = 5 })  // the average is of other epochs
        refused(changed { $0.momentum = 0 })
        refused { $0.auxiliary = [] }
        refused { $0.weights.removeLast() }
        refused { $0.optimizer.removeLast() }
        refused { $0.progress.stepInEpoch = -1 }
        refused { $0.progress.stepInEpoch = 5 }
        refused { $0.progress.epoch = .min }
        refused { $0.progress.step = .max }
        refused { $0.progress.lossSum = .infinity }
        refused { $0.progress.exampleCount = -3 }
        #expect(throws: Never.self) { try train(recipe, from: stopped) }
    }

    @Test func moreEpochsMayBeAskedFor() throws {
        var recipe = Self.recipe(.sgd) { ($0.schedule, $0.keepsBest) = (.constant, true) }
        let stopped = try train(recipe, steps: 6).fit.checkpoint
        recipe.epochs = 5
        #expect(try train(recipe, from: stopped).outcome == train(recipe).outcome)
    }

    @Test func observersHearOfEverythingAndMayEndTheRun() throws {
        let recipe = Self.recipe(.sgd) { _ in }
        final class Ending: Observer {
            var events: [String] = []
            func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
                switch event {
                case .fitBegan(let epochs, let finished): events.append("\(epochs) \(finished.count)")
                case .stageBegan(let stage): events.append("stage \(stage)")
                case .epochBegan(let epoch): events.append("begin \(epoch)")
                case .stepEnded(let report): events.append("step \(report.step)")
                case .epochEnded(let history): events.append("end \(history.count)")
                case .fitEnded(let report): events.append(report.stopReason?.description ?? "")
                }
                if case .stepEnded(let report) = event, report.step == 6 { return .stop(reason: "enough") }
                return .continue
            }
        }
        let observer = Ending()
        let fit = try train(recipe, observers: [observer]).fit
        #expect(fit.stopReason == .observer("enough") && fit.steps == 6)
        #expect(
            observer.events == [
                "4 0", "begin 1", "step 1", "step 2", "step 3", "step 4", "end 1", "begin 2", "step 5", "step 6",
                "enough",
            ])
    }

    /// Those counted from 0 and kept rate and time among the metrics.
    @Test func epochsOfEarlierCheckpointsAreRead() throws {
        let json = """
            {"epoch": 1, "trainingLoss": 0.5, "validationLoss": 0.25, "metrics": [{"name": "size", "value": 12},
            {"name": "learning_rate", "value": 0.01}, {"name": "pictures_per_second", "value": 32},
            {"name": "seconds", "value": 2}, {"name": "accuracy", "value": 0.75}, {"name": "pictures", "value": 8}]}
            """
        let epoch = try JSONDecoder().decode(EpochReport.self, from: Data(json.utf8))
        #expect(epoch.epoch == 2 && epoch.imageSize == 12 && epoch.learningRate == 0.01 && epoch.seconds == 2)
        #expect(epoch.exampleCount == 64 && epoch.examplesPerSecond == 32)
        let valid = try #require(epoch.imageMetrics)
        #expect(valid.pictures == 8 && valid.loss == 0.25 && valid.accuracy == 0.75 && valid.f1 == nil)
        #expect(try JSONDecoder().decode(EpochReport.self, from: JSONEncoder().encode(epoch)) == epoch)
    }
}
