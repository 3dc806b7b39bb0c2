import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooTesting

private struct RecurrentGoldens: Decodable {
    struct Case: Decodable {
        let x: [Double]
        let states: [[Double]]
        let weights: [String: [Double]]
        let results: [[Double]]
        let pushes: [[Double]]
        let gradients: [[Double]]
        let weightGradients: [String: [Double]]
    }
    let sizes: [Int]
    let cases: [String: Case]
}

private func layers(
    _ cell: RecurrentCell, _ input: Int, _ hidden: Int, layerCount: Int = 1, isBidirectional: Bool = false,
    seed: UInt64 = 1
) -> RecurrentLayers {
    var generator = RandomGenerator(seed: seed)
    switch cell {
    case .rnn, .rectifiedRNN:
        return RNN(
            input, hidden, layerCount: layerCount, isRectified: cell == .rectifiedRNN,
            isBidirectional: isBidirectional, using: &generator)
    case .gru:
        return GRU(input, hidden, layerCount: layerCount, isBidirectional: isBidirectional, using: &generator)
    case .lstm:
        return LSTM(input, hidden, layerCount: layerCount, isBidirectional: isBidirectional, using: &generator)
    }
}

/// PyTorch's weights copied: the same outputs, states and gradients, in Float32 (fused) and Float64 (composed).
@Test(arguments: RecurrentCell.allCases, [DType.float32, .float64])
func recurrentLayersEqualPyTorch(cell: RecurrentCell, dtype: DType) throws {
    let goldens = try golden("recurrent", as: RecurrentGoldens.self)
    let wanted = try #require(goldens.cases[cell.rawValue])
    let (steps, batch, input, hidden) = (goldens.sizes[0], goldens.sizes[1], goldens.sizes[2], goldens.sizes[3])
    let layers = layers(cell, input, hidden, layerCount: goldens.sizes[4], isBidirectional: true)
    let named = layers.namedParameters()
    #expect(Set(named.map(\.path)) == Set(wanted.weights.keys))
    for (path, parameter) in named {
        let values = try #require(wanted.weights[path])
        parameter.value = Tensor(values, shape: parameter.shape).converted(to: dtype)
    }
    func tensor(_ values: [Double], _ shape: Shape) -> Tensor {
        Tensor(values, shape: shape).converted(to: dtype).trackingGradients()
    }
    let x = tensor(wanted.x, [steps, batch, input])
    let states = wanted.states.map { tensor($0, [2 * goldens.sizes[4], batch, hidden]) }
    let start = RecurrentState(hidden: states[0], cell: states.count > 1 ? states[1] : nil)
    var generator = RandomGenerator(seed: 0)
    let (output, state) = layers(x, state: start, using: &generator)
    let results = [output, state.hidden] + (state.cell.map { [$0] } ?? [])
    var value = Tensor.scalar(0, dtype)
    for (index, result) in results.enumerated() {
        try assertClose(
            result.converted(to: .float64).doubles, wanted.results[index], relative: 1e-5, absolute: 1e-5)
        value = value + (result * tensor(wanted.pushes[index], result.shape).detached()).sum()
    }
    let found = gradients(of: value, withRespectTo: [x] + states + named.map { $0.parameter.value })
    let expected = wanted.gradients + named.map { wanted.weightGradients[$0.path] ?? [] }
    for (index, gradient) in found.enumerated() {
        let dense = try #require(gradient?.dense)
        try assertClose(dense.converted(to: .float64).doubles, expected[index], relative: 1e-5, absolute: 1e-5)
    }
}

/// Sizes that fill no tile, one tile and a bit, and many; one step, one row.
@Test(arguments: RecurrentCell.allCases, [[5, 13, 7, 45], [1, 1, 1, 1], [3, 64, 40, 64], [2, 25, 33, 17]])
func theFusedLayerEqualsTheComposedOne(cell: RecurrentCell, sizes: [Int]) throws {
    let (steps, batch, input, hidden) = (sizes[0], sizes[1], sizes[2], sizes[3])
    var generator = RandomGenerator(seed: 3)
    let weights = layers(cell, input, hidden).weights[0]
    let x = Tensor.normal([steps, batch, input], using: &generator).trackingGradients()
    let h = Tensor.normal([batch, hidden], using: &generator).trackingGradients()
    let c = cell.hasCellState ? Tensor.normal([batch, hidden], using: &generator).trackingGradients() : nil
    let push = Tensor.normal([steps, batch, hidden], using: &generator)
    let inputs = [x, h] + weights.parameters.map(\.value) + (c.map { [$0] } ?? [])
    for isReversed in [false, true] {
        func run(fused: Bool, tracksCell: Bool) -> (result: RecurrenceResult, gradients: [Tensor]) {
            let result =
                fused
                ? fusedRecurrence(
                    cell, x, hidden: h, cell: c, weights.values, isReversed: isReversed, tracksCell: tracksCell)
                : composedRecurrence(cell, x, hidden: h, cell: c, weights.values, isReversed: isReversed)
            var value = (result.output * push).sum()
            if tracksCell, let cell = result.cell { value = value + (cell * cell).sum() + result.hidden.sum() }
            return (result, gradients(of: value, withRespectTo: inputs).compactMap { $0?.dense })
        }
        for tracksCell in [false, true] {
            let (expected, found) = (
                run(fused: false, tracksCell: tracksCell), run(fused: true, tracksCell: tracksCell)
            )
            try assertClose(found.result.output, expected.result.output, relative: 1e-5, absolute: 2e-6)
            try assertClose(found.result.hidden, expected.result.hidden, relative: 1e-5, absolute: 2e-6)
            if let cell = expected.result.cell {
                try assertClose(try #require(found.result.cell), cell, relative: 1e-5, absolute: 2e-6)
            }
            #expect(found.gradients.count == inputs.count && expected.gradients.count == inputs.count)
            for (a, b) in zip(found.gradients, expected.gradients) {
                try assertClose(a, b, relative: 1e-4, absolute: 3e-5)
            }
        }
    }
}

@Test func theFusedLayerGivesTheSameGradientsTwice() throws {
    var generator = RandomGenerator(seed: 3)
    let layer = layers(.lstm, 6, 20)
    let x = Tensor.normal([4, 5, 6], using: &generator).trackingGradients()
    let value = layer(x, using: &generator).output.sum()
    let first = try #require(gradients(of: value, withRespectTo: [x])[0]).dense.floats
    #expect(first == gradients(of: value, withRespectTo: [x])[0]?.dense.floats)
}

@Test(arguments: RecurrentCell.allCases) func aSequenceInTwoPartsEqualsOneInOne(cell: RecurrentCell) throws {
    var generator = RandomGenerator(seed: 3)
    let layers = layers(cell, 5, 8, layerCount: 2)
    let x = Tensor.normal([7, 2, 5], using: &generator)
    let whole = layers(x, using: &generator)
    let first = layers(x.sliced(axis: 0, 0..<3), using: &generator)
    let second = layers(x.sliced(axis: 0, 3..<7), state: first.state.detached(), using: &generator)
    try assertClose(Tensor.concatenated([first.output, second.output]), whole.output)
    try assertClose(second.state.hidden, whole.state.hidden)
}

@Test func composedGradientsAreThoseOfDifferences() throws {
    for cell in RecurrentCell.allCases where cell != .rectifiedRNN {
        var generator = RandomGenerator(seed: 9)
        let rows = cell.gateCount * 3
        let shapes: [Shape] = [[3, 2, 4], [2, 3], [2, 3], [rows, 4], [rows, 3], [rows], [rows]]
        let inputs = shapes.map { Tensor.normal($0, .float64, using: &generator) }
        try checkGradient(at: inputs) { inputs in
            let parameters = RecurrenceParameters(
                inputWeight: inputs[3], hiddenWeight: inputs[4], inputBias: inputs[5], hiddenBias: inputs[6])
            let result = composedRecurrence(
                cell, inputs[0], hidden: inputs[1], cell: cell.hasCellState ? inputs[2] : nil, parameters,
                isReversed: false)
            return result.cell.map { result.output.sum() + $0.sum() } ?? result.output.pow(2).sum()
        }
    }
}

@Test func recurrentLayersStartWithinTheirBoundOrAsIdentity() {
    var generator = RandomGenerator(seed: 1)
    let lstm = LSTM(10, 25, using: &generator)
    for parameter in lstm.parameters {
        let values = parameter.value.floats
        #expect(values.allSatisfy { abs($0) <= 0.2 })
        #expect((values.max() ?? 0) > 0.18 && (values.min() ?? 0) < -0.18)
    }
    let rnn = RNN(2, 3, isRectified: true, startsAsIdentity: true, using: &generator)
    #expect(rnn.weights[0].hiddenWeight.value.floats == [1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(rnn.weights[0].inputBias.value.floats == [0, 0, 0])
}

@Test func recurrentStateSurvivesSaveAndLoad() throws {
    var generator = RandomGenerator(seed: 1)
    let layers = GRU(3, 4, layerCount: 2, isBidirectional: true, using: &generator)
    let other = GRU(3, 4, layerCount: 2, isBidirectional: true, using: &generator)
    try other.load(state: layers.state())
    let x = Tensor.normal([3, 2, 3], using: &generator)
    #expect(layers(x, using: &generator).output.floats == other(x, using: &generator).output.floats)
    #expect(layers(x, using: &generator).output.shape == [3, 2, 8])
}

@Test func anEmptySequenceLeavesTheStateAsItWas() {
    var generator = RandomGenerator(seed: 1)
    let layer = LSTM(3, 4, using: &generator)
    let state = RecurrentState(hidden: .ones([1, 2, 4]), cell: .full(2, [1, 2, 4]))
    let (output, after) = layer(.zeros([0, 2, 3]), state: state, using: &generator)
    #expect(output.shape == [0, 2, 4])
    #expect(after.hidden.floats == state.hidden.floats && after.cell?.floats == state.cell?.floats)
}

@Test func dropoutAndWeightDropoutActInTrainingOnly() {
    var generator = RandomGenerator(seed: 1)
    let layers = LSTM(3, 16, layerCount: 2, dropout: 0.5, using: &generator)
    let x = Tensor.normal([3, 2, 3], using: &generator)
    let plain = layers(x, using: &generator).output.floats
    let before = generator
    #expect(layers(x, weightDropout: 0.5, using: &generator).output.floats == plain)
    #expect(generator == before)
    let dropped = layers(x, mode: .training, using: &generator).output.floats
    #expect(dropped != plain)
    #expect(layers(x, weightDropout: 0.5, mode: .training, using: &generator).output.floats != dropped)
}
