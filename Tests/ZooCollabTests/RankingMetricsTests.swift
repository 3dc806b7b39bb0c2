import Foundation
import Testing
import ZooCollab
import ZooKernels

/// Seven people's lists of twelve items and what is relevant to them; the third has nothing relevant.
///
/// numpy 2.4.6, `rng = default_rng(3)`: scores `rng.permuted(tile(arange(12), (7, 1)), axis=1)`, relevant
/// `rng.random((7, 12)) < 0.3`; measures by ranx 0.3.21, nDCG by scikit-learn 1.9.1 as well.
private let lists = [
    [0, 3, 8, 11, 1, 7, 9, 6], [1, 2, 0, 8, 5, 10, 7, 3], [3, 10, 9, 6, 7, 4, 0, 5], [1, 7, 11, 6, 8, 0, 10, 3],
    [8, 5, 9, 1, 11, 0, 3, 7], [7, 9, 10, 8, 4, 3, 5, 0], [7, 10, 8, 0, 1, 4, 5, 3],
]
private let relevant: [Set<Int>] = [
    [1, 2, 7, 9], [4, 6, 7, 8, 10, 11], [], [3, 5, 10], [0, 9], [7, 10], [3, 7, 8],
]

@Test func measuresOfListsAreThoseOfRanx() {
    // At 6 nobody has more relevant items than the list has places, so that all definitions agree.
    let found = RankingMetrics(top: 6, lists: lists, relevant: relevant, catalogue: 12)
    let wanted = [
        0.44613477159277964, 0.5833333333333333, 0.27777777777777773, 0.3254629629629629, 0.46388888888888885,
        0.8333333333333334,
    ]
    #expect(zip(found.values, wanted).allSatisfy { abs(($0 ?? -1) - $1) < 1e-12 }, "\(found)")
}

@Test func theCatalogueIsMeasuredAsByRecBole() throws {
    // RecBole 1.2.1, `GiniIndex.get_gini` on the lists of those with relevant items; the novelty by numpy 2.4.6.
    let shares = (0..<12).map { Double(1 + $0) / 20 }
    for (k, gini, novelty) in [
        (3, 0.35185185185185186, 1.8870735430240444), (6, 0.2916666666666667, 2.0440756734845915),
    ] {
        let found = RankingMetrics(top: k, lists: lists, relevant: relevant, catalogue: 12, shares: shares)
        #expect(abs((found.gini ?? -1) - gini) < 1e-12 && abs((found.novelty ?? -1) - novelty) < 1e-12)
    }
    let without = RankingMetrics(top: 3, lists: lists, relevant: relevant, catalogue: 12)
    #expect(without.novelty == nil && without.gini != nil)
}

@Test func anIntervalIsThatOfTheNormalApproximation() throws {
    // 400 people, every fourth of whom is served: the standard error of the hit rate is sqrt(.25 x .75 / 400) = .02165.
    let served = (0..<400).map { $0 % 4 == 0 }
    let metrics = RankingMetrics(
        top: 1, lists: served.map { [$0 ? 1 : 0] }, relevant: served.map { _ in [1] }, catalogue: 2)
    let interval = try #require(PersonMeasures.intervals(of: [metrics.people])?["hit_rate"])
    #expect(abs(interval.lowerBound - (0.25 - 1.96 * 0.02165)) < 0.005)
    #expect(abs(interval.upperBound - (0.25 + 1.96 * 0.02165)) < 0.005)
    // The same people in two folds are no more people.
    #expect(PersonMeasures.intervals(of: [metrics.people, metrics.people])?["hit_rate"] == interval)
    #expect(PersonMeasures.intervals(of: [PersonMeasures()]) == nil)
}

@Test func shortListsAreHeldAgainstWhatTheyCanHold() {
    let found = RankingMetrics(top: 5, lists: lists, relevant: relevant, catalogue: 12)
    #expect(abs(found.ndcg - 0.37121674043926056) < 1e-12 && abs(found.precision - 0.2333333333333333) < 1e-12)
    #expect(abs(found.mrr - 0.46388888888888885) < 1e-12 && abs(found.hitRate - 0.8333333333333334) < 1e-12)
    // ranx divides by all six relevant items of the second person, whose only hit is at rank 4, and not by five.
    #expect(abs(found.recall - (0.4305555555555555 + (1.0 / 5 - 1.0 / 6) / 6)) < 1e-12)
    #expect(abs(found.map - (0.274537037037037 + 0.25 * (1.0 / 5 - 1.0 / 6) / 6)) < 1e-12)
}

@Test func peopleWithoutAListCountAsZeroAndThoseWithoutRelevantItemsDoNotCount() {
    let found = RankingMetrics(top: 2, lists: [[1, 0], [], [3]], relevant: [[1], [2], []], catalogue: 8)
    #expect(found.ndcg == 0.5 && found.recall == 0.5 && found.map == 0.5 && found.mrr == 0.5 && found.hitRate == 0.5)
    #expect(found.precision == 0.25)
    // Items 0 and 1 were shown to somebody who counts.
    #expect(found.coverage == 0.25)
    let nobody = RankingMetrics(top: 2, lists: [[1]], relevant: [[]], catalogue: 8)
    #expect(nobody.values.allSatisfy { $0 ?? 0 == 0 })
}

@Test func bestAreTheFirstOfAllItemsSorted() {
    let model = PopularityModel(fewRatings())
    var generator = RandomGenerator(seed: 5)
    // Few values, so that there are ties.
    let scores = (0..<500).map { _ in Float(generator.next() % 40) }
    let excluded = Set((0..<60).map { _ in Int(generator.next() % 500) })
    let sorted = scores.indices.filter { !excluded.contains($0) }
        .sorted { (scores[$0], -$0) > (scores[$1], -$1) }
    for count in [1, 2, 17, 200, 201, 1000] {
        #expect(model.best(count, of: scores, excluding: excluded).map(\.item) == Array(sorted.prefix(count)))
    }
}

/// Three kinds of people, each with items of their own, and an item that everybody knows.
func planted() -> (training: Interactions, testing: Interactions) {
    var (users, items): ([Int32], [Int32]) = ([], [])
    for user in 0..<60 {
        for item in 0..<10 where (user + item) % 5 < 3 {
            users.append(Int32(user))
            items.append(Int32(1 + (user % 3) * 10 + item))
        }
        users.append(Int32(user))
        items.append(0)
    }
    let keys = (0..<31).map { "i\($0)" }
    let all = Interactions(
        users: users, items: items, ratings: items.map { Float(1 + $0 % 5) }, userKeys: (0..<60).map { "u\($0)" },
        itemKeys: keys, itemTitles: keys, scale: 1...5)
    let split = all.randomSplit(testing: 0.25, seed: 1)
    return (all.selecting(split.training), all.selecting(split.testing))
}

@Test func listsDoNotDependOnThreads() {
    let (training, testing) = planted()
    func measure(_ threads: ThreadCount) -> RankingMetrics {
        RankingEvaluation(top: 10).measure(
            PopularityModel(training), training: training, testing: testing, threads: threads)
    }
    let found = measure(.one)
    #expect(measure(ThreadCount(2)) == found && found.ndcg > 0.1 && found.ndcg < 0.5)
}

@Test func onlyRatingsFromTheMinimumAreRelevant() {
    let (training, testing) = planted()
    let model = PopularityModel(training)
    let all = RankingEvaluation(top: 31).measure(model, training: training, testing: testing)
    let good = RankingEvaluation(top: 31, minimumRating: 4).measure(model, training: training, testing: testing)
    // A list of everything finds everything that is relevant.
    #expect(all.recall == 1 && good.recall == 1 && good.precision < all.precision)
    let none = RankingEvaluation(top: 5, minimumRating: 6).measure(model, training: training, testing: testing)
    #expect(none.hitRate == 0)
}

@Test func measuresOfFoldsAreAveraged() throws {
    let first = RankingMetrics(top: 1, lists: [[0]], relevant: [[0]], catalogue: 4)
    let second = RankingMetrics(top: 1, lists: [[1]], relevant: [[0]], catalogue: 4)
    #expect(RankingMetrics.mean(of: [first, second]).ndcg == 0.5)
    #expect(abs(RankingMetrics.deviation(of: [first, second]).ndcg - 0.5.squareRoot()) < 1e-12)
    let both = [first, second].map { CollabMetrics(ratings: nil, ranking: $0) }
    #expect(CollabMetrics.mean(of: both).ranking?.ndcg == 0.5 && CollabMetrics.mean(of: both).ratings == nil)
    #expect(CollabMetrics.deviation(of: [both[0]]) == nil)
}

@Test func storedMeasuresHaveTheNamesOfJSONOutput() throws {
    let metrics = RankingMetrics(top: 6, lists: lists, relevant: relevant, catalogue: 12)
    let stored = try JSONEncoder().encode(metrics)
    let text = String(decoding: stored, as: UTF8.self)
    #expect(text.contains("\"hit_rate\"") && !text.contains("hitRate"))
    // Catalogues of earlier versions have the other name.
    for kept in [text, text.replacing("hit_rate", with: "hitRate")] {
        let read = try JSONDecoder().decode(RankingMetrics.self, from: Data(kept.utf8))
        #expect(read.values == metrics.values)
    }
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(RankingMetrics.self, from: Data("{}".utf8)) }
}
