import Testing
import ZooKernels
import ZooNN
import ZooTensor

private final class Network: Module {
    let layers: Sequential
    let bodyNorm: BatchNorm1d?
    let none: Linear? = nil
    let heads: [Linear]
    let shared: Parameter
    let name = "not a parameter"
    let vocabulary = ["a", "b"]

    init(using generator: inout RandomGenerator) {
        layers = Sequential(
            Linear(3, 4, using: &generator), Activation { $0.relu() },
            Sequential(Linear(4, 2, hasBias: false, using: &generator)))
        bodyNorm = BatchNorm1d(2)
        heads = [Linear(2, 1, using: &generator), Linear(2, 1, hasBias: false, using: &generator)]
        shared = heads[0].weight
    }
}

private func network(seed: UInt64) -> Network {
    var generator = RandomGenerator(seed: seed)
    return Network(using: &generator)
}

@Test func pathsJoinPropertyNamesInSnakeCase() {
    let network = network(seed: 1)
    #expect(
        network.namedParameters().map(\.path) == [
            "layers.0.weight", "layers.0.bias", "layers.2.0.weight", "body_norm.weight", "body_norm.bias",
            "heads.0.weight", "heads.0.bias", "heads.1.weight",
        ])
    #expect(network.namedBuffers().map(\.path) == ["body_norm.running_mean", "body_norm.running_var"])
}

@Test func subclassComesAfterItsSuperclass() {
    class First: Module { let a = Parameter(.zeros([1], .float32)) }
    final class Second: First { let b = Parameter(.zeros([1], .float32)) }
    #expect(Second().namedParameters().map(\.path) == ["a", "b"])
}

@Test func stateGoesFromOneModuleToAnother() throws {
    let (a, b) = (network(seed: 1), network(seed: 2))
    a.bodyNorm?.runningMean.value = Tensor([3, 4] as [Float], shape: [2])
    #expect(a.layers.state()[0].tensor.floats != b.layers.state()[0].tensor.floats)
    try b.load(state: a.state())
    #expect(zip(a.state(), b.state()).allSatisfy { $0.path == $1.path && $0.tensor.floats == $1.tensor.floats })
}

@Test func stateThatDoesNotFitChangesNothingAndNamesWhatIsWrong() {
    let network = network(seed: 1)
    let before = network.state().map(\.tensor.floats)
    var state = network.state().filter { $0.path != "heads.1.weight" }
    state[0] = NamedTensor(path: "layers.0.weight", tensor: .zeros([4, 3], .float32))
    state[1] = NamedTensor(path: "layers.0.bias", tensor: .ones([4], .float32))
    state.append(NamedTensor(path: "extra", tensor: .zeros([1], .float32)))
    let error = #expect(throws: ModuleStateError.self) { try network.load(state: state) }
    #expect(error?.missing == ["heads.1.weight"])
    #expect(error?.unexpected == ["extra"])
    #expect(error?.misshapen == ["layers.0.weight: [4, 3], not [3, 4]"])
    #expect(network.state().map(\.tensor.floats) == before)
}

@Test func realStateIsConvertedAndIntegersAreRefused() throws {
    let norm = LayerNorm(2)
    let bias = NamedTensor(path: "bias", tensor: .zeros([2], .float32))
    try norm.load(state: [NamedTensor(path: "weight", tensor: Tensor([0.5, 2] as [Double])), bias])
    #expect(norm.weight.value.floats == [0.5, 2])
    let error = #expect(throws: ModuleStateError.self) {
        try norm.load(state: [NamedTensor(path: "weight", tensor: Tensor([1, 2] as [Int32])), bias])
    }
    #expect(error?.misshapen == ["weight: int32, not float32"])
}

@Test func untrainableParameterRecordsNothing() {
    let parameter = Parameter(.ones([2], .float32))
    #expect(parameter.value.requiresGradient)
    parameter.isTrainable = false
    #expect(!parameter.value.requiresGradient)
    parameter.isTrainable = true
    #expect((parameter.value * parameter.value).requiresGradient)
}
