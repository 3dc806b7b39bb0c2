import Foundation
import ZooData
import ZooNN
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
        guard file.architecture == model.architecture || !model.isFinished else {
            throw PackError.refused(
                pack: packed.source,
                reason: "it says '\(model.architecture)', and its \(ModelPack.modelFile) is of "
                    + "'\(file.architecture.prefix(60))'")
        }
        let embeddings: [EmbeddingRow]
        do { embeddings = try file.checkedModel().embeddings.flatMap(\.rows) + packed.vectors.rows() } catch {
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
            replaced = try data.saveModel(
                model, embeddings: embeddings, metadata: packed.vectors.columns.map(\.metadata), run: run)
        }
        return PullReport(
            saved: model.name, source: packed.source, kind: model.kind, architecture: model.architecture,
            dataset: model.dataset, licence: model.licence, card: packed.card,
            metrics: JSONValue(parsing: model.metrics).unnested, sha256: model.sha256, bytes: model.bytes,
            replaced: replaced.flatMap {
                $0.isFinished || $0.kind != model.kind ? ReplacedModel($0, by: model, discarding: discarded) : nil
            })
    }

    /// Runs `body` on a file of these bytes that has no name but that of its descriptor: however the program ends, nothing is left of it.
    private static func withTemporaryFile<Result>(_ bytes: [UInt8], _ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path
        var path = Array((folder + "/zoo-pack-XXXXXX").utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw WorkflowError.notWritten(path: folder, reason: String(cString: strerror(errno)))
        }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do { try file.write(contentsOf: bytes) } catch {
            throw WorkflowError.notWritten(path: folder, reason: error.localizedDescription)
        }
        return try withExtendedLifetime(file) {
            try body(URL(fileURLWithPath: "/proc/\(getpid())/fd/\(descriptor)"))
        }
    }
}

extension ModelFile {
    /// Reads the model of this file, which is to use all of its arrays.
    ///
    /// - Throws: as `model()`; `WeightError.malformed` for an array that no such model has
    fileprivate func checkedModel() throws -> any StoredModel {
        let model = try model()
        let names = Set(try model.contents().weights.map(\.path))
        if let surplus = weights.first(where: { !names.contains($0.path) }) {
            throw WeightError.malformed(
                location: "/weights/" + surplus.path, reason: "no \(architecture) of these settings has such an array")
        }
        return model
    }
}
