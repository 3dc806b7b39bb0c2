import ZooCollab
import ZooData

/// How well a stored model predicts a data set's ratings.
public struct EvaluateReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// Name of the data set.
    public let data: String
    /// The split whose test part was used; `all` for every rating.
    public let split: String
    /// How many ratings were predicted.
    public let ratings: Int
    /// Errors, in stars.
    public let test: RatingMetrics
}

extension Workspace {
    /// Measures a stored recommender on the test part of a split, or on all ratings.
    ///
    /// - Parameter dataset: nil for the data set that the model was trained on.
    /// - Throws: `DataError.unknown` for a missing model, data set or split; `WorkflowError.invalid` without ratings.
    public func evaluate(model name: String, dataset: String?, split: RatingSplit, seed: UInt64) throws
        -> EvaluateReport
    {
        let (collab, entry) = try collabModel(named: name)
        guard let dataset = dataset ?? entry.dataset else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data")
        }
        let parts = try RatingParts(dataset, split: split, seed: seed, in: data)
        let measured = split == .none ? parts.training : parts.testing
        guard measured.count > 0 else {
            throw WorkflowError.invalid(what: "split \(split.name)", reason: "it has no test part")
        }
        return EvaluateReport(
            model: name, data: dataset, split: split.name, ratings: measured.count,
            test: collab.recommender.evaluate(on: measured))
    }
}
