import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooText

/// The answers of Keras are compared in `ForeignModelTests`; these are properties.
@Suite struct BidirectionalClassifierTests {
    private func classifier(_ merges: [BidirectionalMerge?]) throws -> StoredTextClassifier {
        var network = LanguageModelArchitecture(
            cell: .gru, vocabularySize: 5, embeddingSize: 3, layerCount: merges.count)
        network.merges = merges
        network.layerSizes = merges.map { $0 == .concat ? 8 : 4 }
        try network.validate()
        var generator = RandomGenerator(seed: 4)
        let encoder = LanguageModel(network, using: &generator)
        let tokenizer = try TokenizerParts(kind: .character, lowercases: false, tokens: ["a", "b", "c", "d", "e"])
            .tokenizer()
        return StoredTextClassifier(
            classifier: TextClassifier(encoder, classCount: 3, using: &generator), tokenizer: tokenizer,
            labels: ["x", "y", "z"], options: TextClassifierTrainingOptions(), counts: [0, 0, 0, 0, 0])
    }

    @Test(arguments: [[BidirectionalMerge.concat], [.sum], [.ave, nil], [.concat, .mul], [nil, .concat]])
    func longerTextsBesideItChangeNothing(_ merges: [BidirectionalMerge?]) throws {
        let stored = try classifier(merges)
        let texts: [[Int32]] = [[0, 1, 2], [3], [4, 3, 2, 1, 0, 1, 2], [2, 2]]
        let together = stored.classifier.probabilities(texts, options: stored.options)
        for (text, row) in zip(texts, together) {
            let alone = stored.classifier.probabilities([text], options: stored.options)[0]
            #expect(zip(alone, row).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        let again = try StoredTextClassifier(stored.contents())
        #expect(again.classifier.probabilities(texts, options: again.options) == together)
        #expect(throws: TextError.self) {
            var network = stored.classifier.encoder.configuration
            network.merges = merges + [nil]
            try network.validate()
        }
    }

    @Test func thePlacesOfTokensCount() throws {
        let stored = try classifier([.concat])
        let shares = stored.classifier.probabilities([[0, 1, 2, 3], [3, 2, 1, 0]], options: stored.options)
        #expect(zip(shares[0], shares[1]).contains { abs($0 - $1) > 1e-4 })
    }

    @Test func theFirstTokensOfALongTextAreReadWhereThatIsSaid() throws {
        let stored = try classifier([.sum])
        var options = stored.options
        (options.maximumTokens, options.readsBeginning) = (2, true)
        let cut = stored.classifier.probabilities([[0, 1, 2, 3]], options: options)
        #expect(cut == stored.classifier.probabilities([[0, 1]], options: stored.options))
    }

    /// What `RecurrentLayers` gives, which is compared with PyTorch.
    @Test func aTextAloneIsReadAsByBidirectionalLayers() {
        var generator = RandomGenerator(seed: 2)
        let layers = LSTM(3, 4, isBidirectional: true, using: &generator)
        let x = Tensor.normal([5, 2, 3], using: &generator)
        let wanted = layers(x, using: &generator)
        let (outputs, ends) = layers.bothWays(x, lengths: [5, 5], using: &generator)
        let joined = Tensor.concatenated(outputs, axis: -1)
        #expect(zip(joined.floats, wanted.output.floats).allSatisfy { abs($0 - $1) < 1e-6 })
        let last = ends.flatMap(\.floats)
        #expect(zip(last, wanted.state.hidden.floats).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
