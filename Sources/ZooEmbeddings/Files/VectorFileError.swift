/// Why a file of vectors cannot be read.
package enum VectorFileError: Error, Equatable, Sendable {
    /// The file cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// A line or an entry is not as it must be.
    case badEntry(path: String, place: String, reason: String)
    /// The file as a whole is not as it must be.
    case malformed(path: String, reason: String)
}

extension VectorFileError: CustomStringConvertible {
    /// One line: what, where, and what to do next.
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .badEntry(let path, let place, let reason): "\(path), \(place): \(reason)"
        case .malformed(let path, let reason): "\(path): \(reason)"
        }
    }
}
