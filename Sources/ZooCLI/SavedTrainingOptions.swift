import ArgumentParser
import ZooWorkflows

/// Under which name a training is saved, and whether it resumes.
struct SavedTrainingOptions: ParsableArguments {
    @Option(help: "Name to save the model under. (default: not saved)") var save: String?
    @OptionGroup var checkpoints: CheckpointOptions

    func validate() throws {
        if checkpoints.resume, save == nil {
            throw ValidationError("--resume needs the name that the training was saved under (--save)")
        }
    }

    /// The name of the training to resume; nil for a new one.
    var resumed: String? { checkpoints.resume ? save : nil }
}

/// The learning rates that `zoo lr-find` tries.
struct RateSearchOptions: ParsableArguments {
    @Option(help: "Number of learning rates to try, 2 to 100000. (default: 200; of texts and images 100)")
    var steps: Int?
    @Option(
        help: "File for the plot: SVG, or PNG if the name ends in .png. (default: none)", completion: .file())
    var plot: String?

    func validate() throws {
        try checkRange(steps, "--steps", 2...100_000)
    }
}
