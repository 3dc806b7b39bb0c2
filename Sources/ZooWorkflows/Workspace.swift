import Foundation
import ZooData
import ZooWeights

/// Where models and data are kept.
public struct WorkspaceLocation: Sendable, Hashable {
    /// The folder that holds `models/` and `packs/`, and `zoo.sqlite` unless `database` names another file.
    public let home: URL
    /// The user's own SQLite file, or nil for `zoo.sqlite` in the home.
    public let database: URL?

    /// Names a location.
    public init(home: URL, database: URL? = nil) {
        self.home = home
        self.database = database
    }
}

/// The stores that the use cases work on.
public struct Workspace: Sendable {
    /// The folder of the stores.
    package let home: URL
    /// The user's own SQLite file; nil for the home's.
    let database: URL?
    /// Data sets, the catalogue, runs and embeddings.
    package let data: DataStore
    /// Model files.
    package let weights: WeightStore

    /// Files of packed images.
    package let packs: WeightStore

    /// Is told what to know of a model that is asked something; the same may be said several times.
    package var onNote: @Sendable (String) -> Void = { _ in }

    /// Is told that a model or an index is written and is now put into the catalogue, which is not to be ended on the way.
    package var onSaving: @Sendable () -> Void = {}

    /// What stays loaded between questions; nil where every question reads what it needs.
    package var kept: KeptModels?

    /// Opens the stores, making what is not there.
    ///
    /// - Throws: `DataError` if the database cannot be opened.
    public init(_ location: WorkspaceLocation) throws {
        (home, database) = (location.home, location.database)
        data = try DataStore(url: location.database ?? location.home.appendingPathComponent("zoo.sqlite"))
        weights = WeightStore(directory: location.home.appendingPathComponent("models", isDirectory: true))
        packs = WeightStore(directory: location.home.appendingPathComponent("packs", isDirectory: true))
    }

    /// The same stores by a connection of its own, so that its questions wait for no others.
    ///
    /// - Throws: as the opening
    package func reopened() throws -> Workspace {
        var other = try Workspace(WorkspaceLocation(home: home, database: database))
        other.onNote = onNote
        return other
    }
}

/// What went wrong in a use case, beyond what the stores and models say themselves.
package enum WorkflowError: Error, Equatable, CustomStringConvertible {
    /// A name that nothing has, with what there is.
    case unknown(kind: String, name: String, advice: String)
    /// A model that cannot do what was asked.
    case unsuitable(model: String, reason: String)
    /// A value that cannot be used.
    case invalid(what: String, reason: String)
    /// A file that cannot be written.
    case notWritten(path: String, reason: String)

    /// One line: what, where, and what to do next.
    package var description: String {
        switch self {
        case .unknown(let kind, let name, let advice): "there is no \(kind) '\(name)': \(advice)"
        case .unsuitable(let model, let reason): "model '\(model)' \(reason)"
        case .invalid(let what, let reason): "\(what): \(reason)"
        case .notWritten(let path, let reason): "\(path) was not written: \(reason)"
        }
    }
}

/// The version of Zoo, written into every model file.
package enum ZooVersion {
    /// Semantic version.
    package static let current = "0.1.0"
}
