import ZooKernels
import ZooLearn

/// How the default recommender is trained: EASE and a committee of small iALS models rank, dot-bias predicts ratings.
///
/// All numbers were chosen on validation parts of MovieLens 100K's u1.base: the sum of the two ranks better than either, as
/// their errors differ.
package struct BlendRecipe: Sendable, Hashable, Codable {
    /// The item weights.
    var ease: EASETrainingOptions
    /// One of the factorisations; the others differ in their seeds.
    var ials: IALSRecipe
    /// How many factorisations there are.
    var members = 4
    /// The weight of the mean of the factorisations' scores; those of EASE have 1.
    var factorWeight: Float = 0.5
    /// Above so many items, whose weights for all pairs would take 1.6 GB, one larger factorisation ranks alone.
    var mostItems = 20_000

    /// The defaults.
    package init(seed: UInt64 = 0, attributeWeight: Float? = nil, alpha: Float = 0) {
        ease = EASETrainingOptions()
        ease.neighbours = 200
        ease.attributeWeight = attributeWeight ?? ease.attributeWeight
        ials = IALSRecipe()
        (ials.factors, ials.epochs, ials.regularization) = (16, 10, 0.01)
        (ials.unobservedWeight, ials.weight, ials.alpha, ials.seed) = (0.1, .rating, alpha, seed)
    }

    /// Trains what ranks.
    ///
    /// - Returns: the rankers; why the training of one was stopped, which leaves none
    /// - Throws: `RankerDiverged`; `EASEError` where there is no solution
    func rankers(_ training: Interactions, _ run: CollabRun) throws -> (rankers: [Ranker], stopReason: StopReason?) {
        let isBlend = Set(training.items).count <= mostItems
        let recipes = isBlend ? (0..<members).map(member) : [large]
        var rankers: [Ranker] = []
        if isBlend {
            do {
                rankers.append(
                    (try EASEModel(training, ease, threads: run.threads, shouldStop: run.shouldStop), 1))
            } catch EASEError.stopped { return ([], .interrupted) }
        }
        for (index, recipe) in recipes.enumerated() {
            var own = CollabRun(threads: run.threads)
            own.shouldStop = run.shouldStop
            own.observers = [
                StepObserver { run.onRankers((Double(index) + $0.share) / Double(recipes.count)) }
            ]
            let (model, report) = try IALSModel.fit(training, recipe, own)
            if case .notANumber? = report.stopReason { throw RankerDiverged() }
            if let reason = report.stopReason { return ([], reason) }
            rankers.append((model, isBlend ? factorWeight / Float(members) : 1))
        }
        return (rankers, nil)
    }

    /// A recommender with the weight of its scores.
    typealias Ranker = (model: any BlendModel.Ranker, weight: Float)

    /// One of the factorisations.
    private func member(_ index: Int) -> IALSRecipe {
        var own = ials
        own.seed = ials.seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15
        return own
    }

    /// The factorisation that ranks alone.
    private var large: IALSRecipe {
        var large = IALSRecipe()
        (large.weight, large.alpha, large.seed) = (.rating, ials.alpha, ials.seed)
        return large
    }
}

/// A factorisation that ranks became NaN or infinite.
package struct RankerDiverged: Error {}

/// Hears of every step.
private struct StepObserver: Observer {
    let onStep: (StepReport) -> Void

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .stepEnded(let report) = event { onStep(report) }
        return .continue
    }
}

extension CollabAlgorithm {
    /// What ranks best and what predicts ratings best, in one model.
    package static let blend = CollabAlgorithm(
        name: "blend", summary: "ranks by ease and ials together, and predicts ratings by dot-bias",
        defaults: dotBias.defaults.merging(
            [
                .attributeWeight: EASETrainingOptions().attributeWeight.formatted(),
                .alpha: IALSRecipe().alpha.formatted(),
            ],
            uniquingKeysWith: { first, _ in first }),
        model: BlendModel.self, validates: .rmse
    ) { options in
        .blend(
            BlendRecipe(
                seed: options.seed, attributeWeight: options.attributeWeight.map { Float($0) },
                alpha: options.alpha.map { Float($0) } ?? 0),
            predictor: dotBias.recipe(options))
    }
}

extension CollabRecipe {
    /// Rankers, and a recipe of dot-bias whose epochs and options are those of this recipe.
    ///
    /// A checkpoint is one of dot-bias: the rankers are trained at the end, and once more where their training was stopped.
    static func blend(_ configuration: BlendRecipe, predictor: CollabRecipe) -> CollabRecipe {
        struct Settings: Encodable {
            let rankers: BlendRecipe
            let ratings: String
        }
        var recipe = CollabRecipe(
            CollabAlgorithm.blend.name, settings: Settings(rankers: configuration, ratings: predictor.settings),
            seed: predictor.seed, epochs: predictor.epochs,
            partial: { training, threads, checkpoint in
                try predictor.model(training, at: checkpoint, threads: threads) ?? PopularityModel(training)
            }
        ) { training, run in
            let areRatings = training.feedback == .ratings && training.onlyRating == nil
            let fitted =
                areRatings ? try predictor.fit(training, run) : (PopularityModel(training), .withoutEpochs)
            guard fitted.report.stopReason == nil else { return fitted }
            let (rankers, stopReason) = try configuration.rankers(training, run)
            if let stopReason { return (fitted.model, FitReport(fitted.report.checkpoint, stopReason: stopReason)) }
            return (BlendModel(rankers, predictor: fitted.model as? DotBiasModel), fitted.report)
        }
        (recipe.mostItemsOfAll, recipe.holdsPairs) = (configuration.mostItems, true)
        recipe.alpha = configuration.ials.alpha
        recipe.mostItemsWithAttributes = configuration.ease.attributeWeight > 0 ? configuration.mostItems : 0
        recipe.learningRate = predictor.learningRate
        recipe.findLearningRate = predictor.findLearningRate
        return recipe
    }
}
