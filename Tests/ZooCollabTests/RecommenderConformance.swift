import Foundation
import Testing
import ZooCollab
import ZooKernels

/// What every recommender keeps to; called with one of each architecture.
func checkConformance(_ recommender: some Recommender, scale: ClosedRange<Float>) {
    let items = recommender.vocabulary.itemKeys.count
    let known = recommender.scores(user: 0)
    #expect(known.count == items)
    #expect(known.allSatisfy { $0.isFinite })
    for item in [0, items / 2, items - 1] {
        #expect(abs(known[item] - recommender.score(user: 0, item: item)) < 1e-5)
    }
    let pairs = recommender.scores(users: [0, 0, -1, -1], items: [0, -1, 0, -1])
    #expect(abs(pairs[0] - recommender.score(user: 0, item: 0)) < 1e-5)
    #expect(abs(pairs[1] - recommender.score(user: 0, item: nil)) < 1e-5)
    #expect(abs(pairs[2] - recommender.score(user: nil, item: 0)) < 1e-5)
    #expect(abs(pairs[3] - recommender.score(user: nil, item: nil)) < 1e-5)
    // Unknown sides give an answer within a star of the scale, and a better known item still counts.
    #expect(pairs.allSatisfy { $0 > scale.lowerBound - 1.01 && $0 < scale.upperBound + 1.01 })
    #expect(Set(recommender.scores(user: nil)).count > items / 2)

    let best = recommender.best(5, of: known)
    #expect(best.count == 5)
    #expect(best.map(\.score) == known.sorted(by: >).prefix(5).map { $0 })
    let without = recommender.best(5, of: known, excluding: Set(best.map(\.item)))
    #expect(Set(without.map(\.item)).isDisjoint(with: best.map(\.item)))
    #expect(recommender.best(items + 10, of: known).count == items)
    #expect(recommender.best(3, of: [2, 5, 5, 1]).map(\.item) == [1, 2, 0])
    #expect(recommender.best(0, of: known).isEmpty)
}

/// A small part of the demo ratings: quick to train on.
func fewRatings() -> Interactions {
    let all = DemoRatings().interactions
    return all.selecting(all.ratings.indices.filter { all.users[$0] < 200 })
}

@Test func dotBiasKeepsToTheConformanceSuite() {
    let ratings = fewRatings()
    checkConformance(DotBiasTrainer(DotBiasConfiguration()).fit(ratings), scale: ratings.scale)
}

@Test func dotBiasInBatchesKeepsToTheConformanceSuite() throws {
    var configuration = GradientConfiguration()
    configuration.batchSize = 128
    let ratings = fewRatings()
    checkConformance(try GradientTrainer(configuration).fitDotBias(ratings), scale: ratings.scale)
}

@Test func neuralKeepsToTheConformanceSuite() throws {
    let ratings = fewRatings()
    checkConformance(try GradientTrainer(.neural).fitNeural(ratings), scale: ratings.scale)
}

@Test func sameSeedGivesTheSameNeuralModel() throws {
    let ratings = fewRatings()
    var configuration = GradientConfiguration.neural
    configuration.epochs = 1
    let models = try (0..<2).map { _ in try GradientTrainer(configuration).fitNeural(ratings) }
    #expect(models[0].userVectors == models[1].userVectors && models[0].layers == models[1].layers)
    configuration.seed = 1
    #expect(try GradientTrainer(configuration).fitNeural(ratings).userVectors != models[0].userVectors)
}

@Test func unknownUserScoresTheItemsBias() {
    let model = DotBiasTrainer(DotBiasConfiguration()).fit(fewRatings())
    let expected = model.range.stars(Double(model.globalBias) + Double(model.itemBiases[7]))
    #expect(abs(Double(model.score(user: nil, item: 7)) - expected) < 1e-5)
}

@Test func vocabularyComesFromTheTrainingPartOnly() {
    let all = fewRatings()
    let hidden = all.items[0]
    let training = all.selecting(all.ratings.indices.filter { all.items[$0] != hidden })
    let vocabulary = CollabVocabulary(training: training)
    #expect(!vocabulary.itemKeys.contains(all.itemKeys[Int(hidden)]))
    let rows = vocabulary.rows(of: all)
    for row in all.ratings.indices { #expect((rows.items[row] == -1) == (all.items[row] == hidden)) }
    #expect(vocabulary.itemCounts.reduce(0, +) == training.count)
}

@Test func learningRateTestEndsWhereTheLossExplodes() {
    let curve = DotBiasTrainer(DotBiasConfiguration()).rateCurve(DemoRatings().interactions, steps: 100)
    let suggested = curve.steepest ?? 0
    #expect(suggested > 1e-4 && suggested < 1)
    #expect(curve.rates.last ?? 0 > suggested)
}
