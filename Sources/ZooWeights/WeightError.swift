import Foundation

/// What can go wrong between a model and its file.
package enum WeightError: Error, Equatable, CustomStringConvertible, LocalizedError {
    /// No file of that hash is in the store.
    case missing(path: String)
    /// The file is there and the system does not let us read it.
    case unreadable(path: String, reason: String)
    /// The file's contents are not those that were saved.
    case damaged(path: String, expected: String, actual: String)
    /// The bytes are no model file: where in it, and why.
    case malformed(location: String, reason: String)
    /// It may be whole, and needs something that is not here: where in it, and what.
    case unknownHere(location: String, reason: String)
    /// The file was made by a newer program.
    case newerFormat(version: Int64)
    /// An entry that cannot be written.
    case invalidEntry(path: String, reason: String)
    /// The system refused a step of saving; nothing was changed.
    case notSaved(path: String, step: String, reason: String)

    /// Whether there is no such file.
    package var isMissing: Bool { if case .missing = self { true } else { false } }

    /// One line: what, where, what to do next.
    package var description: String {
        switch self {
        case .missing(let path):
            "model file \(path) is missing: restore it, or train the model again"
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason)"
        case .damaged(let path, let expected, let actual):
            "model file \(path) is damaged: its SHA-256 is \(actual.prefix(12))…, not \(expected.prefix(12))…; "
                + "restore it, or train the model again"
        case .malformed(let location, let reason):
            "not a model file that Zoo can read: \(location): \(reason)"
        case .unknownHere(let location, let reason):
            "cannot be read here (\(location)): \(reason)"
        case .newerFormat(let version):
            "the model file has format \(version), this program reads up to \(ModelFile.newestVersion): update zoo"
        case .invalidEntry(let path, let reason):
            "cannot write the entry '\(path)': \(reason)"
        case .notSaved(let path, let step, let reason):
            "cannot save to \(path) (\(step)): \(reason); what was there before is untouched"
        }
    }

    /// The same line, for `localizedDescription`.
    package var errorDescription: String? { description }
}

/// The system's words for the error number of the call that just failed.
func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
