import ArgumentParser
import Foundation
import ZooWorkflows

/// Whether an older model of the name that is saved under may be replaced.
struct ReplaceOption: ParsableArguments {
    @Flag(
        help: """
            Save over a model of that name, which stays as an older version (films@1). Without it you are asked at a terminal; \
            elsewhere the command fails.
            """)
    var replace = false

    /// Whether an older model may be replaced: by the option, or because a person at a terminal says so.
    ///
    /// - Parameter resumes: whether a training of that name is continued, which was agreed to when it began
    /// - Throws: `TakenName` where there is one and nobody can be asked, or the answer is no
    func isAgreed(for name: String?, in workspace: Workspace, resumes: Bool = false) throws -> Bool {
        guard let name, !replace, !resumes, let taken = try workspace.taken(name) else { return replace }
        guard isatty(STDIN_FILENO) != 0, isatty(STDERR_FILENO) != 0 else { throw taken }
        write("\(taken.reason). Replace it? [y/N] ".onOneLine, to: STDERR_FILENO)
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
        guard ["y", "yes"].contains(answer) else { throw NotReplaced(name: name) }
        return true
    }
}

/// What is said when a person at a terminal wants to keep a model.
private struct NotReplaced: Error, CustomStringConvertible {
    let name: String
    var description: String { "'\(name)' is kept, and nothing was done" }
}
