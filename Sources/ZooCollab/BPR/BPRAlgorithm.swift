import ZooKernels
import ZooLearn

extension CollabAlgorithm {
    /// Pairwise ranking.
    package static let bpr = CollabAlgorithm(
        name: "bpr", summary: "ranks by vectors that learn to put what was rated first",
        defaults: [
            .factors: "\(BPRRecipe().factors)", .epochs: "\(BPRRecipe().epochs)",
            .learningRate: "\(BPRRecipe().learningRate)", .weightDecay: "\(BPRRecipe().weightDecay)",
        ], model: BPRModel.self, lossIsSquaredError: false, validates: .ndcg
    ) { options in
        var configuration = BPRRecipe()
        if let factors = options.factors { configuration.factors = factors }
        if let epochs = options.epochs { configuration.epochs = epochs }
        if let rate = options.learningRate { configuration.learningRate = Float(rate) }
        if let decay = options.weightDecay { configuration.weightDecay = Float(decay) }
        configuration.seed = options.seed
        return .bpr(configuration)
    }
}

extension CollabRecipe {
    /// Pairwise ranking by stochastic gradient descent.
    public static func bpr(_ configuration: BPRRecipe) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.bpr.name, settings: configuration, seed: configuration.seed, epochs: configuration.epochs,
            partial: { training, threads, checkpoint in
                let task = BPRTask(configuration, training, threads: threads)
                try task.load(weights: checkpoint.weights)
                return task.model
            }
        ) { training, run in
            let task = BPRTask(configuration, training, threads: run.threads)
            let report = try Learner(task, seed: configuration.seed)
                .fit(
                    TrainingPlan(
                        epochs: configuration.epochs, rate: configuration,
                        keeping: run.keeping(.ndcg, epochs: configuration.epochs, lastPeak: 0)),
                    observers: run.observers, from: run.checkpoint, shouldStop: run.shouldStop,
                    validate: run.validate(.ndcg, training) { task.model })
            return (task.model, report)
        }
        recipe.learningRate = (Double(configuration.learningRate), Double(BPRRecipe().learningRate))
        recipe.findLearningRate = { training, steps, threads in
            try Learner(BPRTask(configuration, training, threads: threads), seed: configuration.seed)
                .findLearningRate(from: 1e-4, to: 10, steps: steps)
        }
        return recipe
    }
}
