import Testing
import ZooLearn
import ZooNN
import ZooTensor

private struct CurveGolden: Decodable {
    let start, target, scale: [Double]
    let curves: [String: [[Double]]]
}

private struct CycledGolden: Decodable {
    let start, target: [Double]
    let curve: [[Double]]
}

/// A golden curve's name with the rule, the rate and the decay that should draw it.
struct CurveCase: Sendable, CustomTestStringConvertible {
    let name: String
    let rule: any UpdateRule
    let rate: Double
    var decay = 0.0
    var testDescription: String { name }

    static let all = [
        CurveCase(name: "sgd", rule: SGD(), rate: 0.05),
        CurveCase(name: "sgdL2", rule: SGD(), rate: 0.05, decay: 0.1),
        CurveCase(name: "momentum", rule: SGD(momentum: 0.9), rate: 0.02),
        CurveCase(name: "momentumL2", rule: SGD(momentum: 0.9), rate: 0.02, decay: 0.1),
        CurveCase(name: "nesterov", rule: SGD(momentum: 0.9, isNesterov: true), rate: 0.02, decay: 0.1),
        CurveCase(name: "rmsprop", rule: RMSprop(), rate: 0.05),
        CurveCase(name: "rmspropMomentum", rule: RMSprop(smoothing: 0.9, momentum: 0.8), rate: 0.02, decay: 0.1),
        CurveCase(name: "adam", rule: Adam(), rate: 0.1),
        CurveCase(name: "adamL2", rule: Adam(beta1: 0.8, beta2: 0.95), rate: 0.1, decay: 0.1),
        CurveCase(name: "adamW", rule: AdamW(), rate: 0.1, decay: 0.1),
    ]
}

/// The gradient of `sum((scale * (w - target))^2) / 2`.
private func bowlGradient(_ parameter: Parameter, _ golden: CurveGolden) -> Gradient {
    let value = parameter.value
    let w = value.dtype == .float64 ? value.doubles : value.floats.map(Double.init)
    let gradient = w.indices.map { golden.scale[$0] * golden.scale[$0] * (w[$0] - golden.target[$0]) }
    return .dense(Tensor(gradient, shape: [w.count]))
}

@Test(arguments: CurveCase.all) func optimizerFollowsPyTorchForTenSteps(_ test: CurveCase) throws {
    let golden = try golden("optimizers", as: CurveGolden.self)
    let curve = try #require(golden.curves[test.name])
    let parameter = Parameter(Tensor(golden.start, shape: [6]))
    let optimizer = Optimizer([parameter], rule: test.rule, weightDecay: test.decay)
    for expected in curve {
        optimizer.step([bowlGradient(parameter, golden)], rate: test.rate)
        #expect(distance(parameter.value.doubles, expected) < 1e-8)
    }
}

@Test(arguments: CurveCase.all) func float32FollowsTheSameCurve(_ test: CurveCase) throws {
    let golden = try golden("optimizers", as: CurveGolden.self)
    let curve = try #require(golden.curves[test.name])
    let parameter = Parameter(Tensor(golden.start.map { Float($0) }, shape: [6]))
    let optimizer = Optimizer([parameter], rule: test.rule, weightDecay: test.decay)
    for _ in curve {
        guard case .dense(let gradient) = bowlGradient(parameter, golden) else {
            Issue.record("the gradient is sparse")
            return
        }
        optimizer.step([.dense(Tensor(gradient.doubles.map { Float($0) }, shape: [6]))], rate: test.rate)
    }
    #expect(distance(parameter.value.floats.map(Double.init), curve[9]) < 1e-5)
}

@Test(arguments: CurveCase.all) func savedAndLoadedOptimizerGoesOnWithTheSameBits(_ test: CurveCase) throws {
    let golden = try golden("optimizers", as: CurveGolden.self)
    let parameter = Parameter(Tensor(golden.start, shape: [6]))
    let optimizer = Optimizer([parameter], rule: test.rule, weightDecay: test.decay)
    for _ in 0..<4 { optimizer.step([bowlGradient(parameter, golden)], rate: test.rate) }

    let copy = Parameter(parameter.value)
    let other = Optimizer([copy], rule: test.rule, weightDecay: test.decay)
    try other.load(state: optimizer.state(named: [("w", parameter)]), named: [("w", copy)])
    for _ in 0..<4 {
        optimizer.step([bowlGradient(parameter, golden)], rate: test.rate)
        other.step([bowlGradient(copy, golden)], rate: test.rate)
    }
    #expect(parameter.value.doubles == copy.value.doubles)
}

@Test func oneCycleOfRateAndMomentumFollowsPyTorch() throws {
    let golden = try golden("one-cycle-adamw", as: CycledGolden.self)
    let parameter = Parameter(Tensor(golden.start, shape: [4]))
    let optimizer = Optimizer([parameter], rule: AdamW(), weightDecay: 0.1)
    let (rate, momentum) = (OneCycle(maximumRate: 0.3), OneCycle.momentum())
    for (step, expected) in golden.curve.enumerated() {
        let w = parameter.value.doubles
        let gradient = Tensor(zip(w, golden.target).map { $0 - $1 }, shape: [4])
        optimizer.step(
            [.dense(gradient)], rate: rate.value(at: step, of: 10), momentum: momentum.value(at: step, of: 10))
        #expect(distance(parameter.value.doubles, expected) < 1e-8)
    }
}
