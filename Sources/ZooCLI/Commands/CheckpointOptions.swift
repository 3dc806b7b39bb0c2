import ArgumentParser

/// How a long training is kept safe.
struct CheckpointOptions: ParsableArguments {
    @Flag(help: "Go on with the training that was stopped or killed and is saved under that name.") var resume = false
    @Option(help: "Save where the training stands every so many minutes, under the name of --save; 0 for never.")
    var checkpointMinutes = 5.0

    func validate() throws {
        guard checkpointMinutes >= 0, checkpointMinutes <= 100_000 else {
            throw ValidationError("--checkpoint-minutes must be from 0 to 100000, not \(checkpointMinutes)")
        }
    }

    /// The time between two checkpoints; nil for never.
    var interval: Swift.Duration? { checkpointMinutes > 0 ? Swift.Duration.seconds(checkpointMinutes * 60) : nil }
}
