import ArgumentParser
import ZooPlots
import ZooWorkflows

/// Whether a file that is written may take the place of one that is there.
struct ReplaceFileOption: ParsableArguments {
    @Flag(
        help: """
            Replace an existing file of that name, unless it is a database or a binary file of another kind. (default: the \
            command fails)
            """)
    var replace = false

    /// Checks, before the work, that a plot may be written there.
    ///
    /// - Throws: `ValidationError` where nothing is written, and for a form that plots do not have; as `PlotFile.check`
    func check(_ plot: String?) throws {
        if let plot {
            if let problem = PlotFile.problem(of: plot) { throw ValidationError("--plot \(plot): \(problem)") }
            return try PlotFile.check(plot, isReplacing: replace)
        }
        if replace { throw ValidationError("--replace goes with --plot") }
    }

    /// Writes a plot, if one is asked for, and says so.
    func write(_ plot: any Plot, to path: String?, saying progress: Progress) throws {
        guard let path else { return }
        try plot.write(to: path, isReplacing: replace)
        progress.say("wrote \(path)")
    }
}
