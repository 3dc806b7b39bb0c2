extension CollabAlgorithm {
    /// Vectors and biases.
    package static let dotBias = CollabAlgorithm(
        name: "dot-bias", summary: "vectors and biases",
        defaults: [
            .factors: "\(DotBiasConfiguration().factors)", .epochs: "\(DotBiasConfiguration().epochs)",
            .learningRate: "\(DotBiasConfiguration().learningRate)",
            .weightDecay: "\(DotBiasConfiguration().weightDecay)", .batchSize: "1",
        ], model: DotBiasModel.self
    ) { options in
        if (options.batchSize ?? 1) > 1 { return .dotBiasBatches(GradientConfiguration().with(options)) }
        var configuration = DotBiasConfiguration()
        if let factors = options.factors { configuration.factors = factors }
        if let epochs = options.epochs { configuration.epochs = epochs }
        if let rate = options.learningRate { configuration.learningRate = Float(rate) }
        if let decay = options.weightDecay { configuration.weightDecay = Float(decay) }
        configuration.seed = options.seed
        return .dotBias(configuration)
    }
}

extension CollabRecipe {
    /// Vectors and biases, rating by rating.
    public static func dotBias(_ configuration: DotBiasConfiguration) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.dotBias.name, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs
        ) { training, threads, onEpoch in
            DotBiasTrainer(configuration, threads: threads).fit(training) {
                onEpoch($0)
                return true
            }
        }
        recipe.learningRate = (Double(configuration.learningRate), Double(DotBiasConfiguration().learningRate))
        recipe.rateCurve = { DotBiasTrainer(configuration, threads: $2).rateCurve($0, steps: $1) }
        return recipe
    }

    /// Vectors and biases by gradients over batches.
    public static func dotBiasBatches(_ configuration: GradientConfiguration) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.dotBias.name, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs
        ) { training, _, onEpoch in
            try GradientTrainer(configuration).fitDotBias(training, onEpoch: onEpoch)
        }
        recipe.learningRate = (configuration.learningRate, GradientConfiguration().learningRate)
        recipe.rateCurve = { training, steps, _ in
            try GradientTrainer(configuration).dotBiasRateCurve(training, steps: steps)
        }
        return recipe
    }
}
