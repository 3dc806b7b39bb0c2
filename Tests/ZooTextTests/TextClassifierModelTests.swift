import Testing
import ZooKernels
import ZooLearn
import ZooTensor
import ZooText

@Suite struct TextClassifierModelTests {
    private func classifier() -> TextClassifier {
        var generator = RandomGenerator(seed: 3)
        let configuration = LanguageModelArchitecture(
            vocabularySize: 9, embeddingSize: 4, hiddenSize: 5, layerCount: 2)
        return TextClassifier(LanguageModel(configuration, using: &generator), classCount: 3, using: &generator)
    }

    @Test func whatFillsUpABatchDoesNotMatter() {
        let classifier = classifier()
        var options = TextClassifierTrainingOptions()
        let texts: [[Int32]] = [[1, 2, 3], [4], [5, 6, 7, 8, 1, 2, 3], [2, 2]]
        let together = classifier.probabilities(texts, options: options)
        options.batchSize = 1
        let alone = classifier.probabilities(texts, options: options)
        for (one, two) in zip(together, alone) { #expect(zip(one, two).allSatisfy { abs($0 - $1) < 1e-6 }) }
        #expect(together.count == 4 && together.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-5 })
    }

    @Test func onlyTheLastTokensAreRead() {
        let classifier = classifier()
        var options = TextClassifierTrainingOptions()
        options.maximumTokens = 2
        let rows = classifier.probabilities([[1, 2, 3, 4], [8, 3, 4]], options: options)
        #expect(rows[0] == rows[1])
    }

    @Test func frozenLayersStayAsTheyAre() throws {
        let classifier = classifier()
        var options = TextClassifierTrainingOptions()
        options.unfreezing.epochs = 1
        options.batchSize = 4
        let before = classifier.state()
        let data = LabelledTokens(
            texts: (0..<12).map { [Int32($0 % 9), 1, Int32($0 % 3)] }, classes: (0..<12).map { Int32($0 % 3) })
        let fit = try classifier.fit(data, validation: data, options: options, observers: [TwoEpochs()])
        #expect(fit.stopReason == .observer("two epochs") && fit.epochs.map(\.stage) == [0, 1])
        for (old, new) in zip(before, classifier.state()) {
            let moves = old.path.hasPrefix("head") || old.path.hasPrefix("encoder.layers.1")
            // The running statistics of a norm and what has a gradient move; the rest must not.
            if !moves { #expect(old.tensor.floats == new.tensor.floats, "\(old.path)") }
        }
        let top = zip(before, classifier.state()).filter { $0.0.path == "encoder.layers.1.weight_hh_l0" }
        #expect(top.count == 1 && top.allSatisfy { $0.0.tensor.floats != $0.1.tensor.floats })
    }
}

private struct TwoEpochs: Observer {
    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .epochEnded(let history) = event, history.count == 2 { .stop(reason: "two epochs") } else { .continue }
    }
}
