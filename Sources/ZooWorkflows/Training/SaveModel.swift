import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooQueries
import ZooWeights

/// Where the training of a model stands.
enum RunStatus: String {
    /// It is trained to the end.
    case finished
    /// It was stopped, and can be resumed.
    case stopped
    /// It is running, or was killed; what is there is a checkpoint.
    case running
}

/// Where a model comes from: what the catalogue and the history of runs keep beside the file.
struct ModelProvenance {
    /// What is trained, where the file of a checkpoint holds a part of it only; nil for the file's.
    var architecture: String?
    /// The data set it learned from.
    var dataset: String?
    /// That data set's fingerprint.
    var datasetFingerprint: String?
    /// The model that training started from.
    var parent: String?
    /// What it was imported or pulled from.
    var origin: String?
    /// The command that made it.
    var command: String?
    /// The seed of its training.
    var seed: UInt64?
    /// What was measured, as a JSON object.
    var metrics = "{}"
    /// When training began.
    var started: Date
    /// What was measured on the way.
    var epochs: [TrainingRun.Epoch] = []
    /// Where the training stands.
    var status = RunStatus.finished
    /// Whether it was trained here; one that was imported replaces what has its name whatever its status is.
    var isTrainedHere = true

    /// Of a training that a command began at `started`.
    ///
    /// - Parameter data: the name of a data set, if it has one, and the fingerprint of what was learned from
    init(
        _ command: String, seed: UInt64? = nil, started: Date, epochs: [EpochReport] = [],
        status: RunStatus = .finished, data: (name: String?, fingerprint: String?) = (nil, nil), parent: String? = nil
    ) {
        (self.command, self.seed, self.started, self.status) = (command, seed, started, status)
        (dataset, datasetFingerprint, self.parent) = (data.name, data.fingerprint, parent)
        self.epochs = epochs.map { TrainingRun.Epoch($0) }
    }
}

extension Workspace {
    /// Saves a trained model of any kind; one whose training is not complete with all that is needed to resume it.
    ///
    /// - Parameters:
    ///   - storesFloat16: whether a complete model is kept with 16-bit weights
    ///   - metadata: columns beside its embeddings
    /// - Throws: as `save(_:as:provenance:)`
    @discardableResult
    func save(
        _ contents: consuming ModelContents, as name: String, at checkpoint: (any FileCheckpoint)? = nil,
        storesFloat16: Bool = false, provenance: ModelProvenance, metadata: [FieldMetadata] = []
    ) throws -> SaveOutcome {
        var file = ModelFile(contents, created: Date().formatted(.iso8601))
        if let checkpoint { try file.add(checkpoint) } else if storesFloat16 { file = try file.halved() }
        return try save(file, as: name, provenance: provenance, metadata: metadata)
    }

    /// Saves a trained model of any kind: the file first, then the catalogue row that makes it count, with its embeddings
    /// and the run's history, in one transaction. One whose training is not complete leaves a finished model of that name as
    /// it is.
    ///
    /// - Parameters:
    ///   - embeddings: those of the model; nil to read it out of the file, which shows that this can be done
    ///   - metadata: columns beside them
    /// - Throws: `WeightError.malformed` for a file that makes no model, `.notSaved`, `DataError`; the older model of that name, if any, is then untouched
    @discardableResult
    func save(
        _ file: ModelFile, as name: String, provenance: ModelProvenance, embeddings: [Embeddings]? = nil,
        metadata: [FieldMetadata] = []
    ) throws -> SaveOutcome {
        let embeddings = try (embeddings ?? file.model().embeddings).rows
        var run = TrainingRun(
            model: name, kind: file.kind, configuration: file.configuration,
            started: provenance.started.formatted(.iso8601), finished: file.created, status: provenance.status.rawValue,
            metrics: provenance.metrics, epochs: provenance.epochs)
        run.dataset = provenance.dataset
        run.command = provenance.command
        run.seed = provenance.seed.map { Int64(bitPattern: $0) }
        var outcome = SaveOutcome()
        let discarded = provenance.isTrainedHere ? nil : try unfinishedTraining(named: name)
        let parent = provenance.parent.flatMap { try? installedModel(named: $0) }
        try listCatalogue()
        try saveSweeping(file) { stored in
            var model = CatalogueModel(
                name: name, kind: file.kind, architecture: provenance.architecture ?? file.architecture,
                sha256: stored.sha256, bytes: stored.bytes, metrics: provenance.metrics, created: file.created)
            // A parent whose name the model takes is an older version from now on.
            model.parent = parent?.name == name ? parent?.versionedName : provenance.parent
            (model.parentHash, model.origin) = (parent?.sha256, provenance.origin)
            model.dataset = provenance.dataset
            model.datasetFingerprint = provenance.datasetFingerprint
            model.command = provenance.command
            model.seed = run.seed
            (model.status, model.epochs) = (run.status, provenance.isTrainedHere ? provenance.epochs.count : nil)
            if provenance.status != .finished, provenance.isTrainedHere {
                outcome.isBeside = try data.saveCheckpoint(model, embeddings: embeddings, run: run)
            } else {
                // What is not finished is most often a checkpoint of this very training.
                outcome.replaced = try data.saveModel(model, embeddings: embeddings, metadata: metadata, run: run)
                    .flatMap {
                        $0.isFinished || $0.kind != file.kind || !provenance.isTrainedHere
                            ? ReplacedModel($0, by: model, discarding: discarded) : nil
                    }
            }
        }
        return outcome
    }

    /// Saves a file with what names it in the catalogue, and removes the files that nothing names: this one, too, where the catalogue could not
    /// be written, as on a full disk.
    @discardableResult
    func saveSweeping(_ file: ModelFile, commit: (StoredFile) throws -> Void) throws -> StoredFile {
        defer { _ = try? weights.sweep(keeping: filesInUse()) }
        return try weights.save(file) { stored in
            onSaving()
            try commit(stored)
        }
    }

    /// - Throws: `WorkflowError.invalid` for a name that would be hard to type or to tell from an option.
    package static func check(name: String) throws {
        let allowed = name.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0)
        }
        guard !name.contains("@") else {
            throw WorkflowError.invalid(
                what: "model name '\(name.prefix(100))'",
                reason:
                    "'@' names a version, such as films@2, which is there to be read: a model is saved under a plain name, "
                    + "and what had that name becomes its older version")
        }
        guard !name.isEmpty, name.count <= 100, allowed, !name.hasPrefix("-"), !name.hasPrefix(".") else {
            throw WorkflowError.invalid(
                what: "model name '\(name.prefix(100))'",
                reason:
                    "letters, digits, '-', '_' and '.' make a name, at most 100 of them, and it begins with neither '-' nor '.'"
            )
        }
    }
}

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
    /// How far a training under its name was that is lost with it; nil where there was none, or a training told of it before.
    @StableKey package private(set) var discarded: String?
    /// The name that it has as an older version; nil where it is not kept: one whose training was not complete, or of the same file.
    @StableKey package private(set) var keptAs: String?

    init(_ entry: CatalogueModel, by model: CatalogueModel? = nil, discarding training: CatalogueModel? = nil) {
        keptAs = model.flatMap { entry.isKept(besides: $0) ? entry.versionedName : nil }
        discarded = training?.progress
        (name, kind, architecture) = (entry.name, entry.kind, entry.architecture)
        (created, metrics) = (entry.created, JSONValue(parsing: entry.metrics).unnested)
    }

    /// The model in a line: `'films' (dot-bias of 2026-11-01, test rmse 0.9123)`.
    package var text: String {
        "'\(name)' (\(details))" + (keptAs.map { ", kept as '\($0)'" } ?? "")
            + (discarded.map { " and discarded the training under that name, which was not complete (\($0))" } ?? "")
    }

    var details: String {
        let measured = Self.headline(metrics).map { ", \($0)" } ?? ""
        return "\(architecture) of \(created.prefix(10))\(measured)"
    }

    /// The measure that people ask for first, such as `test rmse 0.9123`.
    static func headline(_ metrics: JSONValue) -> String? {
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
            return label + " " + value.measureText
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
    /// The name that it would have as an older version; nil for a training that is not complete.
    package let keptAs: String?

    init(_ entry: CatalogueModel, checkpoint: CatalogueModel?) {
        name = entry.name
        let details = ReplacedModel(entry).details
        if entry.isFinished {
            let beside = checkpoint.map { ", with a checkpoint of another training (\($0.progress))" } ?? ""
            reason = "there is a model '\(name)' already (\(details))" + beside
        } else {
            reason = "there is a training of '\(name)' already (\(details), \(entry.progress))"
        }
        keptAs = entry.isFinished ? entry.versionedName : nil
        isResumable = !entry.isFinished || checkpoint != nil
    }

    /// One line: what there is, and the ways out.
    package var description: String {
        reason + ": " + (isResumable ? "--resume continues the training, " : "")
            + (keptAs.map { "--replace keeps it as '\($0)' and saves over the name, or take another name" }
                ?? "--replace replaces what is there, another name keeps it")
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

    /// A training under that name that is not complete: the checkpoint beside a finished model, or a model that is one itself.
    func unfinishedTraining(named name: String) throws -> CatalogueModel? {
        try data.checkpoint(named: name) ?? data.models().first { $0.name == name && !$0.isFinished }
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
