import Foundation
import Testing
import Zoo

/// The Swift of the lessons on language models, as it stands there, and the numbers that they say come of it.
@Suite struct SnippetsTextTests {
    @Test func threeCharacters() throws {
        let text = DemoText(seed: 0).tales.map(\.text).joined()
        let tokenizer = CharacterTokenizer(documents: [text], lowercases: false)
        let tokens = tokenizer.encode(text).tokens  // 208080 of 51 kinds

        let starts = Array(stride(from: 0, to: tokens.count - 3, by: 3))
        func column(_ offset: Int, _ rows: ArraySlice<Int>) -> Tensor { Tensor(rows.map { tokens[$0 + offset] }) }

        var generator = RandomGenerator(seed: 0)
        func weights(_ rows: Int, _ columns: Int) -> Parameter {
            let bound = 1 / Float(rows).squareRoot()
            let numbers = (0..<rows * columns).map { _ in (2 * generator.uniform() - 1) * bound }
            return Parameter(Tensor(numbers, shape: [rows, columns]))
        }
        let (vocabulary, size, hidden) = (tokenizer.vocabulary.count, 16, 64)
        let embedding = weights(vocabulary, size)
        let fromInput = weights(size, hidden)
        let fromHidden = weights(hidden, hidden)
        let toOutput = weights(hidden, vocabulary)
        let parameters = [embedding, fromInput, fromHidden, toOutput]

        func step(_ state: Tensor, _ characters: Tensor) -> Tensor {
            let input = embedding.gathered(rows: characters).matmul(fromInput.value)
            return (input + state.matmul(fromHidden.value)).tanh()
        }

        let optimizer = Optimizer(parameters, rule: AdamW())
        func loss(_ rows: ArraySlice<Int>) -> Tensor {
            var state = Tensor.zeros([rows.count, hidden])
            for offset in 0..<3 { state = step(state, column(offset, rows)) }
            return crossEntropy(state.matmul(toOutput.value), column(3, rows))
        }
        var order = starts
        for _ in 0..<4 {
            order.shuffle(using: &generator)
            for first in Swift.stride(from: 0, to: order.count - 512, by: 512) {
                let value = loss(order[first..<first + 512])
                optimizer.step(gradients(of: value, withRespectTo: parameters.map(\.value)), rate: 0.01)
            }
        }
        print(loss(order[0..<5000]).item)  // 0.66

        func next(_ characters: String) -> String {
            var state = Tensor.zeros([1, hidden])
            for token in tokenizer.encode(characters).tokens { state = step(state, Tensor([token])) }
            return tokenizer.vocabulary[Int(state.matmul(toOutput.value).argmax().int32s[0])]
        }
        print(next("the"), next("kin"), next("cas"))  // " " "g" "t"

        let found = loss(order[0..<5000]).item
        #expect(tokens.count == 208_080 && vocabulary == 51)
        #expect(abs(found - 0.66) < 0.03)
        #expect([next("the"), next("kin"), next("cas")] == [" ", "g", "t"])
    }

    @Test func oneStateForAllCharacters() throws {
        let text = DemoText(seed: 0).tales.map(\.text).joined()
        let tokenizer = CharacterTokenizer(documents: [text], lowercases: false)
        let stream = try TextStream(tokenizer.encode(text).tokens, batchSize: 64)

        var generator = RandomGenerator(seed: 0)
        let embedding = Embedding(tokenizer.vocabulary.count, 16, using: &generator)
        let fromInput = Linear(16, 64, using: &generator)
        let fromHidden = Linear(64, 64, hasBias: false, using: &generator)
        let toOutput = Linear(64, tokenizer.vocabulary.count, using: &generator)
        let parameters = [embedding, fromInput, fromHidden, toOutput].flatMap(\.parameters)
        let optimizer = Optimizer(parameters, rule: AdamW())

        var losses: [Double] = []
        for _ in 0..<2 {
            var state = Tensor.zeros([64, 64])
            for window in stream.windows(length: 16) {
                let (inputs, targets) = stream.window(window)  // [16 steps, 64 rows] each
                let known = fromInput(embedding(inputs))
                var outputs: [Tensor] = []
                for time in 0..<window.count {
                    let input = known.sliced(axis: 0, time..<time + 1)
                    state = (input + fromHidden(state)).tanh()
                    outputs.append(state)
                }
                let logits = toOutput(Tensor.concatenated(outputs, axis: 0))
                let loss = crossEntropy(logits, targets)
                optimizer.step(gradients(of: loss, withRespectTo: parameters.map(\.value)), rate: 0.01)
                losses.append(loss.item)
                state = state.detached()  // remember, but do not learn through it
            }
        }
        print(losses[0], losses.suffix(50).reduce(0, +) / 50)  // 3.94 0.38

        let last = losses.suffix(50).reduce(0, +) / 50
        #expect(abs(losses[0] - 3.94) < 0.02 && abs(last - 0.38) < 0.03)
    }

    @Test func gatesFromTheirEquations() {
        var generator = RandomGenerator(seed: 1)
        let layer = GRU(3, 4, using: &generator)
        let x = Tensor((0..<12).map { Float($0 % 5) / 5 - 0.4 }, shape: [2, 2, 3])  // [steps, rows, inputs]

        let weights = layer.weights[0]
        func gates(_ x: Tensor, _ h: Tensor) -> (input: [Tensor], hidden: [Tensor]) {
            let input = x.matmul(weights.inputWeight.value, transposeOther: true) + weights.inputBias.value
            let hidden = h.matmul(weights.hiddenWeight.value, transposeOther: true) + weights.hiddenBias.value
            func cut(_ tensor: Tensor) -> [Tensor] {
                (0..<3).map { tensor.sliced(axis: 1, $0 * 4..<($0 + 1) * 4) }
            }
            return (cut(input), cut(hidden))
        }
        var h = Tensor.zeros([2, 4])
        for time in 0..<2 {
            let (input, hidden) = gates(x.sliced(axis: 0, time..<time + 1).reshaped([2, 3]), h)
            let reset = (input[0] + hidden[0]).sigmoid()  // how much of the past goes into the proposal
            let update = (input[1] + hidden[1]).sigmoid()  // how much of the past stays
            let proposal = (input[2] + reset * hidden[2]).tanh()
            h = (1 - update) * proposal + update * h
        }
        let (output, _) = layer(x, using: &generator)
        print((h - output.sliced(axis: 0, 1..<2).reshaped([2, 4])).abs().max().item < 1e-6)  // true

        #expect((h - output.sliced(axis: 0, 1..<2).reshaped([2, 4])).abs().max().item < 1e-6)
    }

    @Test func aCellBesideTheState() {
        var generator = RandomGenerator(seed: 2)
        let layer = LSTM(3, 4, using: &generator)
        let x = Tensor((0..<12).map { Float($0 % 7) / 7 - 0.4 }, shape: [2, 2, 3])

        let weights = layer.weights[0]
        var (h, cell) = (Tensor.zeros([2, 4]), Tensor.zeros([2, 4]))
        for time in 0..<2 {
            let input = x.sliced(axis: 0, time..<time + 1).reshaped([2, 3])
            let sums =
                input.matmul(weights.inputWeight.value, transposeOther: true) + weights.inputBias.value
                + h.matmul(weights.hiddenWeight.value, transposeOther: true) + weights.hiddenBias.value
            let gates = (0..<4).map { sums.sliced(axis: 1, $0 * 4..<($0 + 1) * 4) }
            let (write, keep, show) = (gates[0].sigmoid(), gates[1].sigmoid(), gates[3].sigmoid())
            cell = keep * cell + write * gates[2].tanh()
            h = show * cell.tanh()
        }
        let (output, state) = layer(x, using: &generator)
        print((h - output.sliced(axis: 0, 1..<2).reshaped([2, 4])).abs().max().item < 1e-6)  // true

        #expect((h - output.sliced(axis: 0, 1..<2).reshaped([2, 4])).abs().max().item < 1e-6)
        #expect(state.cell.map { ($0.reshaped([2, 4]) - cell).abs().max().item < 1e-6 } == true)
    }

    @Test func aModelInAFewLines() throws {
        let text = DemoText(seed: 0).tales.map(\.text).joined()
        let tokenizer = CharacterTokenizer(documents: [text], lowercases: false)
        let tokens = tokenizer.encode(text).tokens

        var configuration = LanguageModelArchitecture(vocabularySize: tokenizer.vocabulary.count)
        (configuration.embeddingSize, configuration.hiddenSize, configuration.layerCount) = (16, 64, 1)
        var options = LanguageModelTrainingOptions()
        (options.epochs, options.batchSize, options.learningRate) = (2, 32, 0.02)

        var generator = RandomGenerator(seed: 0)
        let model = LanguageModel(configuration, using: &generator)
        try LanguageModelTrainer(model, options: options).fit(training: tokens)

        var writer = TextGenerator(model)
        try writer.feed(tokenizer.encode("Once upon a time").tokens)
        var sampling = SamplingOptions()
        sampling.temperature = 0
        let written = try writer.generate(length: 30, sampling: sampling)
        print(tokenizer.decode(written.map(\.token)))  // " there lived a …"

        #expect(tokenizer.decode(written.map(\.token)).hasPrefix(" there lived a "))
    }
}
