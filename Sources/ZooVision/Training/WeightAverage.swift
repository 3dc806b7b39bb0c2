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

    /// A mean that was taken before.
    init(means: [Tensor], count: Int) { (self.means, self.count) = (means, count) }

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

extension ImageNetwork {
    /// Measures the statistics of all normalisations that are not frozen anew, as the mean over batches of pictures.
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
