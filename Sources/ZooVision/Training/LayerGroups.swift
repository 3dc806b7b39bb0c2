import ZooLearn
import ZooNN

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
