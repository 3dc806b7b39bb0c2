import Foundation

/// What is wrong with a weights file of another program.
package enum ForeignError: Error, Equatable, CustomStringConvertible {
    /// A pickle that asks for something beyond tensors: what it names.
    case refused(global: String)
    /// The bytes are not what their format says: where, and why.
    case malformed(location: String, reason: String)
    /// It may be whole, and is nothing that can be read here: why, and what to do.
    case unsupported(reason: String)

    /// One line: what, where, what to do next.
    package var description: String {
        switch self {
        case .refused(let global):
            "its pickle asks for '\(global)', which is not part of a list of tensors; nothing of it was run. "
                + "Save a state dict instead: torch.save(model.state_dict(), …)"
        case .malformed(let location, let reason): "it is damaged (\(location)): \(reason)"
        case .unsupported(let reason): reason
        }
    }
}

/// A weights file of another program that cannot be read, with its path.
package struct ForeignFileError: Error, Equatable, CustomStringConvertible, LocalizedError {
    /// The file.
    package let path: String
    /// What is wrong with it.
    package let problem: ForeignError

    /// Joins both.
    package init(path: String, problem: ForeignError) { (self.path, self.problem) = (path, problem) }

    /// One line.
    package var description: String { "cannot import \(path): \(problem)" }
    /// The same line, for `localizedDescription`.
    package var errorDescription: String? { description }
}
