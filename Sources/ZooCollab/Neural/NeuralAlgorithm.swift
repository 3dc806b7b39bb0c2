extension CollabAlgorithm {
    /// A network over both vectors.
    package static let neural = CollabAlgorithm(
        name: "neural", summary: "a network over both vectors",
        defaults: [
            .factors: "\(GradientRecipe.neural.factors)", .epochs: "\(GradientRecipe.neural.epochs)",
            .learningRate: "\(GradientRecipe.neural.learningRate)",
            .weightDecay: "\(GradientRecipe.neural.weightDecay)",
            .batchSize: "\(GradientRecipe.neural.batchSize)",
        ], model: NeuralModel.self, validates: .rmse
    ) { .neural(GradientRecipe.neural.with($0)) }
}

extension CollabRecipe {
    /// A network over both vectors.
    public static func neural(_ configuration: GradientRecipe) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.neural.name, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs,
            partial: { training, _, checkpoint in
                try GradientTrainer(configuration).neuralModel(training, at: checkpoint)
            }
        ) { training, run in
            let fitted = try GradientTrainer(configuration).fitNeural(training, run)
            return (fitted.model, fitted.report)
        }
        recipe.learningRate = (configuration.learningRate, GradientRecipe.neural.learningRate)
        recipe.findLearningRate = { training, steps, _ in
            try GradientTrainer(configuration).findNeuralLearningRate(training, steps: steps)
        }
        return recipe
    }
}

extension GradientRecipe {
    /// These settings, but for what the options say.
    func with(_ options: CollabTrainingOptions) -> GradientRecipe {
        var configuration = self
        if let factors = options.factors { configuration.factors = factors }
        if let epochs = options.epochs { configuration.epochs = epochs }
        if let rate = options.learningRate { configuration.learningRate = rate }
        if let decay = options.weightDecay { configuration.weightDecay = decay }
        if let size = options.batchSize { configuration.batchSize = size }
        configuration.seed = options.seed
        return configuration
    }
}
