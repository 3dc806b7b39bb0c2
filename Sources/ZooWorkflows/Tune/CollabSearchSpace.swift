import ZooCollab

/// The settings that a search tries for an algorithm.
///
/// The ranges hold the defaults well inside: numbers by a factor are uniform in their logarithm.
package struct CollabSearchSpace: Sendable {
    /// The algorithm.
    let algorithm: CollabAlgorithm
    /// What is set.
    let tried: Set<CollabOption>
    /// Decides what each trial tries.
    let seed: UInt64

    /// The settings of an algorithm that a search tries: of one that joins several, those of the part that is measured.
    package init(_ algorithm: CollabAlgorithm, by metric: TuneMetric, seed: UInt64) {
        let predictor = Set(CollabAlgorithm.dotBias.defaults.keys)
        let all = Set(algorithm.defaults.keys)
        let isBlend = algorithm.name == CollabAlgorithm.blend.name
        // Above a batch size of 1, dot-bias is another algorithm.
        tried =
            (isBlend ? metric == .rmse ? all.intersection(predictor) : all.subtracting(predictor.union([.alpha])) : all)
            .subtracting(algorithm.defaults[.batchSize] == "1" ? [.batchSize, .solver] : [.solver])
        (self.algorithm, self.seed) = (algorithm, seed)
    }

    /// The algorithm with the settings of a trial, as far as the measure depends on it: the ratings that the default predicts are
    /// those of dot-bias, whose training is a small part of its own.
    func recipe(trial: Int, by metric: TuneMetric) -> CollabRecipe {
        let isPredictor = algorithm.name == CollabAlgorithm.blend.name && metric == .rmse
        return (isPredictor ? CollabAlgorithm.dotBias : algorithm).recipe(options(trial: trial))
    }

    /// The settings of a trial; those of number 0 are the defaults.
    package func options(trial: Int) -> CollabTrainingOptions {
        var options = CollabTrainingOptions()
        options.seed = seed
        guard trial > 0 else { return options }
        var draws = TrialDraws(seed: seed, trial: trial)
        // In a fixed order, and drawn whether the algorithm has them or not.
        for option in CollabOption.allCases {
            let share = draws.share()
            if tried.contains(option) { set(option, share, &options) }
        }
        return options
    }

    /// Sets an option to the value at a share, 0 ..< 1, of its range.
    private func set(_ option: CollabOption, _ share: Double, _ options: inout CollabTrainingOptions) {
        func number(_ low: Double, _ high: Double) -> Double { share.between(low, high) }
        func count(_ low: Double, _ high: Double) -> Int { Int(number(low, high).rounded()) }
        switch option {
        case .factors: options.factors = count(8, 128)
        case .epochs: options.epochs = algorithm.name == CollabAlgorithm.ials.name ? count(5, 20) : count(5, 30)
        case .learningRate: options.learningRate = number(usual(option) / 5, usual(option) * 3)
        case .weightDecay: options.weightDecay = number(usual(option) / 5, usual(option) * 5)
        case .batchSize: options.batchSize = share.choice([64, 128, 256, 512])
        case .regularization: options.regularization = number(usual(option) / 10, usual(option) * 10)
        case .weight: options.weight = share < 0.5 ? .binary : .rating
        case .dropout: options.dropout = share < 0.3 ? 0 : number(0.05, 0.7)
        case .unobservedWeight: options.unobservedWeight = number(0.01, 1)
        case .alpha: options.alpha = share < 0.3 ? 0 : number(0.1, 40)
        case .frequencyExponent: options.frequencyExponent = Double(Int(share * 6)) / 4
        case .neighbours: options.neighbours = count(20, 500)
        case .attributeWeight: options.attributeWeight = share < 0.2 ? 0 : number(0.3, 30)
        case .shrinkage: options.shrinkage = share < 0.2 ? 0 : number(1, 200)
        case .solver: break
        }
    }

    /// The number in the text of a default.
    private func usual(_ option: CollabOption) -> Double {
        algorithm.defaults[option].flatMap { Double($0.filter { $0.isNumber || ".e-".contains($0) }) } ?? 1
    }
}
