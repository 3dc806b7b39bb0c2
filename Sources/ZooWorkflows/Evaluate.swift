import ZooCollab
import ZooData
import ZooRecords

/// What to measure of a stored model, whatever its kind.
public struct EvaluateRequest {
    /// Name of the model.
    public var model: String
    /// Name of the data set; nil for the one that the model was trained on.
    public var dataset: String?
    /// A SELECT in place of a data set.
    public var sql: String?
    /// The part of the data, as the kind of the model names it.
    public var split: String?
    /// Whether several views of each image are averaged.
    public var usesTestTimeAugmentation = false
    /// Which lists of recommendations to measure.
    public var ranking: RankingEvaluation?
    /// How the rows of `sql` are meant, of a recommender.
    package var ratings = ImportOptions()
    /// The options that say so.
    package var ratingOptions: [String] = []
    /// Draws a random split.
    public var seed: UInt64 = 0
    /// Hears how many examples were measured, of how many.
    public var onProgress: (Int, Int) -> Void = { _, _ in }

    /// Asks about the data that a model was trained on.
    public init(model: String) { self.model = model }

    /// The options that are given and that only some kinds take.
    fileprivate var givenOptions: [String] {
        [
            ("--sql", sql != nil), ("--tta", usesTestTimeAugmentation),
            ("--min-rating", ranking?.minimumRating != nil), ("--top", ranking != nil),
        ].filter(\.1).map(\.0) + ratingOptions
    }

    /// The ratings of the SELECT; nil where a data set is measured on.
    var ratingsQuery: RatingsQuery? {
        sql.map { sql in
            var query = RatingsQuery(sql: sql)
            query.options = ratings
            return query
        }
    }

    /// The rows or texts of the data set or SELECT; nil for what the model was trained on.
    var source: TabularData? { dataset.map { .dataset($0) } ?? sql.map { .sql($0) } }

    /// The part of the data to measure on.
    ///
    /// - Throws: `UnsuitableOption` for one that the data of this kind of model does not have
    func part(_ splits: DataSplits) throws -> DataSplit? {
        do { return try split.map { try splits.parse($0) } } catch { throw UnsuitableOption(description: "\(error)") }
    }
}

/// What was measured of a model.
public protocol Evaluation: Sendable, Encodable {
    /// What to know before the result is believed.
    var warnings: [String] { get }
    /// What else to know of the data; nil for nothing.
    var note: String? { get }
}

extension Evaluation {
    /// nil: there is nothing else.
    package var note: String? { nil }
}

/// An option that does not suit the model that it was given for.
package struct UnsuitableOption: Error, CustomStringConvertible {
    /// Which, and for what it is.
    package let description: String
}

extension Workspace {
    /// Measures a stored model of any kind.
    ///
    /// - Throws: `UnsuitableOption` for what its kind does not take; what the evaluation of its kind throws
    public func evaluate(_ request: EvaluateRequest) throws -> any Evaluation {
        let kind = try kind(of: request.model)
        if let option = request.givenOptions.first(where: { !kind.evaluateOptions.contains($0) }) {
            let takers = ModelKind.all.filter { $0.evaluateOptions.contains(option) }.map { $0.plural }
            throw UnsuitableOption(description: "\(option) is for \(takers.joined(separator: " and "))")
        }
        return try kind.evaluate(self, request)
    }
}
