extension CollabAlgorithm {
    /// Vectors and biases.
    package static let dotBias = CollabAlgorithm(
        name: "dot-bias", summary: "vectors and biases",
        defaults: [
            .factors: "\(DotBiasRecipe().factors)", .epochs: "\(DotBiasRecipe().epochs)",
            .learningRate: "\(DotBiasRecipe().learningRate)",
            .weightDecay: "\(DotBiasRecipe().weightDecay)", .batchSize: "1",
        ], model: DotBiasModel.self, validates: .rmse
    ) { options in
        if (options.batchSize ?? 1) > 1 { return .dotBiasBatches(GradientRecipe().with(options)) }
        var configuration = DotBiasRecipe()
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
    public static func dotBias(_ configuration: DotBiasRecipe) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.dotBias.name, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs,
            partial: { try DotBiasTrainer(configuration, threads: $1).model($0, at: $2) }
        ) { training, run in
            let fitted = try DotBiasTrainer(configuration, threads: run.threads).fit(training, run)
            return (fitted.model.withBiasDeviations(training, threads: run.threads), fitted.report)
        }
        recipe.learningRate = (Double(configuration.learningRate), Double(DotBiasRecipe().learningRate))
        recipe.findLearningRate = { try DotBiasTrainer(configuration, threads: $2).findLearningRate($0, steps: $1) }
        return recipe
    }

    /// Vectors and biases by gradients over batches.
    public static func dotBiasBatches(_ configuration: GradientRecipe) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.dotBias.name, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs,
            partial: { training, _, checkpoint in
                try GradientTrainer(configuration).dotBiasModel(training, at: checkpoint)
            }
        ) { training, run in
            let fitted = try GradientTrainer(configuration).fitDotBias(training, run)
            return (fitted.model.withBiasDeviations(training, threads: run.threads), fitted.report)
        }
        recipe.learningRate = (configuration.learningRate, GradientRecipe().learningRate)
        recipe.findLearningRate = { training, steps, _ in
            try GradientTrainer(configuration).findDotBiasLearningRate(training, steps: steps)
        }
        return recipe
    }
}
