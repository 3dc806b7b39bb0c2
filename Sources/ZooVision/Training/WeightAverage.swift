import ZooLearn
import ZooNN
import ZooTensor

/// The mean of a network's weights at several times.
///
/// - Source: Izmailov et al. 2018 (stochastic weight averaging), section 3
struct WeightAverage {
    /// One a parameter; empty before the first time.
    private(set) var means: [Tensor] = []
    /// How many times.
    private(set) var count = 0

    /// Of no time yet.
    init() {}

    /// Takes the weights as they are now into the mean.
    mutating func add(_ parameters: [Parameter]) {
        count += 1
        let values = parameters.map { $0.value.detached() }
        guard count > 1 else {
            means = values
            return
        }
        for index in means.indices { means[index] = means[index] + (values[index] - means[index]) / Double(count) }
    }

    /// Sets the weights to the mean; nothing where none was taken.
    func store(in parameters: [Parameter]) {
        guard count > 0 else { return }
        for (parameter, mean) in zip(parameters, means) { parameter.value = mean }
    }
}

extension WeightAverage {
    /// The mean that a checkpoint holds; of no time where it holds none.
    ///
    /// - Throws: `CheckpointError.otherState` where a tensor is missing or of another shape
    init(_ auxiliary: [NamedTensor], of network: any ImageNetwork) throws {
        count = Self.count(in: auxiliary)
        guard count != 0 else { return }
        let tensors = Dictionary(auxiliary.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        means = try network.namedParameters().map { path, parameter in
            guard count > 0, let mean = tensors[meanPrefix + path], mean.shape == parameter.shape,
                mean.dtype == .float32
            else { throw CheckpointError.otherState }
            return mean.detached()
        }
    }

    /// How many times the mean of a checkpoint is of; -1 where it does not say.
    static func count(in auxiliary: [NamedTensor]) -> Int {
        guard let tensor = auxiliary.first(where: { $0.path == countPath })?.tensor else { return 0 }
        return tensor.shape == [1] ? Int(exactly: tensor.item) ?? -1 : -1
    }

    /// What a checkpoint holds of it.
    func tensors(of network: any ImageNetwork) -> [NamedTensor] {
        guard count > 0 else { return [] }
        return [NamedTensor(path: countPath, tensor: Tensor([Double(count)], shape: [1]))]
            + zip(network.namedParameters(), means).map { NamedTensor(path: meanPrefix + $0.path, tensor: $1) }
    }
}

private let (meanPrefix, countPath) = ("average/", "averaged_epochs")

extension ImageNetwork {
    /// Measures again the statistics of all normalisations that are not frozen, as the mean over batches of images.
    ///
    /// - Parameter next: gives one batch after the other [count, height, width, 3]; nil ends them
    /// - Source: Izmailov et al. 2018, section 3: averaged weights have other activations than any that they are made of
    func measureStatistics(_ next: () throws -> Tensor?) rethrows {
        let norms = submodules(of: BatchNorm2d.self).filter { !$0.isFrozen }
        let momenta = norms.map(\.momentum)
        defer { for (norm, momentum) in zip(norms, momenta) { norm.momentum = momentum } }
        try withoutGradients {
            var count = 0.0
            while let images = try next() {
                count += 1
                for norm in norms { norm.momentum = 1 / count }
                _ = features(images, .training)
            }
        }
    }
}
