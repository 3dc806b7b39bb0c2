import Testing
import ZooKernels
import ZooNN
import ZooTensor

private struct BatchNormGolden: Decodable {
    let weight, bias, push, output, runningMean, runningVar, inference: [Double]
    let batches, gradients: [[Double]]
}

private struct LayerNormGolden: Decodable {
    let weight, bias, input, push, output: [Double]
    let gradients: [[Double]]
}

@Test func batchNormFollowsPyTorch() throws {
    let golden = try golden("batch-norm", as: BatchNormGolden.self)
    let layer = BatchNorm1d(3)
    layer.weight.value = Tensor(golden.weight, shape: [3])
    layer.bias.value = Tensor(golden.bias, shape: [3])
    layer.runningMean.value = .zeros([3], .float64)
    layer.runningVar.value = .ones([3], .float64)

    let input = Tensor(golden.batches[0], shape: [4, 3]).trackingGradients()
    let output = layer(input, mode: .training)
    #expect(distance(output.doubles, golden.output) < 1e-9)
    let push = Tensor(golden.push, shape: [4, 3])
    let found = plainGradients(
        of: (output * push).sum(), withRespectTo: [input, layer.weight.value, layer.bias.value])
    for (gradient, expected) in zip(found, golden.gradients) {
        #expect(distance(try #require(gradient), expected) < 1e-8)
    }

    _ = layer(Tensor(golden.batches[1], shape: [4, 3]), mode: .training)
    #expect(distance(layer.runningMean.value.doubles, golden.runningMean) < 1e-9)
    #expect(distance(layer.runningVar.value.doubles, golden.runningVar) < 1e-9)
    #expect(distance(layer(input, mode: .inference).doubles, golden.inference) < 1e-9)
}

@Test func layerNormFollowsPyTorch() throws {
    let golden = try golden("layer-norm", as: LayerNormGolden.self)
    let layer = LayerNorm(5)
    layer.weight.value = Tensor(golden.weight, shape: [5])
    layer.bias.value = Tensor(golden.bias, shape: [5])
    let input = Tensor(golden.input, shape: [3, 5]).trackingGradients()
    let output = layer(input)
    #expect(distance(output.doubles, golden.output) < 1e-9)
    let push = Tensor(golden.push, shape: [3, 5])
    let found = plainGradients(
        of: (output * push).sum(), withRespectTo: [input, layer.weight.value, layer.bias.value])
    for (gradient, expected) in zip(found, golden.gradients) {
        #expect(distance(try #require(gradient), expected) < 1e-8)
    }
}

@Test func constantFeatureIsNotBlownUp() {
    let output = BatchNorm1d(1)(.ones([4, 1], .float32), mode: .training)
    #expect(output.floats == [0, 0, 0, 0])
}
