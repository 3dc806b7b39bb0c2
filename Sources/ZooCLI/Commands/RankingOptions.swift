import ArgumentParser
import ZooCollab
import ZooWorkflows

/// How lists of recommendations are measured.
struct RankingOptions: ParsableArguments {
    @Option(
        help: """
            Number of items in the lists that a recommender is measured by, 1 to 10000: nDCG, recall, precision and more, beside the \
            list of the most rated items. (default: 10, or no lists for \(CollabAlgorithm.names { $0 is any PredictsRatings.Type }), \
            which rank by ratings)
            """)
    var top: Int?
    @Option(
        help: """
            The lowest test rating that makes an item relevant in the lists that --top measures, on the scale of the data. \
            (default: all ratings)
            """)
    var minRating: Float?

    func validate() throws {
        if let top, !(1...10_000).contains(top) { throw ValidationError("--top must be from 1 to 10000, not \(top)") }
    }

    /// nil where no lists are asked for.
    var evaluation: RankingEvaluation? {
        top == nil && minRating == nil ? nil : RankingEvaluation(top: top ?? 10, minimumRating: minRating)
    }
}

extension CollabMetrics {
    /// The errors and the list's first measure, in a line.
    var line: String {
        let errors = ratings.map { "rmse \($0.rmse.measureText), mae \($0.mae.measureText)" }
        return [errors, ranking.map { "ndcg \($0.ndcg.fixed(4)), recall \($0.recall.fixed(4))" }].compactMap { $0 }
            .joined(separator: ", ")
    }
}

/// Measures of lists, the model's above the popularity list's, unless that is the same.
func rankingTable(_ top: Int?, _ rows: [(String, RankingMetrics?)]) -> String? {
    guard let top, rows.contains(where: { $0.1 != nil }) else { return nil }
    let names = RankingMetrics.names
    var table = TextTable(["top \(top)"] + names, rightAligned: Set(1...names.count))
    for (place, (name, metrics)) in rows.enumerated() {
        if let metrics, place == 0 || name != "popularity" || metrics != rows[0].1 {
            table.add([name] + metrics.values.map { $0?.fixed(4) ?? "" })
        }
    }
    // Of several splits, that of their mean.
    let measured = rows.last { $0.0 != "popularity" && $0.1?.intervals != nil }
    let interval = measured?.1.flatMap { metrics in
        metrics.intervals?["ndcg"].map { interval in
            "ndcg \(metrics.ndcg.fixed(4)), 95 % interval \(interval.lowerBound.fixed(4)) to "
                + "\(interval.upperBound.fixed(4)) (bootstrap over people)"
        }
    }
    return [table.text, interval].compactMap { $0 }.joined(separator: "\n")
}
