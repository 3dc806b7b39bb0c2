import ZooKernels
import ZooLearn

extension CollabAlgorithm {
    /// Factors of implicit feedback.
    package static let ials = CollabAlgorithm(
        name: "ials", summary: "ranks by vectors fitted to all pairs, rated or not",
        defaults: [
            .factors: "\(IALSRecipe().factors)", .epochs: "\(IALSRecipe().epochs)",
            .regularization: "\(IALSRecipe().regularization)",
            .unobservedWeight: "0.5, at most \(IALSRecipe.mostUnobserved.formatted()) / items",
            .frequencyExponent: IALSRecipe().frequencyExponent.formatted(),
            .alpha: IALSRecipe().alpha.formatted(), .weight: IALSRecipe().weight.rawValue,
            .solver: """
            exact up to \(IALSSolver.most.factors) factors and \(IALSSolver.most.ratings.formatted()) ratings, else cg
            """,
        ], model: IALSModel.self, lossIsSquaredError: false, validates: .ndcg
    ) { options in
        var configuration = IALSRecipe()
        if let factors = options.factors { configuration.factors = factors }
        if let epochs = options.epochs { configuration.epochs = epochs }
        if let penalty = options.regularization { configuration.regularization = Float(penalty) }
        if let weight = options.unobservedWeight { configuration.unobservedWeight = Float(weight) }
        if let exponent = options.frequencyExponent { configuration.frequencyExponent = Float(exponent) }
        if let alpha = options.alpha { configuration.alpha = Float(alpha) }
        if let weight = options.weight { configuration.weight = weight }
        configuration.solver = options.solver
        configuration.seed = options.seed
        return .ials(configuration)
    }
}

extension CollabRecipe {
    /// Factors of implicit feedback, by alternating least squares.
    public static func ials(_ configuration: IALSRecipe) -> CollabRecipe {
        var recipe = CollabRecipe(
            CollabAlgorithm.ials.name, settings: configuration, seed: configuration.seed,
            epochs: configuration.epochs,
            partial: { training, threads, checkpoint in
                let task = IALSTask(configuration, training, threads: threads)
                try task.load(weights: checkpoint.weights)
                return task.finishedModel()
            }
        ) { training, run in
            try IALSModel.fit(training, configuration, run)
        }
        recipe.alpha = configuration.alpha
        if configuration.solver == nil {
            recipe.mostSolvedRatings = configuration.isExact(ratings: 0) ? IALSSolver.most.ratings : 0
        }
        return recipe
    }
}
