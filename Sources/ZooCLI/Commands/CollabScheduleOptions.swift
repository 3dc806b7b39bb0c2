import ArgumentParser
import ZooCollab

/// How long and at which rate a recommender is trained, which the learning-rate finder does not ask.
struct CollabScheduleOptions: ParsableArguments {
    @Option(
        help: "Epochs, 1 to 100000; dot-bias in batches has \(batches.epochs). \(CollabOption.epochs.defaultText)")
    var epochs: Int?
    @Option(
        help: """
            Maximum learning rate, above 0; dot-bias in batches has \(batches.learningRate). \
            \(CollabOption.learningRate.defaultText)
            """)
    var lr: Double?

    private static let batches = GradientRecipe()

    func validate() throws {
        try checkRange(epochs, "--epochs", 1...100_000)
        try checkAbove0(lr, "--lr")
    }

    /// Refuses what the algorithm of these options does not take.
    func check(_ collab: CollabOptions) throws {
        try (collab.model?.algorithm ?? .usual).check(applied(to: CollabTrainingOptions()))
    }

    /// The options with what was given.
    func applied(to base: CollabTrainingOptions) -> CollabTrainingOptions {
        var training = base
        if let epochs { training.epochs = epochs }
        if let lr { training.learningRate = lr }
        return training
    }
}
