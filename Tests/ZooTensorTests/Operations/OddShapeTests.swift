import Testing
import ZooTensor
import ZooTesting

private let functions: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("exp", { $0.exp() }), ("log", { ($0 * $0 + 1).log() }), ("sqrt", { ($0 * $0 + 1).sqrt() }),
    ("tanh", { $0.tanh() }), ("sigmoid", { $0.sigmoid() }), ("relu", { $0.relu() }), ("gelu", { $0.gelu() }),
    ("abs", { $0.abs() }), ("pow", { $0.pow(3) }), ("add", { $0 + $0 }), ("multiply", { $0 * $0 }),
    ("divide", { $0 / ($0 * $0 + 1) }), ("scalar", { 1 - $0 * 2 }), ("sum", { $0.sum(axes: [0]) }),
    ("mean", { $0.mean(axes: [-1], keepDimensions: true) }), ("softmax", { $0.softmax() }),
    ("logSoftmax", { $0.logSoftmax(axis: 0) }), ("transposed", { $0.transposed() }),
    ("concatenated", { .concatenated([$0, $0], axis: 1) }), ("sliced", { $0.sliced(axis: 0, 0..<$0.shape[0] / 2) }),
    ("padded", { $0.padded(axis: 1, before: 1, after: 0) }), ("matmul", { $0.matmul($0, transposeSelf: true) }),
    ("where", { .where($0 > 0, $0, $0 * 2) }),
    ("expanded", { $0.reshaped([1] + $0.shape.dimensions).expanded(Shape([2] + $0.shape.dimensions)) }),
    ("maximum", { $0.maximum($0 * 2) }),
]

@Test(arguments: [[0, 3], [3, 0], [0, 0], [1, 1], [1, 5], [5, 1], [2, 33]])
func everyOperationTakesOddShapes(sizes: [Int]) throws {
    var generator = RandomGenerator(seed: 11)
    let x = Tensor.normal(Shape(sizes), .float64, using: &generator)
    for (name, function) in functions {
        if name == "mean" && sizes[1] == 0 { continue }
        #expect(throws: Never.self, "\(name) \(sizes)") { try checkGradient(at: [x]) { function($0[0]) } }
        #expect(throws: Never.self, "\(name) \(sizes), twice") {
            try checkSecondGradient(at: [x]) { function($0[0]) }
        }
        let single = function(x.converted(to: .float32))
        #expect(throws: Never.self, "\(name) \(sizes), float32") {
            try assertClose(single, function(x), relative: 1e-4)
        }
    }
}

@Test func reductionsOfNothingAreTheirNeutralElements() {
    let nothing = Tensor.zeros([2, 0])
    #expect(nothing.sum(axes: [1]).floats == [0, 0])
    #expect(nothing.max(axes: [1]).floats == [-.infinity, -.infinity])
    #expect(nothing.min(axes: [1]).floats == [.infinity, .infinity])
    #expect(nothing.mean().item.isNaN)
    #expect(nothing.matmul(.zeros([0, 3])).floats == [Float](repeating: 0, count: 6))
}
