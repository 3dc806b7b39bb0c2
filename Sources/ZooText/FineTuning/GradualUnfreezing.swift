import ZooNN
import ZooLearn

/// The stages of fine-tuning: first only the top is trained, then one layer more in each stage, at last everything for
/// longer, with lower rates for lower layers.
///
/// - Source: Howard & Ruder 2018, sections 3.2 and 3.3: discriminative rates with a factor of 2.6, gradual unfreezing
public struct GradualUnfreezing: Sendable, Hashable, Codable {
    /// Passes in the last stage, in which everything is trained.
    public var epochs = 3
    /// Passes in each stage before it; 0 trains everything from the start.
    public var epochsPerStage = 1
    /// The highest rate of the top layer in the first stage; halved in each later stage.
    public var learningRate = 4e-3
    /// The rate of each layer over that of the layer below it.
    public var rateRatio = 2.6

    /// The usual stages.
    public init() {}

    /// What is trained in a stage and how.
    package struct Stage: Sendable, Hashable {
        /// How many of the layers, from the top, are trained.
        package let trainedLayers: Int
        /// Passes over the data.
        package let epochs: Int
        /// The highest rate of the top layer.
        package let learningRate: Double
    }

    /// The stages for so many layers.
    package func stages(layerCount: Int) -> [Stage] {
        let trained = epochsPerStage > 0 ? Array(1..<max(layerCount, 1)) : []
        let first = trained.map { count in
            Stage(trainedLayers: count, epochs: epochsPerStage, learningRate: rate(count - 1))
        }
        return first + [Stage(trainedLayers: layerCount, epochs: epochs, learningRate: rate(first.count))]
    }

    /// The parameter groups of a stage.
    ///
    /// - Parameter layers: the parameters of each layer, lowest first
    package func groups(_ layers: [[Parameter]], of stage: Stage, weightDecay: Double) -> [ParameterGroup] {
        layers.enumerated().map { index, parameters in
            let below = layers.count - 1 - index
            var multiplier = 1.0
            for _ in 0..<below { multiplier /= rateRatio }
            return ParameterGroup(
                parameters, rateMultiplier: multiplier, weightDecay: weightDecay, isFrozen: below >= stage.trainedLayers
            )
        }
    }

    private func rate(_ halvings: Int) -> Double {
        var rate = learningRate
        for _ in 0..<halvings { rate /= 2 }
        return rate
    }
}
