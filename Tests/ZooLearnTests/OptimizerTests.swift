import Testing
import ZooLearn
import ZooNN
import ZooTensor

private func cell(_ value: Double) -> Parameter { Parameter(Tensor([value], shape: [1])) }
private func slope(_ value: Double) -> Gradient { .dense(Tensor([value], shape: [1])) }

@Test func groupsHaveTheirOwnRateAndDecay() {
    let (a, b) = (cell(1), cell(1))
    let optimizer = Optimizer(
        [ParameterGroup([a], rateMultiplier: 0.1), ParameterGroup([b], weightDecay: 0.5)], rule: SGD())
    optimizer.step([slope(1), slope(1)], rate: 0.5)
    #expect(a.value.item == 0.95)
    #expect(b.value.item == 0.25)
}

@Test func discriminativeRatesRiseToTheScheduledOne() {
    let groups = ParameterGroup.discriminative([[cell(1)], [cell(1)], [cell(1)]], lowest: 0.01)
    #expect(distance(groups.map(\.rateMultiplier), [0.01, 0.1, 1]) < 1e-12)
    #expect(ParameterGroup.discriminative([[cell(1)]], lowest: 0.01).map(\.rateMultiplier) == [1])
}

@Test func frozenGroupIsLeftOutUntilItIsUnfrozen() {
    let (body, head) = (cell(1), cell(1))
    let optimizer = Optimizer([ParameterGroup([body], isFrozen: true), ParameterGroup([head])], rule: SGD())
    #expect(optimizer.trainableParameters.count == 1)
    #expect(!body.value.requiresGradient)
    optimizer.step([slope(1)], rate: 0.5)
    optimizer.groups[0].isFrozen = false
    #expect(body.value.requiresGradient)
    optimizer.step([slope(1), slope(1)], rate: 0.5)
    #expect(body.value.item == 0.5)
    #expect(head.value.item == 0)
}

@Test func parameterWithoutGradientNeitherMovesNorCountsTheStep() {
    let (used, unused) = (cell(1), cell(1))
    let optimizer = Optimizer([used, unused], rule: AdamW(), weightDecay: 0.1)
    optimizer.step([slope(1), nil], rate: 0.1)
    #expect(unused.value.item == 1)
    optimizer.step([slope(1), slope(1)], rate: 0.1)
    #expect(abs(unused.value.item - (1 - 0.01 - 0.1)) < 1e-7)
}

@Test func stepLeavesCopiesTakenBeforeAsTheyWere() {
    let parameter = cell(1)
    let copy = parameter.value
    Optimizer([parameter], rule: SGD()).step([slope(1)], rate: 0.5)
    #expect(copy.item == 1)
    #expect(parameter.value.item == 0.5)
}

@Test func stateThatDoesNotFitIsRefusedByName() {
    let parameter = cell(1)
    let optimizer = Optimizer([parameter], rule: Adam())
    optimizer.step([slope(1)], rate: 0.1)
    let state = optimizer.state(named: [("w", parameter)])
    let load = { (state: [NamedTensor]) in try optimizer.load(state: state, named: [("w", parameter)]) }
    #expect(throws: OptimizerStateError.missing("w/first_moment")) {
        try load(state.filter { $0.path != "w/first_moment" })
    }
    #expect(throws: OptimizerStateError.unexpected("v/steps")) {
        try load(state + [NamedTensor(path: "v/steps", tensor: .zeros([1], .float64))])
    }
    #expect(throws: OptimizerStateError.misshapen("w/second_moment", found: [2], expected: [1])) {
        try load(
            state.map { $0.path == "w/second_moment" ? NamedTensor(path: $0.path, tensor: .zeros([2], .float64)) : $0 })
    }
    #expect(throws: OptimizerStateError.otherType("w/first_moment", found: .float32)) {
        try load(
            state.map { $0.path == "w/first_moment" ? NamedTensor(path: $0.path, tensor: .zeros([1], .float32)) : $0 })
    }
    #expect(throws: OptimizerStateError.outOfRange("w/steps")) {
        try load(
            state.map { $0.path == "w/steps" ? NamedTensor(path: $0.path, tensor: .full(.nan, [1], .float64)) : $0 })
    }
}
