import Foundation
import ZooCollab
import ZooData
import ZooRecords
import ZooWorkflows

/// Runs `body` on separate stores, which are removed afterwards.
func withWorkspace<Result>(_ body: (Workspace) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-workflows-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(Workspace(WorkspaceLocation(home: folder)))
}

/// A folder for the files of one test, which goes when nobody holds it any more, as a suite does until its test ends.
final class TemporaryFolder: Sendable {
    private let url = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-files-" + UUID().uuidString)

    /// The path of a new file in it.
    func path(_ ending: String) throws -> String {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url.appendingPathComponent(UUID().uuidString + ending).path
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}

extension Workspace {
    /// Imports the demo ratings as `demo`.
    func importDemo(seed: UInt64 = 0) throws { _ = try importDemo(name: "demo", seed: seed, isReplacing: false) }

    /// The ratings of a data set as training reads them.
    func interactions(of name: String) throws -> Interactions {
        let stored = try data.interactions(dataset: name, split: nil)
        return Interactions(
            users: stored.users, items: stored.items, ratings: stored.ratings, userKeys: stored.userKeys,
            itemKeys: stored.itemKeys, itemTitles: stored.itemTitles,
            scale: Float(stored.summary.ratingMinimum)...Float(stored.summary.ratingMaximum))
    }

    /// Trains a model on `demo`, by default with the default settings.
    @discardableResult
    func train(
        _ name: String, _ recipe: CollabRecipe = .dotBias(DotBiasRecipe()), split: DataSplit = .all
    ) throws -> TrainCollabReport {
        var request = TrainCollabRequest(dataset: "demo", recipe: recipe, command: "test")
        request.saveAs = name
        request.split = split
        request.isReplacing = true
        return try trainCollab(request)
    }
}

/// Settings of the neural network that are quick to train.
var quickNetwork: GradientRecipe {
    var configuration = GradientRecipe.neural
    configuration.epochs = 1
    configuration.factors = 8
    configuration.batchSize = 512
    return configuration
}
