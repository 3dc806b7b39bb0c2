import Foundation
import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooText

private func model(_ cell: RecurrentCell = .lstm, tied: Bool = false, vocabularySize: Int = 7) -> LanguageModel {
    var generator = RandomGenerator(seed: 5)
    var configuration = LanguageModelArchitecture(
        cell: cell, vocabularySize: vocabularySize, embeddingSize: 6, hiddenSize: 19, layerCount: 2)
    configuration.tiesWeights = tied
    let model = LanguageModel(configuration, using: &generator)
    // Distributions far from even, so that choices differ.
    model.decoder.bias.value = Tensor.normal(model.decoder.bias.shape, standardDeviation: 2, using: &generator)
    return model
}

@Test(arguments: RecurrentCell.allCases) func readingOneByOneEqualsReadingAtOnce(cell: RecurrentCell) throws {
    for tied in [false, true] {
        let model = model(cell, tied: tied)
        let tokens: [Int32] = [0, 3, 6, 1, 1, 5]
        var random = RandomGenerator(seed: 0)
        let output = model(Tensor(tokens, shape: [6, 1]), using: &random)
        let expected = output.logits.logSoftmax().reshaped([6, 7]).floats
        var generator = TextGenerator(model, precision: .float32)
        let scores = try generator.feed(tokens)
        for (a, b) in zip(generator.logProbabilities, expected.suffix(7)) { #expect(abs(a - b) < 1e-5) }
        for step in 1..<6 { #expect(abs(scores[step] - expected[(step - 1) * 7 + Int(tokens[step])]) < 1e-5) }
        #expect(abs(scores[0] + log(7)) < 1e-6)
    }
}

/// Weights held at half precision: over a long text the log-probabilities move by less than 0.01. (A rectified network's
/// state grows without bound, and what it says with it.)
@Test(arguments: [RecurrentCell.rnn, .gru, .lstm]) func halfPrecisionHardlyMovesLogProbabilities(cell: RecurrentCell)
    throws
{
    var random = RandomGenerator(seed: 8)
    let model = LanguageModel(
        LanguageModelArchitecture(cell: cell, vocabularySize: 40, embeddingSize: 32, hiddenSize: 96), using: &random)
    var (exact, half) = (TextGenerator(model, precision: .float32), TextGenerator(model, precision: .float16))
    var largest: Float = 0
    for _ in 0..<300 {
        let token = Int32.random(in: 0..<40, using: &random)
        try exact.feed([token])
        try half.feed([token])
        let differences = zip(exact.logProbabilities, half.logProbabilities).map { abs($0 - $1) }
        largest = max(largest, differences.max() ?? 0)
    }
    #expect(largest > 0 && largest < 0.01)
}

@Test func theSameSeedWritesTheSameText() throws {
    let model = model()
    func text(seed: UInt64) throws -> [Int32] {
        var generator = TextGenerator(model)
        try generator.feed([1, 2])
        var options = SamplingOptions()
        options.seed = seed
        return try generator.generate(length: 40, sampling: options).map(\.token)
    }
    #expect(try text(seed: 1) == text(seed: 1))
    #expect(try text(seed: 1) != text(seed: 2))
}

@Test func temperatureZeroAndTopOneTakeTheLikeliest() throws {
    let model = model()
    var greedy = TextGenerator(model)
    try greedy.feed([1])
    var options = SamplingOptions()
    options.temperature = 0
    var other = greedy
    for _ in 0..<10 {
        let scores = greedy.logProbabilities
        let token = try #require(try greedy.generate(length: 1, sampling: options).first)
        #expect(scores[Int(token.token)] == scores.max())
        #expect(token.logProbability == scores.max())
    }
    options.temperature = 1
    options.topK = 1
    var straight = other
    let tokens = try straight.generate(length: 10, sampling: options)
    options.topK = nil
    options.topP = 1e-9
    #expect(try other.generate(length: 10, sampling: options) == tokens)
}

@Test func drawsFollowTheDistribution() throws {
    let model = model()
    var start = TextGenerator(model)
    try start.feed([2])
    let probabilities = start.logProbabilities.map { exp($0) }
    var counts = [Int](repeating: 0, count: 7)
    for seed in 0..<4000 {
        var generator = start
        var options = SamplingOptions()
        options.seed = UInt64(seed)
        counts[Int(try generator.generate(length: 1, sampling: options)[0].token)] += 1
    }
    for (count, probability) in zip(counts, probabilities) {
        #expect(abs(Float(count) / 4000 - probability) < 0.03)
    }
}

@Test func penaltiesExclusionsAndStopsAreKept() throws {
    let model = model()
    var options = SamplingOptions()
    options.temperature = 0
    var generator = TextGenerator(model)
    let plain = try generator.generate(length: 30, sampling: options).map(\.token)
    options.excluded = [plain[0]]
    generator = TextGenerator(model)
    #expect(!(try generator.generate(length: 30, sampling: options).map(\.token).contains(plain[0])))
    options = SamplingOptions()
    options.temperature = 0
    options.repetitionPenalty = 1e6
    generator = TextGenerator(model)
    let varied = try generator.generate(length: 30, sampling: options).map(\.token)
    #expect(Set(varied).count >= Set(plain).count)
    #expect(varied != plain)
    options = SamplingOptions()
    options.temperature = 0
    options.stop = [Array(plain[2...3])]
    generator = TextGenerator(model)
    let stopped = try generator.generate(length: 30, sampling: options).map(\.token)
    #expect(stopped == Array(plain.prefix(stopped.count)))
    #expect(Array(stopped.suffix(2)) == Array(plain[2...3]))
    generator = TextGenerator(model)
    var seen = 0
    let cut = try generator.generate(length: 30) { _ in
        seen += 1
        return seen < 3
    }
    #expect(cut.count == 3)
}

/// The best text of three tokens by trying all of them.
@Test func aWideBeamFindsTheBestTextThereIs() throws {
    let model = model(vocabularySize: 4)
    var start = TextGenerator(model)
    try start.feed([1])
    var best: (text: [Int32], score: Float) = ([], -.infinity)
    for number in 0..<64 {
        let text = [Int32(number / 16), Int32(number / 4 % 4), Int32(number % 4)]
        var generator = start
        let score = try generator.feed(text).reduce(0, +)
        if score > best.score { best = (text, score) }
    }
    var options = SamplingOptions()
    options.beamWidth = 16
    var generator = start
    let found = try generator.generate(length: 3, sampling: options)
    #expect(found.map(\.token) == best.text)
    #expect(abs(found.map(\.logProbability).reduce(0, +) - best.score) < 1e-4)
    let more = generator.logProbabilities
    var reader = start
    try reader.feed(best.text)
    #expect(more == reader.logProbabilities)
}

@Test func settingsThatCannotBeAreRefused() throws {
    var generator = TextGenerator(model())
    func refused(_ change: (inout SamplingOptions) -> Void) throws {
        var options = SamplingOptions()
        change(&options)
        #expect(throws: TextError.self) { try generator.generate(length: 1, sampling: options) }
    }
    try refused { $0.temperature = -0.1 }
    try refused { $0.temperature = .nan }
    try refused { $0.topK = 0 }
    try refused { $0.topP = 0 }
    try refused { $0.topP = 1.1 }
    try refused { $0.beamWidth = 0 }
    try refused { $0.repetitionPenalty = 0 }
    try refused { $0.excluded = Set(0..<7) }
    #expect(throws: TextError.unknownToken(7, position: 1, vocabularySize: 7)) { try generator.feed([0, 7]) }
    #expect(try generator.generate(length: 0).isEmpty)
}

@Test func aVocabularyOfOneWritesItsOnlyToken() throws {
    var generator = TextGenerator(model(vocabularySize: 1))
    try generator.feed([0])
    #expect(generator.logProbabilities == [0])
    #expect(try generator.generate(length: 3).map(\.token) == [0, 0, 0])
}
