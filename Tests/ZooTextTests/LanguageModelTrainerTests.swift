import Foundation
import Testing
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor
import ZooText

/// A text that a small network learns: the same eight tokens again and again.
private let verse = (0..<1200).map { Int32([0, 1, 2, 3, 0, 2, 1, 4][$0 % 8]) }

private func smallModel(_ cell: RecurrentCell = .lstm, seed: UInt64 = 1) -> LanguageModel {
    var generator = RandomGenerator(seed: seed)
    var configuration = LanguageModelArchitecture(
        cell: cell, vocabularySize: 5, embeddingSize: 6, hiddenSize: 16, layerCount: 2)
    configuration.regularization.weightDropout = 0.1
    configuration.regularization.hiddenDropout = 0.1
    configuration.regularization.embeddingDropout = 0.05
    configuration.regularization.activation = 0.5
    configuration.regularization.temporal = 0.5
    return LanguageModel(configuration, using: &generator)
}

private func smallOptions(epochs: Int) -> LanguageModelTrainingOptions {
    var options = LanguageModelTrainingOptions()
    options.batchSize = 4
    options.bptt = 12
    options.epochs = epochs
    options.learningRate = 1e-2
    options.seed = 7
    return options
}

@Test(arguments: [RecurrentCell.rnn, .gru, .lstm]) func trainingLearnsARepeatedVerse(cell: RecurrentCell) throws {
    let model = smallModel(cell)
    let fit = try LanguageModelTrainer(model, options: smallOptions(epochs: 4)).fit(
        training: verse, validation: Array(verse[..<200]))
    #expect(fit.epochs.count == 4)
    #expect(fit.stopReason == nil)
    let last = try #require(fit.epochs.last?.validationLoss)
    #expect(last < 0.5, "\(cell) ends at \(last) nats; guessing gives 1.6")
}

@Test func trainingGoesOnFromACheckpointBitForBit() throws {
    let straight = smallModel()
    try LanguageModelTrainer(straight, options: smallOptions(epochs: 2)).fit(training: verse)

    let stopped = smallModel()
    var calls = 0
    let half = try LanguageModelTrainer(stopped, options: smallOptions(epochs: 2)).fit(training: verse) {
        calls += 1
        return calls > 33
    }
    #expect(half.stopReason == .interrupted)
    #expect(half.steps == 33)
    #expect(!half.checkpoint.auxiliary.isEmpty)
    let resumed = smallModel(seed: 2)
    try LanguageModelTrainer(resumed, options: smallOptions(epochs: 2)).fit(training: verse, from: half.checkpoint)
    for (a, b) in zip(straight.state(), resumed.state()) {
        #expect(a.path == b.path)
        #expect(a.tensor.floats == b.tensor.floats, "\(a.path)")
    }
}

@Test func stagesResumeToTheSameBits() throws {
    func trainer(_ model: LanguageModel) -> LanguageModelTrainer {
        let stages = (0..<3).map { index in
            var options = smallOptions(epochs: 1)
            options.seed = UInt64(index)
            let groups = [
                ParameterGroup(model.parameters, weightDecay: 0.01, isFrozen: false)
            ]
            return LanguageModelStage(options: options, groups: groups)
        }
        return LanguageModelTrainer(model, stages: stages)
    }
    let straight = smallModel()
    let whole = try trainer(straight).fit(training: verse, validation: Array(verse[..<100]))
    #expect(whole.epochs.map(\.stage) == [0, 1, 2])
    for steps in [5, whole.steps / 2, whole.steps - 2] {
        var calls = 0
        let part = try trainer(smallModel()).fit(training: verse, validation: Array(verse[..<100])) {
            calls += 1
            return calls > steps
        }
        #expect(part.stopReason == .interrupted && part.steps == steps)
        let resumed = smallModel(seed: 2)
        let rest = try trainer(resumed).fit(
            training: verse, validation: Array(verse[..<100]), from: part.checkpoint)
        #expect(rest.epochs.map(\.trainingLoss) == whole.epochs.map(\.trainingLoss))
        #expect(rest.keptEpoch == whole.keptEpoch)
        for (a, b) in zip(straight.state(), resumed.state()) {
            #expect(a.tensor.floats == b.tensor.floats, "\(a.path)")
        }
    }
}

@Test func theLearningRateFinderLeavesTheModelAsItWas() throws {
    let model = smallModel()
    let before = model.state()
    let curve = try LanguageModelTrainer(model, options: smallOptions(epochs: 1)).findLearningRate(
        verse, from: 1e-4, to: 1e3, steps: 60)
    #expect(curve.rates.count > 10 && curve.rates.count < 60)
    for (a, b) in zip(before, model.state()) { #expect(a.tensor.floats == b.tensor.floats, "\(a.path)") }
}

@Test func anExplodingRateStopsTrainingAndKeepsTheLastGoodModel() throws {
    let model = smallModel(.rectifiedRNN)
    var options = smallOptions(epochs: 3)
    options.learningRate = 1e30
    options.schedule = .constant
    options.clipping = nil
    let before = model.state()
    let fit = try LanguageModelTrainer(model, options: options).fit(training: verse)
    guard case .notANumber(let step, let rate, let epochs) = fit.stopReason else {
        Issue.record("stopped because of \(String(describing: fit.stopReason))")
        return
    }
    #expect(step > 1 && rate == 1e30 && epochs == 0)
    for (a, b) in zip(before, model.state()) { #expect(a.tensor.floats == b.tensor.floats, "\(a.path)") }
}

@Test func aTextShorterThanOneStepOfEveryRowIsRefused() throws {
    #expect(throws: TextError.tooShort(tokens: 4, batchSize: 4, needed: 5)) {
        try LanguageModelTrainer(smallModel(), options: smallOptions(epochs: 1)).fit(training: [0, 1, 2, 3])
    }
    #expect(throws: TextError.tooShort(tokens: 0, batchSize: 4, needed: 5)) {
        try LanguageModelTrainer(smallModel(), options: smallOptions(epochs: 1)).fit(training: [])
    }
    #expect(throws: TextError.unknownToken(5, position: 2, vocabularySize: 5)) {
        try LanguageModelTrainer(smallModel(), options: smallOptions(epochs: 1)).fit(training: [0, 1, 5, 3, 2, 1])
    }
}

/// What the verse teaches is wrong here, so that validation is best early.
private let otherVerse = (0..<400).map { Int32([4, 4, 3, 3, 2, 2, 1, 0][$0 % 8]) }

@Test func theBestEpochIsKeptUnlessTheLastIsAskedFor() throws {
    for keepsLast in [false, true] {
        let model = smallModel()
        var options = smallOptions(epochs: 6)
        (options.schedule, options.keepsLast) = (.constant, keepsLast)
        let fit = try LanguageModelTrainer(model, options: options).fit(training: verse, validation: otherVerse)
        let losses = fit.epochs.compactMap(\.validationLoss)
        let (best, last) = (try #require(losses.min()), try #require(losses.last))
        try #require(losses.count == 6 && best < last, "\(losses)")
        let nats = try model.evaluate(otherVerse, batchSize: options.batchSize).nats
        #expect(abs(nats - (keepsLast ? last : best)) < 1e-6)
        #expect(fit.keptEpoch == (keepsLast ? nil : 1 + (losses.firstIndex(of: best) ?? 0)))
    }
}

@Test func theBestEpochFromBeforeACheckpointIsKept() throws {
    var options = smallOptions(epochs: 6)
    options.schedule = .constant
    let straight = smallModel()
    let whole = try LanguageModelTrainer(straight, options: options).fit(training: verse, validation: otherVerse)
    let kept = try #require(whole.keptEpoch)
    try #require(kept < 6)
    var calls = 0
    let half = try LanguageModelTrainer(smallModel(), options: options).fit(training: verse, validation: otherVerse) {
        calls += 1
        return calls > whole.steps * 11 / 12
    }
    #expect(half.stopReason == .interrupted && !half.checkpoint.bestEpochWeights.isEmpty)
    let resumed = smallModel(seed: 2)
    let rest = try LanguageModelTrainer(resumed, options: options).fit(
        training: verse, validation: otherVerse, from: half.checkpoint)
    #expect(rest.keptEpoch == kept)
    for (a, b) in zip(straight.state(), resumed.state()) { #expect(a.tensor.floats == b.tensor.floats, "\(a.path)") }
}

@Test func aUnigramModelKnowsFrequenciesOnly() {
    // 3 + 1 of 8 for token 0, 1 + 1 for 1, 0 + 1 for 2, ... over 4 + 4 counts; the first token is only read.
    let model = UnigramModel(counts: [3, 1, 0, 0])
    let expected = -(log(0.5) + log(0.25) + log(0.125)) / 3
    #expect(abs(model.nats(of: [3, 0, 1, 2]) - expected) < 1e-12)
}
