import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// A network that classifies images: a body that makes a row of features of each, and a linear head.
package protocol ImageNetwork: Module {
    /// Features of an image.
    var featureCount: Int { get }
    /// The last layer.
    var head: Linear { get }
    /// The layers in three groups, for freezing and for rates: two halves of the body, and the head.
    var layerGroups: [[Module]] { get }

    /// The last convolution's output: what there is at each place of the images.
    ///
    /// - Shapes: images [count, height, width, 3], normalised as the architecture wants
    ///   -> [count, mapHeight, mapWidth, channels]
    func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor

    /// The features of the last convolution's output: the mean over its places, unless a network says otherwise.
    ///
    /// - Shapes: map [count, mapHeight, mapWidth, channels] -> [count, featureCount]
    func features(ofMap map: Tensor) -> Tensor

    /// The logits of features.
    ///
    /// - Shapes: features [count, featureCount] -> [count, classes]
    /// - Parameter generator: what dropout draws from in training
    func logits(ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator) -> Tensor
}

extension ImageNetwork {
    /// The mean over the places.
    package func features(ofMap map: Tensor) -> Tensor { map.globallyAveraged() }

    /// The features of images: those of the last convolution's output.
    ///
    /// - Shapes: images [count, height, width, 3], normalised as the architecture wants -> [count, featureCount]
    package func features(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        features(ofMap: featureMap(images, pass))
    }

    /// The logits of images.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, classes]
    package func logits(_ images: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator) -> Tensor {
        logits(ofFeatures: features(images, pass), pass, using: &generator)
    }

    /// The logits of images, for answering: gone through in parts whose layers stay in the cache.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, classes]
    /// - Precondition: float32
    package func logits(_ images: Tensor, plan: InferencePlan) -> Tensor {
        inParts(images) { part in
            // Never drawn from: nothing is random without training.
            var generator = RandomGenerator(seed: 0)
            return logits(part, .folded(plan), using: &generator).detached()
        }
    }

    /// The features of images, for answering: gone through in parts whose layers stay in the cache.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, featureCount]
    /// - Precondition: float32
    package func features(_ images: Tensor, plan: InferencePlan) -> Tensor {
        inParts(images) { features($0, .folded(plan)).detached() }
    }

    private func inParts(_ images: Tensor, _ answer: (Tensor) -> Tensor) -> Tensor {
        let count = images.shape[0]
        guard count > imagesOfAPart else { return answer(images) }
        let parts = stride(from: 0, to: count, by: imagesOfAPart).map { first in
            answer(images.sliced(axis: 0, first..<min(count, first + imagesOfAPart)))
        }
        return Tensor.concatenated(parts, axis: 0)
    }
}

/// At 224 pixels the widest layers of these networks then take some ten megabytes.
private let imagesOfAPart = 4

extension ImageNetwork {
    /// The parameters in groups for an optimizer, frozen and with rates as a recipe says; normalisations of frozen groups
    /// keep their statistics.
    ///
    /// A layer group gives two: what decays, and what does not (biases and normalisations, which have one axis).
    package func parameterGroups(_ recipe: VisionTrainingOptions) -> [ParameterGroup] {
        let layers = layerGroups
        return layers.enumerated().flatMap { index, modules -> [ParameterGroup] in
            let below = layers.count - 1 - index
            let isFrozen = recipe.trainedGroups.map { below >= $0 } ?? false
            for norm in modules.flatMap({ $0.submodules(of: BatchNorm2d.self) }) {
                norm.isFrozen = isFrozen || recipe.freezesStatistics
            }
            var multiplier = 1.0
            for _ in 0..<below { multiplier /= recipe.rateRatio }
            let all = modules.flatMap(\.parameters)
            let decaying = recipe.decaysEverything ? all : all.filter { $0.shape.rank > 1 }
            let others = recipe.decaysEverything ? [] : all.filter { $0.shape.rank <= 1 }
            return [(decaying, recipe.weightDecay), (others, 0)].map { parameters, decay in
                ParameterGroup(parameters, rateMultiplier: multiplier, weightDecay: decay, isFrozen: isFrozen)
            }
        }
    }

    /// Makes every layer trainable again.
    package func unfreeze() {
        for parameter in parameters { parameter.isTrainable = true }
        for norm in submodules(of: BatchNorm2d.self) { norm.isFrozen = false }
    }

    /// Takes over the body of a network of the same architecture; the head stays as it is.
    ///
    /// - Throws: `ModuleStateError` where the bodies differ
    package func loadBody(of other: any ImageNetwork) throws {
        func headPaths(_ network: any ImageNetwork) -> Set<String> {
            let head = network.head.parameters.map(ObjectIdentifier.init)
            return Set(network.namedParameters().filter { head.contains(ObjectIdentifier($0.parameter)) }.map(\.path))
        }
        let (own, foreign) = (headPaths(self), headPaths(other))
        try load(
            state: other.state().filter { !foreign.contains($0.path) } + state().filter { own.contains($0.path) })
    }
}
