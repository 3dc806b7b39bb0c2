import ArgumentParser
import ZooTabular

/// How long, at which rate and how often a table is trained on, which the learning-rate finder does not ask.
struct TabularScheduleOptions: ParsableArguments {
    @Option(
        help: """
            Epochs, 1 to 100000. (default: 4 to 60, chosen so that there are about 1750 steps, or 1250 below 5000 and from \
            100000 training rows, where there are at least 5; 3 from a million rows)
            """)
    var epochs: Int?
    @Option(
        help:
            "Maximum learning rate of the one-cycle schedule, above 0. (default: 0.01 below 5000 training rows, 0.004 below 100000, else 0.003)"
    )
    var lr: Double?
    @Option(
        help: """
            Number of networks that are trained and averaged, 1 to 100. (default: 6 below 5000 training rows, 2 below \
            100000, else 1)
            """)
    var members: Int?

    func validate() throws {
        try checkRange(epochs, "--epochs", 1...100_000)
        try checkAbove0(lr, "--lr")
        try checkRange(members, "--members", 1...100)
    }

    /// The recipe with what was given.
    func applied(to base: TabularRecipe) -> TabularRecipe {
        var recipe = base
        if let epochs { recipe.epochs = epochs }
        if let lr { recipe.learningRate = lr }
        if let members { recipe.members = members }
        return recipe
    }
}
