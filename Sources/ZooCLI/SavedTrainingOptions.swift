import ArgumentParser
import ZooWorkflows

/// Under which name a training is saved, and whether it resumes.
struct SavedTrainingOptions: ParsableArguments {
    @Option(help: "Name to save the model under. (default: not saved)") var save: String?
    @OptionGroup var checkpoints: CheckpointOptions

    func validate() throws {
        try checkModelName(save)
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
    @OptionGroup var replacing: ReplaceFileOption

    func validate() throws {
        try checkRange(steps, "--steps", 2...100_000)
    }
}

/// How a training is saved, and whether it resumes.
struct CheckpointOptions: ParsableArguments {
    @OptionGroup var replacing: ReplaceOption
    @Flag(help: "Resume the stopped or killed training of the name in --save from its last checkpoint.")
    var resume = false
    @Option(
        help: """
            Minutes between two checkpoints, 0 to 100000; 0 saves none. They are saved under the name in --save, or beside \
            a finished model of that name.
            """)
    var checkpointMinutes = 5.0

    func validate() throws {
        try checkRange(checkpointMinutes, "--checkpoint-minutes", 0...100_000)
    }

    /// Whether any of them is other than its default.
    var isGiven: Bool { resume || checkpointMinutes != 5 }

    /// Takes the options over into a request that names what is saved.
    ///
    /// - Throws: as `ReplaceOption.isAgreed`
    func apply(to request: inout some TrainingRequest, in workspace: Workspace) throws {
        request.isReplacing = try replacing.isAgreed(for: request.savedName, in: workspace, resumes: resume)
        request.resumes = resume
        if resume, let name = request.savedName, let first = try workspace.commandOfStopped(named: name) {
            request.command = first
        }
        request.checkpointInterval = checkpointMinutes > 0 ? .seconds(checkpointMinutes * 60) : nil
    }
}

/// Refuses a name that no model can have; nil is not given.
///
/// - Throws: `ValidationError`
func checkModelName(_ name: String?) throws {
    do { if let name { try Workspace.check(name: name) } } catch { throw ValidationError("\(error)") }
}

/// The command line as it is kept with a model.
func commandLine() -> String { CommandLine.arguments.dropFirst().reduce("zoo") { $0 + " " + $1.shellQuoted } }
