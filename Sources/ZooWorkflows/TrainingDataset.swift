import Foundation
import ZooData
import ZooQueries

extension Workspace {
    /// The data set that a model was trained on, under its own name or, with the same content, another; nil where the model
    /// names none.
    ///
    /// - Throws: `WorkflowError.unknown`, with the command that imports it
    func trainingDataset(of entry: CatalogueModel) throws -> String? {
        guard let name = entry.dataset else { return nil }
        let present = try data.datasets()
        if let found = present.first(where: { $0.name == name })
            ?? present.first(where: { $0.fingerprint == entry.datasetFingerprint })
        {
            return found.name
        }
        let shipped = ShippedModel.named(entry.name).flatMap { try? ShippedRecipe($0) }
        let command =
            shipped?.data == name
            ? shipped?.import ?? "" : "zoo data import \(Self.importer(of: entry.kind)) --name \(name)"
        throw WorkflowError.unknown(
            kind: "data set", name: name,
            advice: "'\(entry.name)' was trained on it, '\(command)' imports it, and --data names another")
    }

    /// What imports data for a kind of models.
    private static func importer(of kind: String) -> String {
        switch kind {
        case "collab": "csv FILE"
        case "tabular": "csv FILE --as table"
        case "vision": "images FOLDER"
        default: "text PATH"
        }
    }

    /// What to do where a name is unknown in a database of one's own, and known in the home; nil for all other errors.
    ///
    /// - Parameter location: where it was looked for
    package static func advice(for error: any Error, at location: WorkspaceLocation) -> String? {
        let (kind, name): (String, String)
        switch error {
        case DataError.unknown(let what, let who, _), WorkflowError.unknown(let what, let who, _):
            (kind, name) = (what, who)
        default: return nil
        }
        guard location.database != nil, ["model", "data set"].contains(kind),
            let home = try? WorkspaceLocation(home: location.home).openedIfPresent(),
            let names = try? kind == "model" ? home.data.models().map(\.name) : home.data.datasets().map(\.name),
            names.contains(name)
        else { return nil }
        return "the home \(location.home.path) has one of that name: leave out --db and $ZOO_DB"
    }
}

extension WorkspaceLocation {
    /// The workspace; nil where there is no database yet.
    fileprivate func openedIfPresent() throws -> Workspace? {
        let file = home.appendingPathComponent("zoo.sqlite")
        return FileManager.default.fileExists(atPath: file.path) ? try Workspace(self) : nil
    }
}
