import Foundation
import Testing
import ZooCollab
import ZooKernels

/// The table of `EASETests`, where 0 is no rating: 9 users, 6 items.
private let table: [[Float]] = [
    [0, 0, 0, 1, 2, 0], [3, 0, 0, 0, 2, 3], [3, 4, 0, 0, 0, 0], [0, 0, 3, 3, 0, 2], [1, 0, 0, 0, 0, 0],
    [0, 2, 1, 4, 0, 2], [3, 5, 0, 4, 3, 0], [0, 0, 0, 0, 4, 0], [0, 0, 2, 0, 3, 1],
]

private let start: (users: [Float], items: [Float]) = (
    (1...27).map { Float(0.3 * sin(Double($0))) }, (1...18).map { Float(0.3 * cos(Double($0))) }
)

/// numpy 2.4.6 in Float64: users, then items, are solved `epochs` times for `(w0 B'B + sum c b b' + reg (n + w0 m)^nu I) x
/// = sum c b`, the users once more at the end.
private func expectFactors(
    _ configuration: IALSRecipe, users: [Float], items: [Float], _ location: SourceLocation = #_sourceLocation
) throws {
    let model = try IALSModel.fit(interactions(table), configuration, start: start).model
    #expect(zip(model.itemVectors, items).allSatisfy { abs($0 - $1) < 1e-4 }, sourceLocation: location)
    #expect(zip(model.userVectors, users).allSatisfy { abs($0 - $1) < 1e-4 }, sourceLocation: location)
    #expect(model.itemVectors.count == items.count && model.userVectors.count == users.count)
}

@Test func ialsIsNumPysOnRatingsThatCountAsOne() throws {
    var configuration = IALSRecipe()
    (configuration.factors, configuration.epochs) = (3, 2)
    (configuration.regularization, configuration.unobservedWeight) = (0.05, 0.1)
    (configuration.frequencyExponent, configuration.alpha, configuration.weight) = (1, 0, .binary)
    try expectFactors(
        configuration,
        users: [
            -0.285188, -0.688132, -0.458410, -0.079859, -0.684041, -0.659319, -0.480413, -0.648256, -0.220095,
            -0.644641,
            -0.587123, 0.010192, 0.131094, -0.524736, -0.698126, -0.704369, -0.592609, 0.063994, -0.430092, -0.771088,
            -0.403150, 0.420148, -0.385000, -0.836181, -0.247162, -0.713663, -0.524026,
        ],
        items: [
            -0.297069, -0.709641, -0.469772, -0.661013, -0.607389, 0.004665, -0.597276, -0.708724, -0.168574, -0.685234,
            -0.661532, -0.029620, -0.033554, -0.624212, -0.640973, -0.563445, -0.783000, -0.282668,
        ])
}

@Test func ialsIsNumPysOnWeightedRatings() throws {
    var configuration = IALSRecipe()
    (configuration.factors, configuration.epochs) = (3, 3)
    (configuration.regularization, configuration.unobservedWeight) = (0.2, 0.3)
    (configuration.frequencyExponent, configuration.alpha, configuration.weight) = (0.5, 0.5, .rating)
    // A confidence of 0.2 + 0.8 (rating - 1) / 4 + 0.5 rating.
    try expectFactors(
        configuration,
        users: [
            -0.075027, -0.455367, -0.417044, -0.414905, -0.669005, -0.308025, -0.746115, -0.313868, 0.406947, -0.441898,
            -0.672771, -0.285101, -0.288905, -0.167937, 0.107432, -0.641573, -0.593429, 0.000311, -0.655723, -0.717040,
            -0.119113, 0.208161, -0.410264, -0.651494, -0.067923, -0.572901, -0.551156,
        ],
        items: [
            -0.660060, -0.597461, 0.014441, -0.760555, -0.453382, 0.270629, -0.347279, -0.613508, -0.315681, -0.619841,
            -0.642032, -0.073942, -0.091224, -0.761534, -0.731693, -0.430670, -0.663466, -0.286275,
        ])
}

@Test func ialsServesNewPeopleAsThoseItKnows() throws {
    let model = try IALSModel.fit(interactions(table)).model
    let rows = model.vocabulary.rows(of: interactions(table))
    for user in 0..<9 {
        let own = rows.users.indices.filter { rows.users[$0] == Int32(user) }
        let ratings = own.map { RatedItem(item: Int(rows.items[$0]), rating: interactions(table).ratings[$0]) }
        let known = model.scores(for: UserHistory(row: user))
        let foldedIn = model.scores(for: UserHistory(ratings: ratings))
        #expect(zip(known, foldedIn).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}

@Test(arguments: [(16, IALSSolver?.none), (16, .cg), (IALSSolver.most.factors + 2, nil)])
func ialsRanksPlantedTastesFarBetterThanPopularity(factors: Int, solver: IALSSolver?) throws {
    let (training, testing) = planted()
    let evaluation = RankingEvaluation(top: 10)
    let popular = evaluation.measure(PopularityModel(training), training: training, testing: testing)
    var configuration = IALSRecipe()
    (configuration.factors, configuration.solver) = (factors, solver)
    let model = try IALSModel.fit(training, configuration).model
    let found = evaluation.measure(model, training: training, testing: testing)
    #expect(found.ndcg > 2 * popular.ndcg && found.ndcg > 0.6, "\(found.ndcg), popularity \(popular.ndcg)")
}

@Test(arguments: IALSSolver.allCases) func ialsResumesToTheSameBits(solver: IALSSolver) throws {
    let ratings = fewRatings()
    var configuration = IALSRecipe()
    (configuration.factors, configuration.epochs, configuration.solver) = (10, 3, solver)
    let recipe = CollabRecipe.ials(configuration)
    let whole = try recipe.fit(ratings)
    #expect(whole.report.steps == 6)
    let losses = whole.report.epochs.map(\.trainingLoss)
    #expect(losses == losses.sorted(by: >) && losses.count == 3)
    for steps in 1..<6 {
        var (calls, run) = (0, CollabRun())
        run.shouldStop = {
            calls += 1
            return calls > steps
        }
        let part = try recipe.fit(ratings, run)
        let checkpoint = part.report.checkpoint
        #expect(part.report.steps == steps)
        expectEqual(try #require(try recipe.model(ratings, at: checkpoint)).contents(), try part.model.contents())
        run = CollabRun()
        run.checkpoint = checkpoint
        expectEqual(try recipe.fit(ratings, run).model.contents(), try whole.model.contents())
    }
}

@Test func manyDifferentRatingsAreWeightsAsFewAre() throws {
    // 300 different ratings, more than one byte tells apart, with weights that differ by less than the tolerance.
    var ratings = fewRatings()
    var configuration = IALSRecipe()
    (configuration.factors, configuration.epochs) = (8, 2)
    let few = try IALSModel.fit(ratings, configuration).model
    for row in ratings.ratings.indices { ratings.ratings[row] += Float(row % 300) * 1e-5 }
    let many = try IALSModel.fit(ratings, configuration).model
    #expect(zip(few.itemVectors, many.itemVectors).allSatisfy { abs($0 - $1) < 0.02 })
    #expect(few.itemVectors != many.itemVectors)
}
