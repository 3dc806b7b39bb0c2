import ArgumentParser
import ZooCollab
import ZooWorkflows

/// The algorithm of `--model`.
struct CollabAlgorithmArgument: ExpressibleByArgument {
    let algorithm: CollabAlgorithm

    init(_ algorithm: CollabAlgorithm) { self.algorithm = algorithm }

    init?(argument: String) {
        guard let algorithm = CollabAlgorithm.named(argument) else { return nil }
        self.init(algorithm)
    }

    var defaultValueDescription: String { algorithm.name }
    static var allValueStrings: [String] { CollabAlgorithm.all.map(\.name) }

    /// What each of them does.
    static var summary: String {
        CollabAlgorithm.all.map { "\($0.name): \($0.summary)" }.joined(separator: "; ") + "."
    }
}

extension RatingWeight: ExpressibleByArgument {}
extension IALSSolver: ExpressibleByArgument {}

extension CollabOption {
    /// How it is written on the command line.
    var flag: String {
        switch self {
        case .factors: "--factors"
        case .epochs: "--epochs"
        case .learningRate: "--lr"
        case .weightDecay: "--weight-decay"
        case .batchSize: "--batch-size"
        case .regularization: "--regularization"
        case .weight: "--weight"
        case .dropout: "--dropout"
        case .unobservedWeight: "--unobserved-weight"
        case .alpha: "--alpha"
        case .frequencyExponent: "--frequency-exponent"
        case .neighbours: "--neighbours"
        case .shrinkage: "--shrinkage"
        case .attributeWeight: "--attribute-weight"
        case .solver: "--solver"
        }
    }

    /// Its default for each algorithm that takes it: ` (default: ease 300)`.
    var defaultText: String {
        let defaults = CollabAlgorithm.all.compactMap { algorithm in
            algorithm.defaults[self].map { "\(algorithm.name) \($0)" }
        }
        return defaults.isEmpty ? "" : "(default: \(defaults.joined(separator: ", ")))"
    }
}

extension CollabAlgorithm {
    /// Refuses options that it does not take.
    ///
    /// - Throws: `ValidationError` naming the first, and those that it takes
    func check(_ training: CollabTrainingOptions) throws {
        for option in training.given where defaults[option] == nil {
            let known = CollabOption.allCases.filter { defaults[$0] != nil }.map(\.flag)
            let advice = known.isEmpty ? "it has no such options" : "it has \(known.joined(separator: ", "))"
            throw ValidationError("\(option.flag) is not an option of \(name): \(advice)")
        }
    }
}

/// What training a recommender takes, whatever its schedule; what is not given is the architecture's default.
struct CollabOptions: ParsableArguments {
    @Option(help: "Name of the data set of ratings. (default: none)") var data: String?
    @Option(help: "Algorithm: \(CollabAlgorithmArgument.summary) (default: \(CollabAlgorithm.usual.name))")
    var model: CollabAlgorithmArgument?
    @Option(help: "Length of the vectors, 1 to 4096. \(CollabOption.factors.defaultText)") var factors: Int?
    @Option(
        help: """
            Weight decay, 0 or more; dot-bias in batches has \(batches.weightDecay). \
            \(CollabOption.weightDecay.defaultText)
            """)
    var weightDecay: Double?
    @Option(
        help: """
            Batch size in ratings, 1 to 1048576. Above 1, dot-bias is trained in batches as in fast.ai, by AdamW along \
            one cycle. \(CollabOption.batchSize.defaultText)
            """)
    var batchSize: Int?
    @Option(help: "L2 penalty, above 0. \(CollabOption.regularization.defaultText)") var regularization: Double?
    @Option(
        help:
            "Weight of a rating: binary is 1; rating is 0.2 to 1; log is 0.2 to 1 by its logarithm, as of counts. \(CollabOption.weight.defaultText)"
    )
    var weight: RatingWeight?
    @Option(
        help: """
            Probability that an item of a history is left out in training, 0 to below 1. \
            \(CollabOption.dropout.defaultText)
            """)
    var dropout: Double?
    @Option(
        help: """
            Weight of each pair of user and item as one that was not chosen, 0 or more; a rating has 1. \
            \(CollabOption.unobservedWeight.defaultText)
            """)
    var unobservedWeight: Double?
    @Option(
        help: """
            What each unit of a rating or count adds to its weight in ials, also in those of blend, 0 or more. \
            \(CollabOption.alpha.defaultText)
            """)
    var alpha: Double?
    @Option(
        help: """
            Power by which the penalty of a row grows with its number of ratings, 0 to 2; 0 is the same for all. \
            \(CollabOption.frequencyExponent.defaultText)
            """)
    var frequencyExponent: Double?
    @Option(help: "Neighbours of each item, 1 to 100000. \(CollabOption.neighbours.defaultText)")
    var neighbours: Int?
    @Option(
        help: """
            Added to the denominators of similarities, in ratings, 0 or more: similarities of few ratings become \
            smaller. \(CollabOption.shrinkage.defaultText)
            """)
    var shrinkage: Double?
    @Option(
        help: """
            Weight of a value that two items have in common, such as a genre, and of the nearness of their years, in people \
            who chose both, 0 or more; 0 uses no attributes. \(CollabOption.attributeWeight.defaultText)
            """)
    var attributeWeight: Double?
    @Option(
        help: """
            How each vector is fitted to the other side: exact solves its equations; cg takes \(IALSSolver.steps) steps of \
            conjugate gradients, which is faster and ranks as well. \(CollabOption.solver.defaultText)
            """)
    var solver: IALSSolver?

    private static let batches = GradientRecipe()

    func validate() throws {
        let algorithm = model?.algorithm ?? .usual
        try algorithm.check(training(CollabTrainingOptions(), seed: 0))
        if let dropout, !(dropout >= 0 && dropout < 1) {
            throw ValidationError("--dropout must be from 0 to below 1, not \(dropout)")
        }
        if let frequencyExponent, !(0...2).contains(frequencyExponent) {
            throw ValidationError("--frequency-exponent must be from 0 to 2, not \(frequencyExponent)")
        }
        func checkAtLeastZero(_ value: Double?, _ name: String) throws {
            if let value, !(value >= 0 && value.isFinite) {
                throw ValidationError("\(name) must not be below 0, not \(value)")
            }
        }
        try checkAtLeastZero(unobservedWeight, "--unobserved-weight")
        try checkAtLeastZero(alpha, "--alpha")
        try checkAtLeastZero(shrinkage, "--shrinkage")
        try checkAtLeastZero(attributeWeight, "--attribute-weight")
        try checkAtLeastZero(weightDecay, "--weight-decay")
        if let regularization, !(regularization > 0 && regularization.isFinite) {
            throw ValidationError("--regularization must be above 0, not \(regularization)")
        }
        func check(_ value: Int?, _ name: String, _ most: Int) throws {
            if let value, !(1...most).contains(value) {
                throw ValidationError("\(name) must be from 1 to \(most), not \(value)")
            }
        }
        try check(factors, "--factors", 4096)
        try check(batchSize, "--batch-size", 1 << 20)
        try check(neighbours, "--neighbours", 100_000)
    }

    /// The name of the data set, for commands that take nothing else.
    ///
    /// - Throws: `ValidationError` where there is none
    func dataset() throws -> String {
        guard let data else { throw ValidationError("Missing expected argument '--data <data>'") }
        return data
    }

    /// The recipe, with the defaults of its schedule.
    func recipe(seed: UInt64) -> CollabRecipe {
        (model?.algorithm ?? .usual).recipe(training(CollabTrainingOptions(), seed: seed))
    }

    /// The algorithm and its options; what is not given is as in the training that is resumed.
    func training(
        seed: UInt64?, resuming resumed: CollabTrainingSettings?
    ) throws -> (CollabAlgorithm, CollabTrainingOptions) {
        let usual = resumed.flatMap { CollabAlgorithm.named($0.model) } ?? .usual
        return (model?.algorithm ?? usual, training(resumed?.options ?? CollabTrainingOptions(), seed: seed))
    }

    private func training(_ base: CollabTrainingOptions, seed: UInt64?) -> CollabTrainingOptions {
        var training = base
        if let factors { training.factors = factors }
        if let weightDecay { training.weightDecay = weightDecay }
        if let batchSize { training.batchSize = batchSize }
        if let regularization { training.regularization = regularization }
        if let weight { training.weight = weight }
        if let dropout { training.dropout = dropout }
        if let unobservedWeight { training.unobservedWeight = unobservedWeight }
        if let alpha { training.alpha = alpha }
        if let frequencyExponent { training.frequencyExponent = frequencyExponent }
        if let neighbours { training.neighbours = neighbours }
        if let shrinkage { training.shrinkage = shrinkage }
        if let attributeWeight { training.attributeWeight = attributeWeight }
        if let solver { training.solver = solver }
        if let seed { training.seed = seed }
        return training
    }
}
