import Testing
import ZooTensor
import ZooTesting

/// Forwards and gradients of every operation against PyTorch, in both element types.
private typealias Operation = @Sendable ([Tensor], Tensor?) -> Tensor

private let operations: [String: Operation] = {
    var all: [String: Operation] = [:]
    for kind in ["same", "row", "column", "both", "scalar", "inner", "wide"] {
        all["add/\(kind)"] = { x, _ in x[0] + x[1] }
        all["subtract/\(kind)"] = { x, _ in x[0] - x[1] }
        all["multiply/\(kind)"] = { x, _ in x[0] * x[1] }
        all["divide/\(kind)"] = { x, _ in x[0] / x[1] }
        all["maximum/\(kind)"] = { x, _ in x[0].maximum(x[1]) }
        all["minimum/\(kind)"] = { x, _ in x[0].minimum(x[1]) }
    }
    all["power/row"] = { x, _ in x[0].pow(x[1]) }
    all["exp"] = { x, _ in x[0].exp() }
    all["tanh"] = { x, _ in x[0].tanh() }
    all["sigmoid"] = { x, _ in x[0].sigmoid() }
    all["relu"] = { x, _ in x[0].relu() }
    all["gelu"] = { x, _ in x[0].gelu() }
    all["erf"] = { x, _ in x[0].erf() }
    all["abs"] = { x, _ in x[0].abs() }
    all["negate"] = { x, _ in -x[0] }
    all["log"] = { x, _ in x[0].log() }
    all["sqrt"] = { x, _ in x[0].sqrt() }
    for exponent in [0, 1, 2, 3] { all["pow\(exponent)"] = { x, _ in x[0].pow(Double(exponent)) } }
    for exponent in [0.5, -1.5] { all["pow\(exponent)"] = { x, _ in x[0].pow(exponent) } }
    all["scalarLeftDivide"] = { x, _ in 2 / x[0] }
    all["scalarLeftSubtract"] = { x, _ in 2 - x[0] }
    all["scalarAffine"] = { x, _ in (x[0] * 3 + 1 - 0.5) / 7 }
    all.merge(reductions()) { $1 }
    all.merge(products()) { $1 }
    all.merge(movements()) { $1 }
    return all
}()

private func reductions() -> [String: Operation] {
    var all: [String: Operation] = [:]
    let kinds: [String: [Int]?] = [
        "0": [0], "1": [1], "-1": [-1], "0,2": [0, 2], "1,2": [1, 2], "all": nil, "kept": [1], "long": [-1],
    ]
    for (kind, axes) in kinds {
        let keep = kind == "kept"
        all["sum/\(kind)"] = { x, _ in x[0].sum(axes: axes, keepDimensions: keep) }
        all["mean/\(kind)"] = { x, _ in x[0].mean(axes: axes, keepDimensions: keep) }
        all["max/\(kind)"] = { x, _ in x[0].max(axes: axes, keepDimensions: keep) }
        all["min/\(kind)"] = { x, _ in x[0].min(axes: axes, keepDimensions: keep) }
        all["variance/\(kind)"] = { x, _ in x[0].variance(axes: axes, keepDimensions: keep) }
    }
    for axis in [0, 1, -1] {
        all["softmax/\(axis)"] = { x, _ in x[0].softmax(axis: axis) }
        all["logSoftmax/\(axis)"] = { x, _ in x[0].logSoftmax(axis: axis) }
    }
    return all
}

private func products() -> [String: Operation] {
    var all: [String: Operation] = [:]
    for kind in ["", "batched/", "shared/", "broadcast/"] {
        for (a, transposeA) in [("n", false), ("t", true)] {
            for (b, transposeB) in [("n", false), ("t", true)] {
                all["matmul/\(kind)\(a)\(b)"] = { x, _ in
                    x[0].matmul(x[1], transposeSelf: transposeA, transposeOther: transposeB)
                }
            }
        }
    }
    return all
}

private func movements() -> [String: Operation] {
    var all: [String: Operation] = [:]
    all["gather"] = { x, indices in x[0].gathered(rows: indices ?? x[0]) }
    all["scatteredAdd"] = { x, indices in x[0].scatteredAdd(rows: indices ?? x[0], count: 5) }
    for axis in 0..<3 {
        all["concatenate/\(axis)"] = { x, _ in .concatenated(x, axis: axis) }
        all["slice/\(axis)"] = { x, _ in x[0].sliced(axis: axis, 1..<3) }
    }
    for order in [[1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]] {
        all["transpose/\(order.map(String.init).joined())"] = { x, _ in x[0].transposed(order) }
    }
    all["reshape"] = { x, _ in x[0].reshaped([4, -1]) }
    all["expand"] = { x, _ in x[0].expanded([2, 3, 4]) }
    all["pad"] = { x, _ in x[0].padded(axis: -1, before: 1, after: 2) }
    all["where"] = { x, _ in .where(x[0] > x[1], x[0] * 2, x[1]) }
    return all
}

@Test(arguments: [DType.float32, .float64]) func everyOperationAgreesWithPyTorch(dtype: DType) throws {
    let file = try GoldenFile(named: "tensor")
    #expect(Set(file.cases.keys) == Set(operations.keys))
    for (name, golden) in file.cases {
        guard let operation = operations[name] else { continue }
        let inputs = golden.inputs.map { $0.tensor(dtype).trackingGradients() }
        let output = operation(inputs, golden.indices?.tensor(.int32))
        #expect(throws: Never.self, "\(name)") { try assertClose(output, golden.output.tensor(dtype)) }
        let cotangent = golden.cotangent?.tensor(dtype)
        for createGraph in [false, true] {
            let found = gradients(of: output, withRespectTo: inputs, cotangent: cotangent, createGraph: createGraph)
            for (gradient, expected) in zip(found, golden.gradients ?? []) {
                let expected = expected.tensor(dtype)
                #expect(throws: Never.self, "\(name), graph \(createGraph)") {
                    try assertClose(
                        gradient?.dense ?? .zeros(expected.shape, dtype), expected, relative: 2e-5, absolute: 2e-6)
                }
            }
        }
    }
}

@Test func everyOperationHasItsGradientAndSecondGradient() throws {
    let file = try GoldenFile(named: "tensor")
    for (name, golden) in file.cases {
        let operation = try #require(operations[name], "\(name)")
        let inputs = golden.inputs.map { $0.tensor(.float64) }
        let indices = golden.indices?.tensor(.int32)
        #expect(throws: Never.self, "\(name)") { try checkGradient(at: inputs) { operation($0, indices) } }
        #expect(throws: Never.self, "\(name), twice") { try checkSecondGradient(at: inputs) { operation($0, indices) } }
    }
}
