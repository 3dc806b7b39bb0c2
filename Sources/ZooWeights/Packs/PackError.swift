import Foundation

/// Why a pack, or a registry of packs, is refused.
package enum PackError: Error, Equatable, CustomStringConvertible, LocalizedError {
    /// What was given as a pack is none, or not the one that was written.
    case refused(pack: String, reason: String)
    /// A pack or an index of a newer program.
    case newerFormat(file: String, version: Int, newest: Int)
    /// An index of packs that cannot be used.
    case registry(String, reason: String)
    /// A file that was not downloaded.
    case download(url: String, reason: String)

    /// One line: what, where, what to do next.
    package var description: String {
        switch self {
        case .refused(let pack, let reason): "\(pack) is refused, and nothing was stored: \(reason)"
        case .newerFormat(let file, let version, let newest):
            "\(file) has format \(version), this program reads up to \(newest): update zoo"
        case .registry(let place, let reason): "the registry \(place) cannot be used: \(reason)"
        case .download(let url, let reason): "\(url) was not downloaded: \(reason)"
        }
    }

    /// The same line, for `localizedDescription`.
    package var errorDescription: String? { description }
}
