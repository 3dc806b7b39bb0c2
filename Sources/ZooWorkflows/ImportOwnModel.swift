import Foundation
import ZooWeights

/// A model of Zoo's own that was imported.
package struct ImportOwnModelReport: Sendable, Encodable {
    /// The application: `vision`.
    package let kind: String
    /// The network.
    package let architecture: String
    /// Numbers in its weights.
    package let parameters: Int
    /// Name of the model.
    package let saved: String
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Takes in a model that Zoo wrote elsewhere, as `exportModel` gives it in HDF5.
    ///
    /// - Throws: `TakenName` unless `isReplacing`; `WeightError.malformed` for what is no model of a kind that this program knows
    package func importOwnModel(
        _ file: ModelFile, as name: String, command: String, origin: String? = nil, isReplacing: Bool = false
    ) throws -> ImportOwnModelReport {
        try checkSave(as: name, isReplacing: isReplacing)
        var provenance = ModelProvenance(command, started: Date())
        (provenance.isTrainedHere, provenance.origin) = (false, origin)
        if !file.optimizer.isEmpty { provenance.status = .stopped }
        let outcome = try save(file, as: name, provenance: provenance)
        return ImportOwnModelReport(
            kind: file.kind, architecture: file.architecture,
            parameters: file.weights.reduce(0) { $0 + $1.count }, saved: name, replaced: outcome.replaced)
    }
}
