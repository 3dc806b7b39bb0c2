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
    /// Errors, in units of the rating scale.
    public let test: RatingMetrics
    /// Which ratings those are, in words: `the 2000 test ratings of this training ('demo', random:0.2)`.
    public let on: String
    /// What the mean of the training ratings measures on the same ratings.
    public let baseline: Baseline<RatingMetrics>
    /// What to know before the result is believed.
    public let warnings: [String]
}

extension Workspace {
    /// Measures a stored recommender on the test part of a split, or on all ratings.
    ///
    /// - Parameter dataset: nil for the data set that the model was trained on.
    /// - Parameter split: nil for the test part of the model's own training, or all where there is none; `train` and
    ///   `valid` are the parts of that training
    /// - Throws: `DataError.unknown` for a missing model, data set or split; `WorkflowError.invalid` without ratings.
    public func evaluate(model name: String, dataset: String?, split: RatingSplit?, seed: UInt64) throws
        -> EvaluateReport
    {
        let (model, entry) = try collabModel(named: name)
        guard let dataset = dataset ?? entry.dataset else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data")
        }
        let isTrainingData = try data.dataset(named: dataset).fingerprint == entry.datasetFingerprint
        let own = isTrainingData ? OwnSplit(entry) : nil
        // The same cut, named again, is the same part.
        let isSameCut = own?.split == split && (own?.seed == seed || split?.isRandom == false)
        let isOwnPart = own != nil && (isSameCut || [nil, .named("train"), .named("valid")].contains(split))
        let (wanted, cut) = isOwnPart ? (own?.split ?? .none, own?.seed ?? seed) : (split ?? .none, seed)
        let parts = try RatingParts(dataset, split: wanted, seed: cut, in: data)
        let measured = wanted == .none || isOwnPart && split == .named("train") ? parts.training : parts.testing
        guard measured.count > 0 else {
            throw WorkflowError.invalid(what: "split \(wanted.name)", reason: "it has no test part")
        }
        guard let test = model.ratingMetrics(on: measured) else {
            throw WorkflowError.unsuitable(model: name, reason: "ranks items and predicts no ratings to measure")
        }
        let baseline = Baseline.mean(of: model.vocabulary, on: measured)
        let count = measured.count.counting("rating")
        let text: String
        let trained: String?
        if isOwnPart {
            let part = split == .named("train") ? "training" : "test"
            text =
                "the \(count.replacing("rating", with: "\(part) rating")) of this training ('\(dataset)', \(wanted.name))"
            trained = nil
        } else {
            let rows = wanted == .none ? "all \(count) of '\(dataset)'" : "\(count) of '\(dataset)' (\(wanted.name))"
            text =
                rows
                + (isTrainingData ? ", which the model was trained on" : ", other data than the model was trained on")
            trained =
                isTrainingData
                ? "the model was trained on some or all of these ratings: expect worse results on new ones" : nil
        }
        return EvaluateReport(
            model: name, data: dataset, split: wanted.name, ratings: measured.count, test: test, on: text,
            baseline: baseline,
            warnings: [trained, baseline.warning(test.rmse, advice: CollabRecipe.advice)].compactMap { $0 })
    }
}

/// How the training of a stored recommender cut its ratings.
private struct OwnSplit {
    let split: RatingSplit
    let seed: UInt64

    /// nil where all ratings trained, or where it is not known.
    init?(_ entry: CatalogueModel) {
        guard let metrics = try? JSONText.decode(ModelMetrics.self, from: entry.metrics, in: "metrics"),
            let split = try? RatingSplit(metrics.split), split != .none
        else { return nil }
        (self.split, seed) = (split, UInt64(bitPattern: entry.seed ?? 0))
    }
}
