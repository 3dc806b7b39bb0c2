import Foundation
import ZooData
import ZooWeights

/// The state of the store: what `zoo models verify` found.
package struct VerifyReport: Sendable, Encodable {
    /// Names of models whose files are there and whole.
    package let intact: [String]
    /// Names of models whose files are not what the catalogue says.
    package let damaged: [String]
    /// Names of models whose files are gone.
    package let missing: [String]
    /// Files that no model names; the next save or `zoo models gc` removes them.
    package let orphans: [String]
    /// The same of files of packed images.
    package let packs: PackReport
    /// The same of checkpoints beside finished models, by their names.
    package let checkpoints: CheckpointReport
    /// Whether every model and checkpoint can be loaded, and every packed image.
    package let isSound: Bool

    /// The state of the files of checkpoints.
    package struct CheckpointReport: Sendable, Encodable {
        /// Names of models whose checkpoints are there and whole.
        package let intact: [String]
        /// Names of models whose checkpoints are not what the catalogue says.
        package let damaged: [String]
        /// Names of models whose checkpoints are gone.
        package let missing: [String]
    }

    /// The state of the files of packed images.
    package struct PackReport: Sendable, Encodable {
        /// Names of data sets whose packs are there and whole.
        package let intact: [String]
        /// Names of data sets whose packs are not what the database says.
        package let damaged: [String]
        /// Names of data sets whose packs are gone.
        package let missing: [String]
        /// Files that no data set names.
        package let orphans: [String]
    }
}

extension Workspace {
    /// Loads a model file of the catalogue.
    ///
    /// - Throws: `DataError.unknown`; `WeightError` when the file is missing, damaged or malformed.
    package func modelFile(named name: String) throws -> (file: ModelFile, entry: CatalogueModel) {
        let entry = try installedModel(named: name)
        do { return (try weights.load(sha256: entry.sha256), entry) } catch {
            // Between the row and the file, a training may have saved the model again.
            let again = try installedModel(named: name)
            guard again.sha256 != entry.sha256 else { throw error }
            return (try weights.load(sha256: again.sha256), again)
        }
    }

    /// Reads and hashes every file of a model or of packed images.
    ///
    /// - Throws: `DataError`, `WeightError` when the stores cannot be read at all.
    package func verifyModels() throws -> VerifyReport {
        let models = try data.models()
        let checkpoints = try data.checkpoints()
        let store = try weights.verify(named: Set((models + checkpoints).map(\.sha256)))
        func names(_ hashes: [String], of entries: [CatalogueModel]) -> [String] {
            entries.filter { hashes.contains($0.sha256) }.map(\.name)
        }
        let packed = try data.packedDatasets()
        let packStore = try packs.verify(named: Set(packed.map(\.sha256)))
        // Files of another database over the same home are nobody's orphans.
        let (used, usedPacks) = (try filesInUse(), try packsInUse())
        func datasets(_ hashes: [String]) -> [String] {
            packed.filter { hashes.contains($0.sha256) }.map(\.dataset)
        }
        return VerifyReport(
            intact: names(store.intact, of: models), damaged: names(store.damaged, of: models),
            missing: names(store.missing, of: models),
            orphans: store.orphans.filter { !used.contains($0) } + store.abandoned,
            packs: VerifyReport.PackReport(
                intact: datasets(packStore.intact), damaged: datasets(packStore.damaged),
                missing: datasets(packStore.missing),
                orphans: packStore.orphans.filter { !usedPacks.contains($0) } + packStore.abandoned),
            checkpoints: VerifyReport.CheckpointReport(
                intact: names(store.intact, of: checkpoints), damaged: names(store.damaged, of: checkpoints),
                missing: names(store.missing, of: checkpoints)),
            isSound: store.isSound && packStore.isSound)
    }

    /// Removes the files that no model names, and those of packed images that no data set names.
    ///
    /// - Returns: the names of the removed files, those of packs behind `packs/`.
    package func sweepFiles() throws -> [String] {
        try weights.sweep(keeping: filesInUse())
            + packs.sweep(keeping: packsInUse()).map { "packs/" + $0 }
    }

    /// Gives a model a second name.
    ///
    /// - Returns: the finished model that was replaced, if there was one
    /// - Throws: `DataError.unknown`, `.exists` for its own name; `TakenName` unless `isReplacing`;
    ///   `WorkflowError.invalid` for a bad name; `WeightError` where the model's file is damaged or missing.
    @discardableResult
    package func copyModel(named name: String, to copy: String, isReplacing: Bool = false) throws -> ReplacedModel? {
        try checkSave(as: copy, isReplacing: isReplacing)
        let original = try installedModel(named: name)
        _ = try weights.bytes(sha256: original.sha256)
        let discarded = try unfinishedTraining(named: copy)
        let replaced = try data.copyModel(named: name, to: copy, isReplacing: isReplacing)
        _ = try? weights.sweep(keeping: filesInUse())
        return replaced.map { ReplacedModel($0, by: original, discarding: discarded) }
    }

    /// Removes a model with its checkpoint and older versions, or one version of it, and, when no other model shares them, their files.
    ///
    /// - Returns: how many older versions were removed with the model
    /// - Throws: `DataError.unknown`
    @discardableResult
    public func removeModel(named name: String) throws -> Int {
        defer { _ = try? weights.sweep(keeping: filesInUse()) }
        return try namingShipped { try data.removeModel(named: name) }
    }
}
