import Foundation
import ZooData
import ZooQueries

/// What a save did to a finished model of the same name.
struct SaveOutcome {
    /// The finished model that was replaced.
    var replaced: ReplacedModel?
    /// Whether a checkpoint was saved beside a finished model, which is unchanged.
    var isBeside = false

    /// Where a training that was stopped was saved.
    ///
    /// - Parameter moment: `after step 7`
    func text(_ name: String, _ moment: String) -> String {
        isBeside
            ? "a checkpoint was saved beside '\(name)' \(moment), and the finished '\(name)' is unchanged"
            : "saved as '\(name)' \(moment)"
    }
}

/// A model whose place another took.
package struct ReplacedModel: Sendable, Encodable {
    /// Its name.
    package let name: String
    /// The application: `collab`.
    package let kind: String
    /// The network: `dot-bias`.
    package let architecture: String
    /// When it was made, ISO 8601.
    package let created: String
    /// What was measured.
    package let metrics: JSONValue

    init(_ entry: CatalogueModel) {
        (name, kind, architecture) = (entry.name, entry.kind, entry.architecture)
        (created, metrics) = (entry.created, JSONValue(parsing: entry.metrics).unnested)
    }

    /// The model in a line: `'films' (dot-bias of 2026-11-01, test rmse 0.9123)`.
    package var text: String { "'\(name)' (\(details))" }

    var details: String {
        let measured = Self.headline(metrics).map { ", \($0)" } ?? ""
        return "\(architecture) of \(created.prefix(10))\(measured)"
    }

    /// The measure that people ask for first, such as `test rmse 0.9123`.
    private static func headline(_ metrics: JSONValue) -> String? {
        func find(_ path: [String]) -> Double? {
            var value: JSONValue? = metrics
            for part in path {
                guard case .object(let members)? = value else { return nil }
                value = members[part]
            }
            switch value {
            case .number(let number): return number
            case .integer(let number): return Double(number)
            default: return nil
            }
        }
        let nested = ["test", "valid"].flatMap { part in
            ["rmse", "auc", "accuracy", "rmsle", "mae", "log_loss"].map { [part, $0] }
        }
        let flat = ["valid_accuracy", "valid_nats"].map { [$0] }
        for path in nested + flat {
            guard let value = find(path) else { continue }
            let label = path.joined(separator: " ").replacing("_", with: " ")
            return label + " " + String(format: "%.4f", value)
        }
        return nil
    }
}

/// What has a name that a model is to be saved under.
package struct TakenName: Error, CustomStringConvertible {
    /// The name.
    package let name: String
    /// What there is, in a line.
    package let reason: String
    /// Whether `--resume` would resume it.
    package let isResumable: Bool

    init(_ entry: CatalogueModel, checkpoint: CatalogueModel?) {
        name = entry.name
        let details = ReplacedModel(entry).details
        if entry.isFinished {
            let beside = checkpoint.map { ", with a checkpoint of another training (\($0.progress))" } ?? ""
            reason = "there is a model '\(name)' already (\(details))" + beside
        } else {
            reason = "there is a training of '\(name)' already (\(details), \(entry.progress))"
        }
        isResumable = !entry.isFinished || checkpoint != nil
    }

    /// One line: what there is, and the ways out.
    package var description: String {
        reason + ": " + (isResumable ? "--resume continues the training, " : "")
            + "--replace replaces what is there, another name keeps it"
    }
}

extension CatalogueModel {
    /// How far its training is: `stopped after 3 epochs`.
    var progress: String { Self.progress(status, epochs: epochs) }

    static func progress(_ status: String, epochs: Int?) -> String {
        let after = epochs.map { " after \($0.counting("epoch"))" } ?? ""
        switch RunStatus(rawValue: status) {
        case .stopped: return "stopped\(after)"
        case .running: return "in training or killed\(after)"
        case .finished, nil: return status
        }
    }
}

extension Workspace {
    /// What a save under a name would replace; nil when nothing has that name.
    ///
    /// - Throws: `WorkflowError.invalid` for a bad name; `DataError` when the catalogue cannot be read
    package func taken(_ name: String) throws -> TakenName? {
        try Self.check(name: name)
        let isThere = try ShippedModel.names.contains(name) || data.models().contains { $0.name == name }
        guard isThere else { return nil }
        return TakenName(try installedModel(named: name), checkpoint: try data.checkpoint(named: name))
    }

    /// Checks, before the work and not after it, that a model may be saved under a name.
    ///
    /// - Parameter resumes: whether a training under that name is continued
    /// - Throws: `WorkflowError.invalid` for a bad name; `TakenName`
    func checkSave(as name: String?, isReplacing: Bool, resumes: Bool = false) throws {
        guard let name else { return }
        try Self.check(name: name)
        if !isReplacing, !resumes, let taken = try taken(name) { throw taken }
    }
}
