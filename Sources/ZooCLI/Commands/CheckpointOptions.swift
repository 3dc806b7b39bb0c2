import ArgumentParser

/// How a long training is kept safe.
struct CheckpointOptions: ParsableArguments {
    @Flag(help: "Resume the stopped or killed training of the name in --save from its last checkpoint.")
    var resume = false
    @Option(
        help: """
            Minutes between two checkpoints, 0 to 100000; 0 saves none. They are saved under the name in --save, or beside \
            a finished model of that name.
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
