import ZooKernels
import ZooLearn

extension CollabAlgorithm {
    /// Sampled factors of ratings.
    package static let bayesian = CollabAlgorithm(
        name: "bayesian", summary: "predicts ratings by averaging over sampled vectors", BayesianRecipe())

    /// Sampled factors of ratings, attributes and what was rated.
    package static let features = CollabAlgorithm(
        name: "features", summary: "as bayesian, with vectors of the attributes of users and items", .features)

    private init(name: String, summary: String, _ usual: BayesianRecipe) {
        self.init(
            name: name, summary: summary,
            defaults: [
                .factors: "\(BayesianRecipe.mostFactors), \(BayesianRecipe.factorsText)", .epochs: "\(usual.epochs)",
            ],
            model: BayesianModel.self
        ) { options in
            var configuration = usual
            if let factors = options.factors { configuration.factors = factors }
            if let epochs = options.epochs { configuration.epochs = epochs }
            configuration.seed = options.seed
            return .bayesian(configuration)
        }
    }
}

extension CollabRecipe {
    /// Factors of ratings, by Gibbs sampling; an epoch is a sweep.
    public static func bayesian(_ configuration: BayesianRecipe) -> CollabRecipe {
        CollabRecipe(
            configuration.architecture, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs,
            partial: { training, threads, checkpoint in
                let task = BayesianTask(configuration, training, threads: threads)
                try task.load(weights: checkpoint.weights)
                return task.model
            }
        ) { training, run in
            let task = BayesianTask(configuration, training, threads: run.threads)
            let report = try Learner(task, seed: configuration.seed)
                .fit(
                    TrainingPlan(epochs: configuration.epochs, rate: 1), observers: run.observers,
                    from: run.checkpoint, shouldStop: run.shouldStop)
            return (task.model, report)
        }
    }
}

extension BayesianRecipe {
    /// With vectors of the attributes of users and items.
    package static var features: BayesianRecipe {
        var configuration = BayesianRecipe()
        configuration.usesAttributes = true
        return configuration
    }

    /// The name of the algorithm.
    var architecture: String { usesAttributes ? CollabAlgorithm.features.name : CollabAlgorithm.bayesian.name }
}
