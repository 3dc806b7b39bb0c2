import Foundation
import Testing
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor
import ZooTesting
import ZooVision

/// The network of `TinyResNet` in Scripts/goldens/vision.py.
private func tinyNetwork() throws -> ResNet {
    var generator = RandomGenerator(seed: 1)
    let network = ResNet(
        ResNetArchitecture(block: .basic, depths: [1, 1], widths: [4, 8], hasSmallStem: true, classes: 3),
        using: &generator)
    try fill(network)
    return network
}

private let preprocessing = Preprocessing(
    size: 8, resize: 1, normalization: PixelNormalization(mean: [128, 128, 128], deviation: [64, 64, 64]))

/// The nine images of the script.
private func images(_ labels: [[Int]]? = nil) throws -> LabelledImages {
    let pixels = spread(9 * 8 * 8 * 3, phase: 0.25).map { UInt8((($0 + 0.5) * 256).rounded(.down)) }
    return try LabelledImages(
        source: MemoryImages(height: 8, width: 8, pixels: pixels), labels: labels ?? (0..<9).map { [$0 % 3] },
        classCount: 3, isMultiLabel: labels != nil)
}

/// Images in two classes that differ in what they have more of, red or blue, with noise.
func colouredImages(_ count: Int, size: Int = 8, seed: UInt64 = 3) throws -> LabelledImages {
    var generator = RandomGenerator(seed: seed)
    var pixels: [UInt8] = []
    for index in 0..<count {
        for _ in 0..<size * size {
            let noise = (0..<3).map { _ in Int.random(in: 0..<160, using: &generator) }
            let shift = index % 2 == 0 ? 20 : -20
            pixels += [noise[0] + 48 + shift, noise[1] + 48, noise[2] + 48 - shift].map { UInt8($0) }
        }
    }
    return try LabelledImages(
        source: MemoryImages(height: size, width: size, pixels: pixels), labels: (0..<count).map { [$0 % 2] },
        classCount: 2)
}

func twoClassNetwork(seed: UInt64 = 5) -> any ImageNetwork {
    var generator = RandomGenerator(seed: seed)
    return ResNet(
        ResNetArchitecture(block: .basic, depths: [1, 1], widths: [8, 16], hasSmallStem: true, classes: 2),
        using: &generator)
}

private func wholeBatches(_ rule: VisionRule, epochs: Int, change: (inout VisionTrainingOptions) -> Void)
    -> VisionTrainingOptions
{
    var recipe = VisionTrainingOptions()
    (recipe.rule, recipe.epochs, recipe.batchSize) = (rule, epochs, 9)
    recipe.learningRate = rule == .sgd ? 0.1 : 0.01
    (recipe.weightDecay, recipe.schedule) = (0.02, .constant)
    change(&recipe)
    return recipe
}

@Suite struct VisionTrainerTests {
    private static let sets = [[0], [1], [2], [0, 1], [], [2], [0, 2], [1], [0, 1, 2]]

    private static let recipes: [String: VisionTrainingOptions] = [
        "cycle": wholeBatches(.sgd, epochs: 8) {
            ($0.schedule, $0.rateRatio, $0.labelSmoothing, $0.clipping) = (.oneCycle, 3, 0.1, 1)
        },
        "average": wholeBatches(.adamw, epochs: 6) { $0.averagedEpochs = 3 },
        "frozen": wholeBatches(.sgd, epochs: 4) { $0.trainedGroups = 2 },
        "statistics": wholeBatches(.adamw, epochs: 4) { $0.freezesStatistics = true },
        "labels": wholeBatches(.sgd, epochs: 4) { $0.labelSmoothing = 0.1 },
    ]

    @Test(arguments: ["cycle", "average", "frozen", "statistics", "labels"])
    func trainingFollowsPyTorch(_ name: String) throws {
        let golden = try GoldenFile(named: "training").named(name)
        let network = try tinyNetwork()
        let recipe = try #require(Self.recipes[name])
        let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
            .fit(try images(name == "labels" ? Self.sets : nil))
        let losses = Tensor(fit.epochs.map { Float($0.trainingLoss) })
        try assertClose(losses, golden.output.tensor(), relative: 1e-3, absolute: 1e-4)
        let paths = [
            "conv1.weight", "bn1.running_mean", "layer2.0.downsample.0.weight", "layer2.0.bn2.running_var",
            "layer2.0.bn1.weight", "fc.weight",
        ]
        let state = Dictionary(uniqueKeysWithValues: network.state().map { ($0.path, $0.tensor) })
        for (path, expected) in zip(paths, try #require(golden.gradients)) {
            let expected = expected.tensor()
            let scale = (expected * expected).mean().item.squareRoot()
            try assertClose(try #require(state[path]), expected, relative: 0, absolute: 2e-3 * scale)
        }
    }

    @Test func frozenLayersStayBitForBit() throws {
        let network = try tinyNetwork()
        let before = Dictionary(uniqueKeysWithValues: network.state().map { ($0.path, $0.tensor.floats) })
        let recipe = wholeBatches(.adamw, epochs: 2) { $0.trainedGroups = 1 }
        _ = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing).fit(try images())
        for named in network.state() {
            let isSame = named.tensor.floats == before[named.path]
            #expect(isSame == !named.path.hasPrefix("fc."), "\(named.path)")
        }
        #expect(network.parameters.allSatisfy { $0.isTrainable })
        #expect(network.submodules(of: BatchNorm2d.self).allSatisfy { !$0.isFrozen })
    }

    @Test func twoClassesAreLearnedAndSeedsDecideEverything() throws {
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.learningRate) = (3, 16, 0.05)
        (recipe.augmentation, recipe.mixup, recipe.labelSmoothing) = (.cifar, 0.2, 0.1)
        func train(seed: UInt64) throws -> (FitReport, [Float]) {
            recipe.seed = seed
            let network = twoClassNetwork()
            let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
                .fit(try colouredImages(96), validation: try colouredImages(40, seed: 9))
            return (fit, network.state().flatMap(\.tensor.floats))
        }
        let (fit, weights) = try train(seed: 1)
        #expect(try #require(fit.imageMetrics(recipe)).accuracy > 0.9)
        #expect(fit.epochs.count == 3 && fit.steps == 18 && fit.stopReason == nil)
        #expect(try train(seed: 1).1 == weights)
        #expect(try train(seed: 2).1 != weights)
    }

    @Test func sizesGrowOverTheEpochs() throws {
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.sizes) = (3, 16, [8, 12, 16])
        (recipe.learningRate, recipe.keepsBest) = (0.02, true)
        let fit = try VisionTrainer(twoClassNetwork(), recipe: recipe, preprocessing: preprocessing)
            .fit(try colouredImages(32), validation: try colouredImages(8))
        #expect(fit.epochs.map(\.imageSize) == [8, 12, 16])
        #expect(fit.keptEpoch == 3)  // the only one of the last size
    }

    @Test func theBestEpochIsKept() throws {
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.keepsBest) = (4, 16, true)
        // The rate grows beyond reason after a good start.
        (recipe.learningRate, recipe.averagedEpochs) = (0.02, 0)
        let (network, valid) = (twoClassNetwork(), try colouredImages(40, seed: 9))
        let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
            .fit(try colouredImages(64), validation: valid)
        let best = try #require(fit.epochs.compactMap(\.imageMetrics?.accuracy).max())
        #expect(fit.imageMetrics(recipe)?.accuracy == best)
        let again = VisionMetrics(
            logits: try network.logits(of: valid.source, preprocessing: preprocessing), valid)
        #expect(again.accuracy == best)
    }

    @Test func anInterruptedRunKeepsWhatItLearned() throws {
        let network = twoClassNetwork()
        let before = network.state().flatMap(\.tensor.floats)
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize) = (5, 16)
        var questions = 0
        let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
            .fit(try colouredImages(64)) {
                questions += 1
                return questions == 7
            }
        #expect(fit.stopReason == .interrupted && fit.steps == 6 && fit.epochs.count == 1)
        #expect(network.state().flatMap(\.tensor.floats) != before)
    }

    @Test func aLossThatIsNaNEndsTheTraining() throws {
        let network = twoClassNetwork()
        let before = network.state().flatMap(\.tensor.floats)
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.learningRate, recipe.schedule) = (3, 16, 1e30, .constant)
        let fit = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
            .fit(try colouredImages(64))
        guard case .notANumber(let step, 1e30, restoredEpochs: 0)? = fit.stopReason else {
            Issue.record("\(fit.stopReason as Any)")
            return
        }
        #expect(step <= 4)
        #expect(network.state().flatMap(\.tensor.floats) == before)
    }

    @Test func whatCannotBeLearnedIsRefused() throws {
        let trainer = try VisionTrainer(
            twoClassNetwork(), recipe: VisionTrainingOptions(), preprocessing: preprocessing)
        let source = MemoryImages(height: 1, width: 1, pixels: [UInt8](repeating: 0, count: 12))
        let same = try LabelledImages(source: source, labels: [[1], [1], [1], [1]], classCount: 2)
        #expect(throws: VisionTrainingError.oneClass("all 4 images to train on have the same class")) {
            try trainer.fit(same)
        }
        let only = try LabelledImages(source: source, labels: [[0], [0], [0], [0]], classCount: 1)
        #expect(throws: VisionTrainingError.oneClass("the images have one class only")) { try trainer.fit(only) }
        #expect(throws: VisionTrainingError.self) { try trainer.findLearningRate(only) }
        let single = MemoryImages(height: 1, width: 1, pixels: [0, 0, 0])
        #expect(throws: VisionTrainingError.tooFew(images: 1, needed: 2)) {
            try trainer.fit(LabelledImages(source: single, labels: [[0]], classCount: 2))
        }
        // A label that an image has or has not is two answers.
        try LabelledImages(source: source, labels: [[0], [], [0], []], classCount: 1, isMultiLabel: true)
            .checkIsTrainable()
        #expect(throws: VisionTrainingError.labels("image 2 has class 2 of 2")) {
            _ = try LabelledImages(source: source, labels: [[1], [2], [1], [1]], classCount: 2)
        }
        #expect(throws: VisionTrainingError.labels("image 1 has 0 labels")) {
            _ = try LabelledImages(source: source, labels: [[], [1], [1], [1]], classCount: 2)
        }
        #expect(throws: VisionTrainingError.labels("4 images, 1 labels")) {
            _ = try LabelledImages(source: source, labels: [[1]], classCount: 2)
        }
        var recipe = VisionTrainingOptions()
        recipe.learningRate = .nan
        #expect(throws: VisionTrainingError.setting(name: "learning rate", value: "nan", expected: "above 0")) {
            try recipe.validate()
        }
    }

    @Test func theLearningRateFinderLeavesTheNetworkAsItWas() throws {
        let network = twoClassNetwork()
        let before = network.state().flatMap(\.tensor.floats)
        var recipe = VisionTrainingOptions()
        recipe.batchSize = 16
        let curve = try VisionTrainer(network, recipe: recipe, preprocessing: preprocessing)
            .findLearningRate(try colouredImages(64), from: 1e-4, to: 100, steps: 30)
        #expect(curve.rates.count > 5 && curve.rates.count < 30 && curve.rates[0] == 1e-4)
        #expect(network.state().flatMap(\.tensor.floats) == before)
    }

    @Test func theAveragedEpochsHaveTheirOwnRateAfterTheSchedule() throws {
        var recipe = VisionTrainingOptions()
        (recipe.epochs, recipe.batchSize, recipe.learningRate) = (5, 16, 0.05)
        (recipe.averagedEpochs, recipe.averagingRate) = (2, 0.003)
        for schedule in [LearningRateSchedule.oneCycle, .cosine, .cosineRestarts(length: 1, multiplier: 2)] {
            recipe.schedule = schedule
            var rates: [Double] = []
            let listener = Listener { if case .stepEnded(let step) = $0 { rates.append(step.learningRate) } }
            let fit = try VisionTrainer(twoClassNetwork(), recipe: recipe, preprocessing: preprocessing)
                .fit(try colouredImages(64), observers: [listener])
            // Three epochs of four steps, then two.
            let annealed = (0..<12).map { step -> Double in
                switch schedule {
                case .oneCycle: OneCycle(maximumRate: 0.05).value(at: step, of: 12)
                case .cosine: 0.05 * (1 + cos(.pi * Double(step) / 12)) / 2
                default: 0.05 * (1 + cos(.pi * (step < 4 ? Double(step) / 4 : Double(step - 4) / 8))) / 2
                }
            }
            try assertClose(Array(rates.prefix(12)), annealed, relative: 1e-12, absolute: 1e-12)
            #expect(rates.dropFirst(12).elementsEqual([Double](repeating: 0.003, count: 8)))
            #expect(fit.epochs.map(\.learningRate) == [3, 7, 11, 15, 19].map { rates[$0] })
        }
    }

    @Test func smoothedTargetsKeepTheirMass() throws {
        let targets = try images().targets([0, 4], smoothing: 0.3)
        try assertClose(targets, Tensor([Float(0.8), 0.1, 0.1, 0.1, 0.8, 0.1], shape: [2, 3]), relative: 1e-6)
        let several = try images(Self.sets).targets([3, 4], smoothing: 0.2)
        try assertClose(several, Tensor([Float(0.9), 0.9, 0.1, 0.1, 0.1, 0.1], shape: [2, 3]), relative: 1e-6)
    }
}
