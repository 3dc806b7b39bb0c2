import Foundation
import ZooData
import ZooWeights

/// A model that came from a pack.
package struct PullReport: Sendable, Encodable {
    /// The name it was saved under.
    package let saved: String
    /// Where it came from.
    package let source: String
    /// The application: `collab`.
    package let kind: String
    /// The network: `dot-bias`.
    package let architecture: String
    /// The data set it learned from.
    @StableKey package var dataset: String?
    /// What its data's licence allows; nil where that is not known.
    @StableKey package var licence: String?
    /// What there is to read about it, as Markdown.
    @StableKey package var card: String?
    /// What was measured.
    package let metrics: JSONValue
    /// Of its file.
    package let sha256: String
    /// Size of its file.
    package let bytes: Int
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel?
}

extension Workspace {
    /// Takes in the model of a pack: the same file, with the same hash, answers and catalogue row.
    ///
    /// - Parameters:
    ///   - name: what it is called here; nil for its own name
    ///   - read: reads a model's file of unknown origin, in a process of its own
    /// - Throws: `TakenName` unless `isReplacing`; `PackError.refused` where the model's file is not what the pack says; nothing is stored
    ///   then
    package func pullModel(
        _ packed: PackedModel, as name: String? = nil, isReplacing: Bool = false, read: (URL) throws -> ModelFile
    ) throws -> PullReport {
        var model = packed.row
        model.name = name ?? model.name
        try checkSave(as: model.name, isReplacing: isReplacing)
        let bytes = Array(packed.model)
        let file = try Self.withTemporaryFile(bytes) { url in
            do { return try read(url) } catch {
                let error = (error as? ForeignFileError)?.problem ?? error
                throw PackError.refused(pack: packed.source, reason: "its \(ModelPack.modelFile): \(error)")
            }
        }
        guard file.kind == model.kind else {
            throw PackError.refused(
                pack: packed.source,
                reason: "it says '\(model.kind)', and its \(ModelPack.modelFile) says '\(file.kind.prefix(60))'")
        }
        let embeddings: [EmbeddingRow]
        do { embeddings = try Array(file.embeddingRows()) + packed.vectors.rows() } catch {
            throw PackError.refused(pack: packed.source, reason: "its \(ModelPack.modelFile): \(error)")
        }
        guard Set(embeddings.lazy.map { [$0.field, $0.key] }).count == embeddings.count else {
            throw PackError.refused(pack: packed.source, reason: "it names a vector twice")
        }
        (model.card, model.origin) = (packed.card, "pulled from \(packed.source)")
        var run = packed.run
        run?.model = model.name
        let discarded = try unfinishedTraining(named: model.name)
        try listCatalogue()
        defer { _ = try? weights.sweep(keeping: filesInUse()) }
        var replaced: CatalogueModel?
        try weights.save(bytes: bytes) { _ in
            onSaving()
            replaced = try data.saveModel(model, embeddings: embeddings, run: run, isReplacing: true)
        }
        for column in packed.vectors.columns {
            try data.saveMetadata(
                [VectorMetadata(name: column.name, values: column.values.map { $0.queryValue ?? .null })],
                model: model.name, field: column.field, keys: column.keys)
        }
        return PullReport(
            saved: model.name, source: packed.source, kind: model.kind, architecture: model.architecture,
            dataset: model.dataset, licence: model.licence, card: packed.card,
            metrics: JSONValue(parsing: model.metrics).unnested, sha256: model.sha256, bytes: model.bytes,
            replaced: replaced.flatMap {
                $0.isFinished || $0.kind != model.kind ? ReplacedModel($0, by: model, discarding: discarded) : nil
            })
    }

    /// Runs `body` on a file of these bytes that nobody else may read, and removes it.
    private static func withTemporaryFile<Result>(_ bytes: [UInt8], _ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-pack-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch { throw WorkflowError.notWritten(path: folder.path, reason: error.localizedDescription) }
        defer { try? FileManager.default.removeItem(at: folder) }
        let url = folder.appendingPathComponent(ModelPack.modelFile)
        try Data(bytes).writeOutput(to: url.path)
        return try body(url)
    }
}
