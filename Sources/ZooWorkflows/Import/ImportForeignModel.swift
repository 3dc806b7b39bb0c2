import Foundation
import ZooNN
import ZooWeights

/// A file of another program that is to become a model, of a kind that follows from its contents.
package struct ForeignModelRequest: Sendable {
    /// The file.
    package var file: String
    /// Name to save the model under.
    package var name: String
    /// Whether an older model of that name may be replaced.
    package var isReplacing = false
    /// A file of what the weights leave out: JSON, a text, or a pickle of texts.
    package var vocabularyFile: String?
    /// A file of the users' keys, in the order of the rows.
    package var userFile: String?
    /// A file of the items' keys, in the order of the rows.
    package var itemFile: String?
    /// A file that gives arrays other names: JSON, or lines `theirs = ours`.
    package var mapFile: String?
    /// Averaged or raw weights, where a checkpoint has both; nil for the raw ones then.
    package var weights: CheckpointWeights?
    /// The command, for the catalogue.
    package var command: String

    /// Asks for an import.
    package init(file: String, name: String, command: String) {
        (self.file, self.name, self.command) = (file, name, command)
    }

    /// What the weights leave out.
    ///
    /// - Throws: `WorkflowError.invalid`
    func description() throws -> ForeignDescription? {
        try vocabularyFile.map { try ForeignDescription(contentsOf: $0) }
    }

    /// The same, which is needed.
    ///
    /// - Parameter what: what it has to say
    func neededDescription(_ what: String) throws -> ForeignDescription {
        guard let description = try description() else {
            throw WorkflowError.invalid(
                what: file, reason: "it holds numbers alone: give \(what) with --vocab FILE (docs/import.md says how)")
        }
        return description
    }
}

/// What was imported.
package struct ForeignModelReport: Sendable, Encodable {
    /// The file.
    package let file: String
    /// What it was there.
    package let origin: String
    /// The kind that it is here.
    package let kind: String
    /// The algorithm or network.
    package let architecture: String
    /// Arrays of the model.
    package let tensors: Int
    /// Numbers in them.
    package let parameters: Int
    /// What was decided on the way, a sentence each.
    package let notes: [String]
    /// Name of the model.
    package let saved: String
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Makes a model of what another program saved, of the kind that its arrays show. Nothing of the file is executed.
    ///
    /// - Parameter hdf5: reads an HDF5 file, best in a separate process
    /// - Throws: `WorkflowError.invalid`, `ForeignFileError`, `WeightError`
    package func importForeignModel(
        _ request: ForeignModelRequest,
        hdf5: (URL) throws -> HDF5Contents = { try HDF5Contents(contentsOf: $0) }
    ) throws -> ForeignModelReport {
        try checkSave(as: request.name, isReplacing: request.isReplacing)
        let started = Date()
        let imported = try ForeignModel(request, hdf5: hdf5)
        let contents = try imported.model.contents()
        var provenance = ModelProvenance(request.command, started: started)
        provenance.isTrainedHere = false
        let outcome = try save(contents, as: request.name, provenance: provenance)
        return ForeignModelReport(
            file: request.file, origin: imported.title, kind: contents.kind, architecture: contents.architecture,
            tensors: contents.weights.count, parameters: contents.weights.reduce(0) { $0 + $1.tensor.shape.count },
            notes: imported.notes, saved: request.name, replaced: outcome.replaced)
    }
}

extension ForeignModel {
    /// Reads a file.
    ///
    /// - Throws: `WorkflowError.invalid` for what is no known form, or lacks something
    init(_ request: ForeignModelRequest, hdf5: (URL) throws -> HDF5Contents) throws {
        let url = URL(fileURLWithPath: request.file)
        if let other = try ForeignModel(withoutTensors: request) {
            self = other
            return
        }
        let weights = try ForeignWeights(contentsOf: url, choice: request.weights, hdf5: hdf5)
        let arrays = ForeignArrays(weights.entries, file: request.file)
        if let configuration = weights.hdf5?.configuration {
            let text = try KerasTextModel(JSONValue(parsing: configuration), arrays, file: request.file)
            self = try text.model(request)
            return
        }
        try request.mapped(arrays)
        let description = try request.description()
        guard let form = ForeignForm.all.first(where: { $0.matches(arrays, description) }) else {
            throw arrays.refusal(
                "its arrays (\(arrays.names.prefix(3).joined(separator: ", ")), …) are of no form that is known without a "
                    + "name: --arch names a network of images; docs/import.md lists the others"
                    + (ImportMismatch.guess(arrays.names).map { "; they look like those of \($0)" } ?? ""))
        }
        let (model, notes) = try form.read(arrays, request)
        self.init(form.title, model, notes: notes)
        try arrays.checkAllTaken(of: form.title)
        if let place = weights.otherPlace {
            self.notes.append("It has other weights under '\(place)': --weights raw or ema says which are taken.")
        }
    }
}

extension ForeignModel {
    /// A file that is neither a list of tensors nor HDF5, by its first bytes; nil for others.
    ///
    /// - Throws: `WorkflowError.invalid`, `ForeignFileError`
    private init?(withoutTensors request: ForeignModelRequest) throws {
        let url = URL(fileURLWithPath: request.file)
        guard let handle = try? FileHandle(forReadingFrom: url), let first = try handle.read(upToCount: 64) else {
            return nil
        }
        if LIBMFModel.isOne(first) {
            self = try LIBMFModel(contentsOf: request.file).model(request)
        } else if first.starts(with: [0x50, 0x4B]), url.pathExtension.lowercased() == "npz" {
            self = try ForeignFactors(implicit: url).model("implicit's factors", request)
        } else if PickledData.isOne(Array(first)), !first.dropFirst(2).starts(with: [0x8A, 0x0A]) {
            self = try SurpriseModel(PickledData(contentsOf: url), file: request.file).model()
        } else {
            return nil
        }
    }
}
