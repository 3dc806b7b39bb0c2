import ArgumentParser
import ZooCollab
import ZooWorkflows

/// The architectures of `--model`.
enum CollabArchitecture: String, ExpressibleByArgument, CaseIterable {
    case dotBias = "dot-bias"
    case neural
}

/// What training a recommender takes; what is not given is the architecture's default.
struct CollabOptions: ParsableArguments {
    @Option(help: "Name of the data set of ratings.") var data: String
    @Option(help: "Architecture: dot-bias (vectors and biases) or neural (a network over both vectors).")
    var model: CollabArchitecture = .dotBias
    @Option(help: "Length of the vectors, 1 to 4096. (default: \(dotBias.factors); neural: \(neural.factors))")
    var factors: Int?
    @Option(help: "Epochs, 1 to 100000. (default: \(dotBias.epochs); neural and dot-bias in batches: \(neural.epochs))")
    var epochs: Int?
    @Option(
        help: """
            Maximum learning rate, above 0. (default: \(dotBias.learningRate); neural: \(neural.learningRate); dot-bias \
            in batches: \(batches.learningRate))
            """)
    var lr: Double?
    @Option(
        help: """
            Weight decay, 0 or more. (default: \(dotBias.weightDecay); neural and dot-bias in batches: \
            \(neural.weightDecay))
            """)
    var weightDecay: Double?
    @Option(
        help: """
            Batch size in ratings, 1 to 1048576. Above 1, dot-bias is trained in batches as in fast.ai, by AdamW along \
            one cycle. (default: 1; neural: \(neural.batchSize))
            """)
    var batchSize: Int?

    private static let (dotBias, neural, batches) = (
        DotBiasConfiguration(), GradientConfiguration.neural, GradientConfiguration()
    )

    func validate() throws {
        func check(_ value: Int?, _ name: String, _ most: Int) throws {
            if let value, !(1...most).contains(value) {
                throw ValidationError("\(name) must be from 1 to \(most), not \(value)")
            }
        }
        try check(factors, "--factors", 4096)
        try check(epochs, "--epochs", 100_000)
        try check(batchSize, "--batch-size", 1 << 20)
        if let lr, !(lr > 0 && lr.isFinite) { throw ValidationError("--lr must be above 0, not \(lr)") }
        if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
            throw ValidationError("--weight-decay must not be below 0, not \(weightDecay)")
        }
    }

    func recipe(seed: UInt64) -> CollabRecipe {
        if model == .neural { return .neural(applied(to: .neural, seed: seed)) }
        if let batchSize, batchSize > 1 { return .dotBiasBatches(applied(to: GradientConfiguration(), seed: seed)) }
        var configuration = DotBiasConfiguration()
        if let factors { configuration.factors = factors }
        if let epochs { configuration.epochs = epochs }
        if let lr { configuration.learningRate = Float(lr) }
        if let weightDecay { configuration.weightDecay = Float(weightDecay) }
        configuration.seed = seed
        return .dotBias(configuration)
    }

    private func applied(to defaults: GradientConfiguration, seed: UInt64) -> GradientConfiguration {
        var configuration = defaults
        if let factors { configuration.factors = factors }
        if let epochs { configuration.epochs = epochs }
        if let lr { configuration.learningRate = lr }
        if let weightDecay { configuration.weightDecay = weightDecay }
        if let batchSize { configuration.batchSize = batchSize }
        configuration.seed = seed
        return configuration
    }
}
