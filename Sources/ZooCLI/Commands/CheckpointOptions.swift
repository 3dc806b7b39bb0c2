import ArgumentParser

/// How a long training is kept safe.
struct CheckpointOptions: ParsableArguments {
    @Flag(help: "Continue the training of that name that was stopped or killed, from its last checkpoint.")
    var resume = false
    @Option(
        help: """
            Minutes between two checkpoints, which are saved under the name of --save, or beside a finished model of that \
            name; 0 for none.
            """)
    var checkpointMinutes = 5.0

    func validate() throws {
        guard checkpointMinutes >= 0, checkpointMinutes <= 100_000 else {
            throw ValidationError("--checkpoint-minutes must be from 0 to 100000, not \(checkpointMinutes)")
        }
    }

    /// Whether any of them is other than its default.
    var isGiven: Bool { resume || checkpointMinutes != 5 }

    /// The time between two checkpoints; nil for never.
    var interval: Swift.Duration? { checkpointMinutes > 0 ? Swift.Duration.seconds(checkpointMinutes * 60) : nil }
}
