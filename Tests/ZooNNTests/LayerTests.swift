import Testing
import ZooKernels
import ZooNN
import ZooTensor

@Test func linearMultipliesAndAdds() {
    var generator = RandomGenerator(seed: 1)
    let layer = Linear(2, 3, using: &generator)
    layer.weight.value = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    layer.bias?.value = Tensor([10, 20, 30] as [Float], shape: [3])
    let output = layer(Tensor([1, 1, 0, 2] as [Float], shape: [2, 2]))
    #expect(output.shape == [2, 3])
    #expect(output.floats == [15, 27, 39, 18, 30, 42])
}

@Test func linearTakesLeadingAxesAndEmptyBatches() {
    var generator = RandomGenerator(seed: 1)
    let layer = Linear(4, 3, using: &generator)
    #expect(layer(.ones([2, 5, 4], .float32)).shape == [2, 5, 3])
    #expect(layer(.ones([0, 4], .float32)).shape == [0, 3])
}

@Test func linearStartsWithinItsBound() {
    var generator = RandomGenerator(seed: 1)
    let layer = Linear(16, 200, using: &generator)
    let weights = layer.weight.value.floats
    #expect(weights.allSatisfy { abs($0) <= 0.25 })
    #expect((weights.max() ?? 0) > 0.24 && (weights.min() ?? 0) < -0.24)
}

@Test func embeddingLooksUpRowsAndItsGradientIsSparse() throws {
    var generator = RandomGenerator(seed: 1)
    let layer = Embedding(5, 2, using: &generator)
    layer.weight.value = Tensor((0..<10).map { Float($0) }, shape: [5, 2])
    let rows = layer(Tensor([3, 1, 3] as [Int32], shape: [3]))
    #expect(rows.floats == [6, 7, 2, 3, 6, 7])
    let gradient = gradients(of: rows.sum(), withRespectTo: [layer.weight.value])[0]
    guard case .sparse(let sparse)? = gradient else {
        Issue.record("the gradient is not sparse")
        return
    }
    #expect(sparse.indices.int32s == [1, 3])
    #expect(sparse.rows.floats == [1, 1, 2, 2])
}

@Test func dropoutKeepsTheMeanInTrainingAndDoesNothingInInference() {
    var generator = RandomGenerator(seed: 1)
    let layer = Dropout(probability: 0.25)
    let input = Tensor.ones([100, 100], .float32)
    let dropped = layer(input, mode: .training, using: &generator).floats
    let zeros = dropped.count { $0 == 0 }
    #expect(abs(zeros - 2500) < 200)
    #expect(dropped.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
    let before = generator
    #expect(layer(input, mode: .inference, using: &generator).floats == input.floats)
    #expect(generator == before)
}

@Test func sequentialAppliesLayersInOrder() {
    var generator = RandomGenerator(seed: 1)
    let layers = Sequential(Activation { $0 + 1 }, Activation { $0 * 2 })
    #expect(layers(.ones([2], .float32), mode: .inference, using: &generator).floats == [4, 4])
}

@Test func embeddingStartsSmallAndTruncated() {
    var generator = RandomGenerator(seed: 1)
    let values = Embedding(100, 20, using: &generator).weight.value.floats
    #expect(values.allSatisfy { abs($0) <= 0.02 })
    #expect((values.max() ?? 0) > 0.015)
}

@Test func normalisationsStartAsTheIdentity() {
    let (batch, layer) = (BatchNorm1d(2), LayerNorm(2))
    #expect(batch.state().map(\.path) == ["weight", "bias", "running_mean", "running_var"])
    #expect(batch.state().map(\.tensor.floats) == [[1, 1], [0, 0], [0, 0], [1, 1]])
    #expect(layer.state().map(\.tensor.floats) == [[1, 1], [0, 0]])
}

@Test func gradientThroughEveryLayerAgreesWithFiniteDifferences() throws {
    var generator = RandomGenerator(seed: 8)
    let table = Embedding(4, 3, using: &generator)
    let layers = Sequential(
        Linear(3, 5, using: &generator), BatchNorm1d(5), Activation { $0.tanh() }, LayerNorm(5),
        Linear(5, 2, using: &generator))
    let parameters = table.parameters + layers.parameters
    for parameter in parameters {
        parameter.value = Initializer.normal(deviation: 0.5).tensor(parameter.shape, dtype: .float64, using: &generator)
    }
    for (_, buffer) in layers.namedBuffers() { buffer.value = buffer.value.converted(to: .float64) }
    let indices = Tensor([0, 3, 1, 3, 2] as [Int32])
    let targets = Tensor([0, 1, 1, 0, 1] as [Int32])
    func loss() -> Tensor {
        var unused = RandomGenerator(seed: 0)
        return crossEntropy(layers(table(indices), mode: .training, using: &unused), targets)
    }
    let slopes = plainGradients(of: loss(), withRespectTo: parameters.map(\.value))
    for (parameter, slope) in zip(parameters, slopes) {
        let (start, step) = (parameter.value.detached(), 1e-5)
        let direction = Initializer.normal(deviation: 1).tensor(start.shape, dtype: .float64, using: &generator)
        let ends = [step, -step].map { step -> Double in
            parameter.value = start + direction * step
            return loss().item
        }
        parameter.value = start
        let expected = zip(try #require(slope), direction.doubles).map { $0 * $1 }.reduce(0, +)
        #expect(abs((ends[0] - ends[1]) / (2 * step) - expected) < 1e-7)
    }
}
