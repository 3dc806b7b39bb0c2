import Testing
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

private let rowCount = 12
private let width = 3

/// Rules whose sparse steps amount to the dense ones; `tolerance` allows for Adam's epsilon.
private let sparseCases: [CurveCase] = [
    CurveCase(name: "sgd", rule: SGD(), rate: 0.05),
    CurveCase(name: "sgd, decay", rule: SGD(), rate: 0.05, decay: 0.1),
    CurveCase(name: "momentum", rule: SGD(momentum: 0.9), rate: 0.02),
    CurveCase(name: "momentum, decay", rule: SGD(momentum: 0.9), rate: 0.02, decay: 0.1),
    CurveCase(name: "nesterov, decay", rule: SGD(momentum: 0.9, isNesterov: true), rate: 0.02, decay: 0.1),
    CurveCase(name: "rmsprop", rule: RMSprop(), rate: 0.05),
    CurveCase(name: "rmsprop, momentum", rule: RMSprop(smoothing: 0.9, momentum: 0.8), rate: 0.02),
    CurveCase(name: "adam", rule: Adam(), rate: 0.02),
    CurveCase(name: "adamW", rule: AdamW(), rate: 0.02, decay: 0.1),
]

/// Some rows, rising, with a gradient for each.
private func sparseGradient(using generator: inout RandomGenerator) -> SparseRows {
    let rows = (0..<rowCount).filter { _ in (generator.uniform() as Double) < 0.2 }
    let values = (0..<rows.count * width).map { _ in (generator.uniform() as Double) - 0.4 }
    return SparseRows(
        summing: Tensor(values, shape: [rows.count, width]), at: Tensor(rows.map { Int32($0) }, shape: [rows.count]),
        shape: [rowCount, width])
}

private func table() -> Parameter {
    Parameter(Tensor((0..<rowCount * width).map { 0.1 * Double($0) - 1 }, shape: [rowCount, width]))
}

/// Takes 600 steps at a moving rate, sparse and dense, reading now one row and now all.
private func greatestDifference(_ test: CurveCase, scheduledMomentum: Bool) -> Double {
    var generator = RandomGenerator(seed: 11)
    let (sparse, dense) = (table(), table())
    let sparseOptimizer = Optimizer([sparse], rule: test.rule, weightDecay: test.decay)
    let denseOptimizer = Optimizer([dense], rule: test.rule, weightDecay: test.decay)
    var greatest = 0.0
    for step in 0..<600 {
        let gradient = sparseGradient(using: &generator)
        let rate = test.rate * OneCycle(maximumRate: 1).value(at: step, of: 600)
        let momentum = scheduledMomentum ? OneCycle.momentum().value(at: step, of: 600) : nil
        sparseOptimizer.step([.sparse(gradient)], rate: rate, momentum: momentum)
        denseOptimizer.step([.dense(Gradient.sparse(gradient).dense)], rate: rate, momentum: momentum)
        if step % 3 == 0 {
            let row = Tensor([Int32(step % rowCount)], shape: [1])
            greatest = max(greatest, distance(sparse.gathered(rows: row).doubles, dense.gathered(rows: row).doubles))
        }
        if step % 100 == 50 { greatest = max(greatest, distance(sparse.value.doubles, dense.value.doubles)) }
    }
    return max(greatest, distance(sparse.value.doubles, dense.value.doubles))
}

@Test(arguments: sparseCases) func sparseStepsAmountToDenseOnes(_ test: CurveCase) {
    #expect(greatestDifference(test, scheduledMomentum: false) < 1e-6)
    if test.name != "rmsprop" { #expect(greatestDifference(test, scheduledMomentum: true) < 1e-6) }
}

@Test func untouchedRowsAreLeftAloneUntilTheyAreRead() {
    let parameter = table()
    let optimizer = Optimizer([parameter], rule: SGD(), weightDecay: 1)
    let before = parameter.value.doubles
    let gradient = SparseRows(
        summing: .zeros([1, width], .float64), at: Tensor([2] as [Int32]), shape: [rowCount, width])
    optimizer.step([.sparse(gradient)], rate: 0.5)
    let stored = parameter.storedValue.doubles
    #expect(stored.indices.allSatisfy { stored[$0] == ($0 / width == 2 ? before[$0] / 2 : before[$0]) })
    _ = parameter.gathered(rows: Tensor([0] as [Int32], shape: [1]))
    #expect(parameter.storedValue.doubles[0] == before[0] / 2)
    #expect(parameter.storedValue.doubles[width] == before[width])
    #expect(parameter.value.doubles == before.map { $0 / 2 })
}

@Test func denseGradientAfterSparseOnesMovesEveryRow() {
    let (sparse, dense) = (table(), table())
    let rule = SGD(momentum: 0.9)
    let (a, b) = (Optimizer([sparse], rule: rule), Optimizer([dense], rule: rule))
    var generator = RandomGenerator(seed: 4)
    for step in 0..<20 {
        let gradient = Gradient.sparse(sparseGradient(using: &generator))
        a.step([step % 5 == 4 ? .dense(gradient.dense) : gradient], rate: 0.1)
        b.step([.dense(gradient.dense)], rate: 0.1)
    }
    #expect(distance(sparse.value.doubles, dense.value.doubles) < 1e-12)
}

@Test func savedSparseStateGoesOnWithTheSameBits() throws {
    let (straight, first, resumed) = (table(), table(), table())
    let rule = AdamW()
    let whole = Optimizer([straight], rule: rule, weightDecay: 0.1)
    let half = Optimizer([first], rule: rule, weightDecay: 0.1)
    let rest = Optimizer([resumed], rule: rule, weightDecay: 0.1)
    var generator = RandomGenerator(seed: 4)
    let gradients = (0..<40).map { _ in Gradient.sparse(sparseGradient(using: &generator)) }
    for gradient in gradients { whole.step([gradient], rate: 0.01) }
    for gradient in gradients[..<25] { half.step([gradient], rate: 0.01) }
    resumed.value = first.storedValue
    try rest.load(state: half.state(named: [("w", first)]), named: [("w", resumed)])
    for gradient in gradients[25...] { rest.step([gradient], rate: 0.01) }
    #expect(straight.value.doubles == resumed.value.doubles)
}

@Test func rowsKeepWhatTheyMissWhenTheirOptimizerIsGone() {
    let parameter = table()
    let before = parameter.value.doubles
    do {
        let optimizer = Optimizer([parameter], rule: SGD(), weightDecay: 1)
        let nothing = SparseRows(
            summing: .zeros([0, width], .float64), at: Tensor([] as [Int32]), shape: [rowCount, width])
        optimizer.step([.sparse(nothing)], rate: 0.5)
    }
    #expect(parameter.value.doubles == before.map { $0 / 2 })
}

@Test func tableOfMissedStepsStaysShort() throws {
    let parameter = table()
    let optimizer = Optimizer([parameter], rule: AdamW(), weightDecay: 0.1)
    var generator = RandomGenerator(seed: 4)
    for _ in 0..<1000 { optimizer.step([.sparse(sparseGradient(using: &generator))], rate: 0.01) }
    let missed = optimizer.state(named: [("w", parameter)]).first { $0.path == "w/missed" }
    #expect(try #require(missed).tensor.shape[0] <= 257)
}

@Test func replacedValueMissesNothing() {
    let parameter = table()
    let optimizer = Optimizer([parameter], rule: SGD(), weightDecay: 1)
    let gradient = SparseRows(
        summing: .zeros([1, width], .float64), at: Tensor([2] as [Int32]), shape: [rowCount, width])
    optimizer.step([.sparse(gradient)], rate: 0.5)
    parameter.value = .ones([rowCount, width], .float64)
    #expect(parameter.value.doubles == Array(repeating: 1, count: rowCount * width))
}

@Test func anotherOptimizerTakesOverWhatIsBehind() {
    let parameter = table()
    let before = parameter.value.doubles
    let nothing = SparseRows(
        summing: .zeros([0, width], .float64), at: Tensor([] as [Int32]), shape: [rowCount, width])
    let first = Optimizer([parameter], rule: SGD(), weightDecay: 1)
    first.step([.sparse(nothing)], rate: 0.5)
    Optimizer([parameter], rule: SGD()).step([.dense(.ones([rowCount, width], .float64))], rate: 1)
    #expect(parameter.value.doubles == before.map { $0 / 2 - 1 })
    first.step([.sparse(nothing)], rate: 0.5)
    Optimizer([parameter], rule: AdamW()).step([.sparse(nothing)], rate: 1)
    #expect(parameter.value.doubles == before.map { ($0 / 2 - 1) / 2 })
}

@Test func parameterThatLeavesItsGroupsIsStillBroughtUpToDate() {
    let parameter = table()
    let before = parameter.value.doubles
    let optimizer = Optimizer([parameter], rule: SGD(), weightDecay: 1)
    let nothing = SparseRows(
        summing: .zeros([0, width], .float64), at: Tensor([] as [Int32]), shape: [rowCount, width])
    optimizer.step([.sparse(nothing)], rate: 0.5)
    optimizer.groups = []
    #expect(parameter.storedValue.doubles == before)
    optimizer.bringUpToDate()
    #expect(parameter.storedValue.doubles == before.map { $0 / 2 })
}
