import Foundation
import Testing
import ZooKernels

private func random(_ count: Int, _ generator: inout RandomGenerator) -> [Float] {
    (0..<count).map { _ in 2 * generator.uniform() - 1 }
}

/// Sizes that fill no block, one, and several with a rest.
@Test(arguments: [(3, 5), (16, 64), (37, 130), (1, 1)], WeightPrecision.allCases)
func aStreamedLinearLayerMultipliesAndAdds(sizes: (Int, Int), precision: WeightPrecision) {
    var generator = RandomGenerator(seed: 1)
    let (inputs, outputs) = sizes
    let (weight, bias) = (random(inputs * outputs, &generator), random(outputs, &generator))
    let x = random(inputs, &generator)
    for isTransposed in [false, true] {
        let (inputStep, outputStep) = isTransposed ? (1, inputs) : (outputs, 1)
        let layer = StreamedLayer(
            inputSize: inputs, outputSize: outputs, weight: weight, inputStep: inputStep, outputStep: outputStep,
            bias: bias, precision: precision)
        var result = [Float](repeating: .nan, count: outputs)
        layer.step(x, state: nil, cell: nil, into: &result)
        for output in 0..<outputs {
            let expected = (0..<inputs).reduce(Double(bias[output])) {
                $0 + Double(x[$1]) * Double(weight[$1 * inputStep + output * outputStep])
            }
            let tolerance = precision == .float16 ? 5e-4 * Double(inputs).squareRoot() + 1e-5 : 1e-5
            #expect(abs(Double(result[output]) - expected) < tolerance)
        }
    }
}

/// Every finite half-precision number, packed and read back by multiplying with 1, is what its bits say.
@Test func halvesAreReadAsTheyAreWritten() {
    let weights = (0..<UInt16.max).filter { $0 & 0x7c00 != 0x7c00 }.map { halfValue($0) }
    let layer = StreamedLayer(
        inputSize: 1, outputSize: weights.count, weight: weights, inputStep: weights.count, outputStep: 1,
        bias: [Float](repeating: 0, count: weights.count), precision: .float16)
    var result = [Float](repeating: .nan, count: weights.count)
    layer.step([1], state: nil, cell: nil, into: &result)
    #expect(result == weights)
}

/// Weights between two halves go to the nearer, ties to the even one; what is too large stays finite.
@Test func weightsAreRoundedToTheNearestHalf() {
    let weights: [Float] = [1 + 0x1p-11, 1 + 3 * 0x1p-11, 1 + 0x1.1p-11, 1e6, -1e6, 0x1p-24, 0x1p-25, 0x1.8p-25, 70000]
    let expected: [Float] = [1, 1 + 0x1p-9, 1 + 0x1p-10, 65504, -65504, 0x1p-24, 0, 0x1p-24, 65504]
    let layer = StreamedLayer(
        inputSize: 1, outputSize: weights.count, weight: weights, inputStep: weights.count, outputStep: 1,
        bias: [Float](repeating: 0, count: weights.count), precision: .float16)
    var result = [Float](repeating: .nan, count: weights.count)
    layer.step([1], state: nil, cell: nil, into: &result)
    #expect(result == expected)
}

private func halfValue(_ bits: UInt16) -> Float {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
    let size =
        exponent == 0
        ? fraction * 0x1p-24 : (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    return bits >> 15 == 1 ? -size : size
}

@Test(arguments: [RecurrenceKind.rnn, .rectifiedRNN, .gru, .lstm], [1, 16, 37, 200])
func aStreamedStepEqualsAStepOfTheWholeSequence(kind: RecurrenceKind, hidden: Int) {
    var generator = RandomGenerator(seed: 2)
    let (input, rows) = (11, kind.gateCount * hidden)
    let (w, u) = (random(rows * input, &generator), random(rows * hidden, &generator).map { $0 / 4 })
    let (b, c) = (random(rows, &generator), random(rows, &generator))
    let (x, state) = (random(input, &generator), random(hidden, &generator))
    var cell = random(hidden, &generator)
    let sizes = RecurrenceSizes(kind: kind, steps: 1, batch: 1, input: input, hidden: hidden, isReversed: false)
    var gates = [Float](repeating: 0, count: sizes.gateFloats)
    var cells = cell + [Float](repeating: 0, count: 2 * hidden)
    var expected = [Float](repeating: 0, count: hidden)
    var result = expected
    w.withUnsafeBufferPointer { w in
        u.withUnsafeBufferPointer { u in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeBufferPointer { c in
                    let weights = RecurrenceWeights(
                        input: w.baseAddress!, hidden: u.baseAddress!, inputBias: b.baseAddress!,
                        hiddenBias: c.baseAddress!)
                    recurrenceForward(
                        sizes, x, hidden: state, weights: weights, gates: &gates, cells: &cells, output: &expected)
                    let layer = StreamedLayer(
                        kind, inputSize: input, hiddenSize: hidden, weights: weights, precision: .float32)
                    layer.step(x, state: state, cell: &cell, into: &result)
                }
            }
        }
    }
    for (a, e) in zip(result, expected) { #expect(abs(a - e) < 2e-5) }
    if kind == .lstm { for (a, e) in zip(cell, cells[hidden..<2 * hidden]) { #expect(abs(a - e) < 2e-5) } }
}

@Test func squaresAreAddedUpWithoutLosingDigits() {
    let values = [Float](repeating: 0.1, count: 3_000_001)
    let sum = values.withUnsafeBufferPointer { sumOfSquares($0) }
    #expect(abs(sum / (3_000_001 * Double(Float(0.1)) * Double(Float(0.1))) - 1) < 1e-10)
    #expect([Float]().withUnsafeBufferPointer { sumOfSquares($0) } == 0)
}
