import Foundation
import ZooData
import ZooQueries
import ZooWeights

/// What a shipped model's `recipe.json` says of its making.
struct ShippedRecipe: Codable {
    var command: String
    var data: String
    var dataFingerprint: String
    var `import`: String
    var seed: Int64
    var licence: String

    init(_ model: ShippedModel) throws {
        self = try JSONText.decode(ShippedRecipe.self, from: model.recipe, in: "recipe.json of \(model.name)")
    }
}

/// A model as `zoo models list` shows it.
public struct ListedModel: Sendable, Encodable {
    /// Its name.
    public let name: String
    /// The application: `collab`.
    public let kind: String
    /// The network: `dot-bias`.
    public let architecture: String
    /// The data set it learned from.
    @StableKey public var dataset: String?
    /// Size of its file.
    package let bytes: Int
    /// When it was made, ISO 8601.
    public let created: String
    /// Whether it ships with the program and was not changed since.
    package let isShipped: Bool
    /// Where its training stands: `finished`, `stopped`, or `running` for one that is under way or was killed.
    package let status: String
    /// How many epochs of its training are complete; nil where that is not known.
    @StableKey public var epochs: Int?
    /// Its number among the versions of its name, from 1.
    package let version: Int
    /// The checkpoint of a training that is to replace it; nil without one.
    @StableKey package var checkpoint: CheckpointSummary?
    /// What its older versions take; nil without any, and for one of them.
    @StableKey package var olderVersions: OlderVersions?

    /// How far its training is: `stopped after 3 epochs`.
    package var progress: String { CatalogueModel.progress(status, epochs: epochs) }
}

extension Workspace {
    /// The catalogue's row of a model; a shipped one is installed when it is asked for first.
    ///
    /// - Throws: `DataError.unknown`
    func installedModel(named name: String) throws -> CatalogueModel {
        let row = try data.resolved(name)
        if let entry = try data.models().first(where: { $0.name == row }) { return entry }
        if let shipped = ShippedModel.named(CatalogueModel.parts(of: name).base) { try install(shipped) }
        return try namingShipped { try data.model(named: name) }
    }

    /// Adds the models that ship to those that the error of an unknown model names: they are there, though not installed yet.
    func namingShipped<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch DataError.unknown(kind: "model", let name, let known) {
            // Of a version that there is none of, the others are named.
            if known.contains(where: { $0.contains("@") }) {
                throw DataError.unknown(kind: "model", name: name, known: known)
            }
            let all = Set(known).union(ShippedModel.names.filter { $0 != name }).sorted()
            throw DataError.unknown(kind: "model", name: name, known: all)
        }
    }

    /// The models at hand and those that ship, by name.
    ///
    /// - Parameter showsVersions: whether older versions are among them
    /// - Throws: `DataError` when the catalogue cannot be read.
    public func listModels() throws -> [ListedModel] { try listModels(showsVersions: false) }

    /// See `listModels()`.
    package func listModels(showsVersions: Bool) throws -> [ListedModel] {
        for name in ShippedModel.names { _ = try installedModel(named: name) }
        let checkpoints = try data.checkpoints()
        let models = try data.models()
        let older = try olderVersions(among: models)
        return models.filter { showsVersions || !$0.isOlderVersion }.map { model in
            ListedModel(
                name: model.name, kind: model.kind, architecture: model.architecture, dataset: model.dataset,
                bytes: model.bytes, created: model.created,
                isShipped: ShippedModel.named(model.name).map { WeightStore.sha256($0.model) == model.sha256 } ?? false,
                status: model.status, epochs: model.epochs, version: model.version,
                checkpoint: checkpoints.first { $0.name == model.name }.map { CheckpointSummary($0) },
                olderVersions: older[model.name])
        }
    }

    /// Whether a model of that name ships with zoo.
    package func ships(_ name: String) -> Bool { ShippedModel.names.contains(name) }

    /// The card of a model that ships with zoo, or came with its pack.
    package func card(of model: CatalogueModel) -> String? {
        model.card
            ?? ShippedModel.named(CatalogueModel.parts(of: model.name).base)
            .flatMap { WeightStore.sha256($0.model) == model.sha256 ? $0.card : nil }
    }

    private func install(_ shipped: ShippedModel) throws {
        let file = try ModelFile(decoding: shipped.model)
        let recipe = try ShippedRecipe(shipped)
        let embeddings = try file.embeddingRows()
        try listCatalogue()
        try weights.save(bytes: shipped.model) { stored in
            var model = CatalogueModel(
                name: shipped.name, kind: file.kind, architecture: file.architecture, sha256: stored.sha256,
                bytes: stored.bytes, metrics: shipped.metrics, created: file.created)
            model.dataset = recipe.data
            model.datasetFingerprint = recipe.dataFingerprint
            model.command = recipe.command
            model.seed = recipe.seed
            model.licence = recipe.licence
            // Somebody else may have saved one of that name meanwhile: it stays.
            do { try data.saveModel(model, embeddings: embeddings, isReplacing: false) } catch DataError.exists {}
        }
    }
}
