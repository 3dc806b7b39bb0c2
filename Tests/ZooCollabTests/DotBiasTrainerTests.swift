import Foundation
import Testing
import ZooCollab
import ZooKernels

@Test func trainingFindsThePlantedWorstFilm() {
    let demo = DemoRatings()
    let model = DotBiasTrainer(DotBiasConfiguration()).fit(demo.interactions)
    let worst = model.itemBiases.indices.min { model.itemBiases[$0] < model.itemBiases[$1] }!
    #expect(model.vocabulary.itemKeys[worst] == demo.interactions.itemKeys[demo.worstItem])
}

@Test func ratingsThatAreAllTheSameAndLargeAreFitted() {
    let few = fewRatings()
    let same = Interactions(
        users: few.users, items: few.items, ratings: few.ratings.map { _ in 10_000 }, userKeys: few.userKeys,
        itemKeys: few.itemKeys, itemTitles: few.itemTitles, scale: 10_000...10_000)
    var configuration = DotBiasConfiguration()
    (configuration.epochs, configuration.warmUp) = (1, 1)
    let model = DotBiasTrainer(configuration).fit(same)
    #expect(model.itemVectors.allSatisfy(\.isFinite) && model.range.lower < 10_000 && model.range.upper > 10_000)
}

@Test func aRateIsMeasuredOnEnoughRatings() {
    let few = fewRatings()
    let hundred = few.selecting(Array(0..<100))
    let curve = DotBiasTrainer(DotBiasConfiguration()).rateCurve(hundred, steps: 200)
    // One rating alone would end it after some steps.
    #expect(curve.rates.count > 100 && (curve.rates.last ?? 0) > 1e-2)
}

@Test func threadsDoNotChangeABit() {
    let ratings = DemoRatings().interactions
    var configuration = DotBiasConfiguration()
    configuration.epochs = 2
    let one = DotBiasTrainer(configuration, threads: .one).fit(ratings)
    let two = DotBiasTrainer(configuration, threads: ThreadCount(2)).fit(ratings)
    #expect(one.userVectors == two.userVectors && one.itemVectors == two.itemVectors)
    #expect(one.itemBiases == two.itemBiases)
}

@Test func trainingBeatsTheMeanOnHeldOutRatings() {
    let all = DemoRatings().interactions
    let split = all.randomSplit(testing: 0.2, seed: 1)
    let model = DotBiasTrainer(DotBiasConfiguration()).fit(all.selecting(split.training))
    let held = all.selecting(split.testing)
    let mean = held.ratings.reduce(0, +) / Float(held.count)
    let baseline = RatingMetrics(predictions: held.ratings.map { _ in mean }, ratings: held.ratings)
    // The planted noise alone is 0.7, rounding to whole stars adds 0.29 in quadrature: 0.76.
    let rmse = model.evaluate(on: held).rmse
    #expect(rmse < 0.82, "\(rmse)")
    #expect(baseline.rmse > 1)
}
