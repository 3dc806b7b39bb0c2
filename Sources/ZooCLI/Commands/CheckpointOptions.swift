import ArgumentParser
import ZooWorkflows

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
        request.checkpointInterval = checkpointMinutes > 0 ? .seconds(checkpointMinutes * 60) : nil
    }
}
