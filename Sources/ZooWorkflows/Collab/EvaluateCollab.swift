import ZooCollab
import ZooData
import ZooKernels
import ZooRecords

/// How well a stored model predicts a data set's ratings, and how good its lists are.
package struct EvaluateReport: Evaluation {
    /// Name of the model.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// The split whose test part was used; `all` for every rating.
    package let split: String
    /// How many ratings were measured on.
    package let ratings: Int
    /// Errors, in units of the rating scale, and the quality of the lists where those were measured.
    package let test: CollabMetrics
    /// Which ratings those are, in words: `the 2000 test ratings of this training ('demo', random:0.2)`.
    package let on: String
    /// What the mean of the training ratings measures on the same ratings; nil for a model that predicts no ratings.
    @StableKey package var baseline: Baseline<RatingMetrics>?
    /// How many items the lists have; nil where none were measured.
    @StableKey package var top: Int?
    /// How good the list of the most rated items is, for the same people; nil where no lists were measured.
    @StableKey package var popularity: RankingMetrics?
    /// What to know before the result is believed.
    package let warnings: [String]
}

extension Workspace {
    /// Measures a stored recommender on the test part of a split, or on all ratings.
    ///
    /// - Parameter dataset: nil for the data set that the model was trained on.
    /// - Parameter query: a SELECT in place of a data set
    /// - Parameter split: nil for the test part of the model's own training, or all where there is none; `train` and
    ///   `valid` are the parts of that training
    /// - Parameter ranking: which lists to measure; nil for lists of ten, or none of a model that ranks by expected ratings
    /// - Throws: `DataError.unknown` for a missing model, data set or split; `WorkflowError.invalid` without ratings.
    package func evaluate(
        model name: String, dataset: String?, query: RatingsQuery? = nil, split: DataSplit?, seed: UInt64,
        ranking: RankingEvaluation? = nil
    ) throws -> EvaluateReport {
        let (model, entry) = try model(named: name, as: (any StoredRecommender).self)
        guard let dataset = try query?.sql ?? dataset ?? trainingDataset(of: entry) else {
            throw WorkflowError.invalid(
                what: "model '\(name)'",
                reason: "it names no data set: give --data, or the --sql that it was trained on")
        }
        let quoted = query == nil ? "'\(dataset)'" : "the SELECT"
        let fingerprint =
            try query.map { try data.ratings(of: $0).ratings.dataset.fingerprint }
            ?? data.dataset(named: dataset).fingerprint
        let isTrainingData = fingerprint == entry.datasetFingerprint
        let own = isTrainingData ? OwnSplit(entry) : nil
        // The same cut, named again, is the same part.
        let isSameCut = own?.split == split && (own?.seed == seed || split?.isRandom == false)
        let isOwnPart = own != nil && (isSameCut || [nil, .part(.train), .part(.valid)].contains(split))
        let (wanted, cut) = isOwnPart ? (own?.split ?? .all, own?.seed ?? seed) : (split ?? .all, seed)
        let parts = try RatingParts(
            dataset, query: query, split: wanted, valid: isOwnPart ? own?.valid : nil, seed: cut, in: data)
        let isValidation = isOwnPart && wanted == .all && split != .part(.train)
        let measured =
            isValidation
            ? parts.validation
            : wanted == .all || isOwnPart && split == .part(.train) ? parts.training : parts.testing
        guard measured.count > 0 else {
            throw WorkflowError.invalid(what: "split \(wanted.name)", reason: "it has no test part")
        }
        let isTest = parts.testing.count > 0 && measured.count == parts.testing.count
        let feedback = measured.feedback
        if feedback != .ratings, model is any PredictsRatings {
            throw WorkflowError.invalid(
                what: "model '\(name)'", reason: "it predicts ratings, and \(quoted) holds \(feedback.rawValue)")
        }
        let errors =
            feedback != .ratings
            ? nil : isTest ? parts.ratingMetrics(of: model) : model.ratingMetrics(on: measured)
        let lists = ranking ?? (errors == nil || isTest ? RankingEvaluation.usual(of: model) : nil)
        if lists != nil, !isTest {
            throw WorkflowError.invalid(
                what: "split \(split?.name ?? wanted.name)",
                reason: "lists are measured on ratings that they do not rest on: give a --split with a test part")
        }
        let (measures, popularity) = try lists.map { try $0.measures(of: model, on: parts) } ?? (nil, nil)
        let test = CollabMetrics(ratings: errors, ranking: measures)
        let baseline = errors.map { _ in Baseline.mean(of: model.vocabulary, on: measured) }
        let count = measured.count.counting("rating")
        let text: String
        let trained: String?
        if isOwnPart {
            let part = split == .part(.train) ? "training" : isValidation ? "validation" : "test"
            text =
                "the \(count.replacing("rating", with: "\(part) rating")) of this training (\(quoted), \(wanted.name))"
            trained = nil
        } else {
            let rows = wanted == .all ? "all \(count) of \(quoted)" : "\(count) of \(quoted) (\(wanted.name))"
            if isTrainingData {
                text = rows + ", which the model was trained on"
                trained = "the model was trained on some or all of these ratings: expect worse results on new ones"
            } else {
                let overlap = TrainingOverlap(of: measured, with: model, hasName: dataset == entry.dataset)
                (text, trained) = (rows + ", " + overlap.text, overlap.warning)
            }
        }
        return EvaluateReport(
            model: name, data: dataset, split: wanted.name, ratings: measured.count, test: test, on: text,
            baseline: baseline, top: lists?.top, popularity: popularity,
            warnings: [
                trained, errors.flatMap { _ in Self.scaleWarning(of: measured, model) },
                errors.flatMap { baseline?.warning($0.rmse, advice: CollabRecipe.advice) },
                measures?.warning(beside: popularity, of: entry.architecture),
            ].compactMap { $0 })
    }
}

extension Workspace {
    /// Said of ratings on quite another scale than those of the training; nil of others.
    fileprivate static func scaleWarning(of ratings: Interactions, _ model: any StoredRecommender) -> String? {
        let (own, other) = (model.scale, ratings.scale)
        func width(_ scale: ClosedRange<Float>) -> Float {
            max(scale.upperBound - scale.lowerBound, .leastNormalMagnitude)
        }
        let ratio = width(own) / width(other)
        guard !own.overlaps(other) || ratio > 2.5 || ratio < 0.4 else { return nil }
        func text(_ scale: ClosedRange<Float>) -> String {
            "\(scale.lowerBound.formatted()) to \(scale.upperBound.formatted())"
        }
        return
            "these ratings are from \(text(other)), those of the training from \(text(own)): the errors compare the two"
    }
}

extension RankingEvaluation {
    /// The lists that are measured unless said otherwise: of ten items; none of a model that ranks by expected ratings.
    static func usual(of model: any Recommender) -> RankingEvaluation? {
        model is any PredictsRatings ? nil : RankingEvaluation(top: 10)
    }

    /// The measures of a model's lists on the test part, and those of the most rated items.
    ///
    /// - Throws: `WorkflowError.invalid` where no test rating is relevant
    func measures(
        of model: any Recommender, on parts: RatingParts, threads: ThreadCount = .all
    ) throws -> (RankingMetrics?, RankingMetrics?) {
        if let minimumRating, let highest = parts.testing.ratings.max(), !(highest >= minimumRating) {
            throw WorkflowError.invalid(
                what: "--min-rating \(minimumRating.formatted())",
                reason: "no test rating is that high: they are at most \(highest.formatted())")
        }
        let popularity = PopularityModel(parts.training)
        return (
            measure(model, training: parts.known, testing: parts.testing, threads: threads),
            measure(popularity, training: parts.known, testing: parts.testing, threads: threads)
        )
    }
}

/// How the training of a stored recommender cut its ratings.
struct OwnSplit {
    let split: DataSplit
    let seed: UInt64
    /// The share of the training part that chose the best epoch.
    let valid: Double?

    /// nil where all ratings trained, or where it is not known.
    init?(_ entry: CatalogueModel) {
        guard let metrics = try? JSONText.decode(ModelMetrics.self, from: entry.metrics, in: "metrics"),
            let split = try? DataSplits.ratings.parse(metrics.split), split != .all || metrics.valid != nil
        else { return nil }
        (self.split, valid, seed) = (split, metrics.valid, UInt64(bitPattern: entry.seed ?? 0))
    }
}
