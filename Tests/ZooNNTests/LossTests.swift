import Testing
import ZooNN
import ZooTensor

private struct LossGolden: Decodable {
    let prediction, target, gradient: [Double]
    let value: Double
}

private struct LossGoldens: Decodable {
    let crossEntropy, meanSquaredError, meanAbsoluteError, binaryCrossEntropyWithLogits: LossGolden
}

@Suite struct LossTests {
    private let goldens: LossGoldens

    init() throws { goldens = try golden("losses", as: LossGoldens.self) }

    private func expect(_ golden: LossGolden, shape: Shape, _ loss: (Tensor) -> Tensor) throws {
        let prediction = Tensor(golden.prediction, shape: shape).trackingGradients()
        let value = loss(prediction)
        #expect(value.shape == [])
        #expect(abs(value.item - golden.value) < 1e-9)
        let gradient = try #require(plainGradients(of: value, withRespectTo: [prediction])[0])
        #expect(distance(gradient, golden.gradient) < 1e-9)
    }

    @Test func crossEntropyFollowsPyTorch() throws {
        let targets = Tensor(goldens.crossEntropy.target.map { Int32($0) }, shape: [4])
        try expect(goldens.crossEntropy, shape: [4, 3]) { crossEntropy($0, targets) }
    }

    @Test func meanSquaredErrorFollowsPyTorch() throws {
        let targets = Tensor(goldens.meanSquaredError.target, shape: [2, 3])
        try expect(goldens.meanSquaredError, shape: [2, 3]) { meanSquaredError($0, targets) }
    }

    @Test func meanAbsoluteErrorFollowsPyTorch() throws {
        let targets = Tensor(goldens.meanAbsoluteError.target, shape: [2, 3])
        try expect(goldens.meanAbsoluteError, shape: [2, 3]) { meanAbsoluteError($0, targets) }
    }

    @Test func binaryCrossEntropyFollowsPyTorchAtZeroAndFarOut() throws {
        let targets = Tensor(goldens.binaryCrossEntropyWithLogits.target, shape: [8])
        try expect(goldens.binaryCrossEntropyWithLogits, shape: [8]) { binaryCrossEntropyWithLogits($0, targets) }
    }

    @Test func lossesHaveSecondDerivatives() {
        let logits = Tensor([0.3, -0.2, 0.9, 0.1] as [Double], shape: [2, 2])
        let classes = Tensor([1, 0] as [Int32], shape: [2])
        let targets = Tensor([1, 0, 0.5, 1] as [Double], shape: [2, 2])
        let losses: [(Tensor) -> Tensor] = [
            { crossEntropy($0, classes) }, { binaryCrossEntropyWithLogits($0, targets) },
            { meanSquaredError($0, targets) },
        ]
        for loss in losses { #expect(secondDerivativeError(of: loss, at: logits) < 1e-6) }
    }

    @Test func crossEntropyOfHugeLogitsIsFinite() {
        let logits = Tensor([1e4, -1e4] as [Float], shape: [1, 2]).trackingGradients()
        #expect(crossEntropy(logits, Tensor([1] as [Int32], shape: [1])).item == 2e4)
    }
}

/// How far the Hessian times a direction is from the difference of two gradients.
private func secondDerivativeError(of loss: (Tensor) -> Tensor, at point: Tensor) -> Double {
    let direction = Tensor((0..<point.count).map { 0.5 - 0.3 * Double($0) }, shape: point.shape)
    let leaf = point.trackingGradients()
    guard let first = gradients(of: loss(leaf), withRespectTo: [leaf], createGraph: true)[0]?.dense,
        let second = plainGradients(of: (first * direction).sum(), withRespectTo: [leaf])[0]
    else { return .infinity }
    let step = 1e-5
    let moved = [1.0, -1.0].map { sign -> [Double] in
        let leaf = (point + direction * (sign * step)).trackingGradients()
        return plainGradients(of: loss(leaf), withRespectTo: [leaf])[0] ?? []
    }
    return distance(second, zip(moved[0], moved[1]).map { ($0 - $1) / (2 * step) })
}
