import Testing
import ZooCollab
import ZooKernels

/// The table of `EASETests`, where 0 is no rating: 9 users, 6 items.
private let table: [[Float]] = [
    [0, 0, 0, 1, 2, 0], [3, 0, 0, 0, 2, 3], [3, 4, 0, 0, 0, 0], [0, 0, 3, 3, 0, 2], [1, 0, 0, 0, 0, 0],
    [0, 2, 1, 4, 0, 2], [3, 5, 0, 4, 3, 0], [0, 0, 0, 0, 4, 0], [0, 0, 2, 0, 3, 1],
]

private let secondUser = UserHistory(
    ratings: [RatedItem(item: 0, rating: 3), RatedItem(item: 4, rating: 2), RatedItem(item: 5, rating: 3)])

private func model(neighbours: Int, shrinkage: Float, weight: RatingWeight, threads: ThreadCount = .all) -> ItemKNNModel
{
    var configuration = ItemKNNTrainingOptions()
    (configuration.neighbours, configuration.shrinkage, configuration.weight) = (neighbours, shrinkage, weight)
    return ItemKNNModel(interactions(table), configuration, threads: threads)
}

/// numpy 2.4.6 in Float64: `S = X'X / (outer(d, d) + shrinkage)`, d the roots of X'X's diagonal; of each row all but the
/// largest k, ties by column, are set to 0; the scores are S x.
@Test func itemKNNIsNumPysOnRatingsThatCountAsOne() {
    let wanted: [Float] = [
        0, 0.3660254, 0, 0.1666667, 0.309017, 0, 0.3660254, 0, 0.2, 0.3660254, 0, 0, 0, 0.2, 0, 0.3660254, 0, 0.5490381,
        0, 0.3660254, 0.3660254, 0, 0, 0.3333333, 0.309017, 0, 0, 0.309017, 0, 0.309017, 0, 0, 0.5490381, 0.3333333,
        0.309017, 0,
    ]
    let scores: [Float] = [0.309017, 0.3660254, 0.5490381, 0.3333333, 0.618034, 0.309017]
    let model = model(neighbours: 3, shrinkage: 2, weight: .binary)
    #expect(zip(model.similarities, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(model.scores(for: secondUser), scores).allSatisfy { abs($0 - $1) < 1e-6 })
}

@Test func itemKNNIsNumPysOnRatingsThatCountByTheirScale() {
    let wanted: [Float] = [
        0, 0.5625413, 0, 0, 0.3205618, 0, 0.5625413, 0, 0, 0.5002311, 0, 0, 0, 0, 0, 0.3537539, 0, 0.352429, 0,
        0.5002311, 0.3537539, 0, 0, 0, 0.3205618, 0.2679809, 0, 0, 0, 0, 0, 0, 0.352429, 0.3500398, 0, 0,
    ]
    let scores: [Float] = [0.1282247, 0.3375248, 0.2114574, 0, 0.1923371, 0]
    let model = model(neighbours: 2, shrinkage: 0.5, weight: .rating)
    #expect(zip(model.similarities, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(model.scores(for: secondUser), scores).allSatisfy { abs($0 - $1) < 1e-6 })
}

@Test func itemKNNKeepsTheHistoriesOfItsUsers() {
    let model = model(neighbours: 3, shrinkage: 1, weight: .rating)
    #expect(model.scores(for: UserHistory(row: 1)) == model.scores(for: secondUser))
    let terms = model.explanations(of: [0], for: UserHistory(row: 1))[0].terms
    #expect(terms.map(\.source) == [.ratedItem(4), .ratedItem(0), .ratedItem(5)])
    #expect(terms[0].amount > 0 && terms[1].amount == 0 && terms[2].amount == 0)
}

@Test func itemKNNDoesNotDependOnThreads() {
    let all = fewRatings()
    let one = ItemKNNModel(all, threads: .one)
    #expect(one.similarities == ItemKNNModel(all, threads: ThreadCount(2)).similarities)
    #expect(one.similarities.contains { $0 > 0 })
}

@Test func itemKNNRanksPlantedTastesFarBetterThanPopularity() {
    let (training, testing) = planted()
    let evaluation = RankingEvaluation(top: 10)
    let popular = evaluation.measure(PopularityModel(training), training: training, testing: testing)
    let found = evaluation.measure(ItemKNNModel(training), training: training, testing: testing)
    #expect(found.ndcg > 2 * popular.ndcg && found.ndcg > 0.6, "\(found.ndcg), popularity \(popular.ndcg)")
}
