import Foundation
import Testing
import ZooCollab
import ZooKernels
import ZooLearn

@Test func trainingFindsThePlantedWorstFilm() throws {
    let demo = DemoRatings()
    let model = try DotBiasTrainer(DotBiasRecipe()).fit(demo.interactions).model
    let worst = model.itemBiases.indices.min { model.itemBiases[$0] < model.itemBiases[$1] }!
    #expect(model.vocabulary.itemKeys[worst] == demo.interactions.itemKeys[demo.worstItem])
}

@Test func ratingsThatAreAllTheSameAndLargeAreFitted() throws {
    let few = fewRatings()
    let same = Interactions(
        users: few.users, items: few.items, ratings: few.ratings.map { _ in 10_000 }, userKeys: few.userKeys,
        itemKeys: few.itemKeys, itemTitles: few.itemTitles, scale: 10_000...10_000)
    var configuration = DotBiasRecipe()
    (configuration.epochs, configuration.warmUp) = (1, 1)
    let model = try DotBiasTrainer(configuration).fit(same).model
    #expect(model.itemVectors.allSatisfy(\.isFinite) && model.range.lower < 10_000 && model.range.upper > 10_000)
}

@Test func aRateIsMeasuredOnEnoughRatings() throws {
    let few = fewRatings()
    let hundred = few.selecting(Array(0..<100))
    let curve = try DotBiasTrainer(DotBiasRecipe()).findLearningRate(hundred, steps: 200)
    // One rating alone would end it after some steps.
    #expect(curve.rates.count > 100 && (curve.rates.last ?? 0) > 1e-2)
}

@Test func threadsDoNotChangeABit() throws {
    let ratings = DemoRatings().interactions
    var configuration = DotBiasRecipe()
    configuration.epochs = 2
    let one = try DotBiasTrainer(configuration, threads: .one).fit(ratings).model
    let two = try DotBiasTrainer(configuration, threads: ThreadCount(2)).fit(ratings).model
    #expect(one.userVectors == two.userVectors && one.itemVectors == two.itemVectors)
    #expect(one.itemBiases == two.itemBiases)
}

@Test func stoppedTrainingResumesToTheSameBits() throws {
    let ratings = DemoRatings().interactions
    var configuration = DotBiasRecipe()
    configuration.epochs = 3
    let trainer = DotBiasTrainer(configuration)
    let whole = try trainer.fit(ratings)
    for steps in 1..<6 {
        var calls = 0
        let part = try trainer.fit(
            ratings,
            shouldStop: {
                calls += 1
                return calls > steps
            })
        #expect(part.report.stopReason == .interrupted && part.report.steps == steps)
        let atCheckpoint = try trainer.model(ratings, at: part.report.checkpoint)
        #expect(atCheckpoint.itemVectors == part.model.itemVectors)
        let rest = try trainer.fit(ratings, from: part.report.checkpoint)
        #expect(rest.model.userVectors == whole.model.userVectors && rest.model.itemVectors == whole.model.itemVectors)
        #expect(rest.model.userBiases == whole.model.userBiases && rest.model.itemBiases == whole.model.itemBiases)
        #expect(rest.report.epochs.map(\.trainingLoss) == whole.report.epochs.map(\.trainingLoss))
    }
}

@Test func lossThatIsNaNEndsTheTrainingWithTheLastGoodModel() throws {
    var configuration = DotBiasRecipe()
    (configuration.learningRate, configuration.epochs) = (.nan, 2)
    let fit = try DotBiasTrainer(configuration).fit(DemoRatings().interactions)
    guard case .notANumber(_, _, let restored) = fit.report.stopReason else {
        Issue.record("stopped because of \(String(describing: fit.report.stopReason))")
        return
    }
    #expect(restored == fit.report.epochs.count)
    #expect(fit.model.itemVectors.allSatisfy { $0.isFinite })
}

@Test func batchesResumeToTheSameBits() throws {
    let ratings = fewRatings()
    var configuration = GradientRecipe.neural
    (configuration.epochs, configuration.factors, configuration.batchSize) = (2, 4, 64)
    let trainer = GradientTrainer(configuration)
    let whole = try trainer.fitNeural(ratings)
    for steps in [1, whole.report.steps / 2, whole.report.steps - 1] {
        var calls = 0
        var run = CollabRun()
        run.shouldStop = {
            calls += 1
            return calls > steps
        }
        let part = try trainer.fitNeural(ratings, run)
        #expect(part.report.steps == steps)
        var resumed = CollabRun()
        resumed.checkpoint = part.report.checkpoint
        let rest = try trainer.fitNeural(ratings, resumed)
        #expect(
            rest.model.itemVectors == whole.model.itemVectors
                && rest.model.layers.map(\.weight) == whole.model.layers.map(\.weight))
    }
}

@Test func trainingBeatsTheMeanOnHeldOutRatings() throws {
    let all = DemoRatings().interactions
    let split = all.randomSplit(testing: 0.2, seed: 1)
    let model = try DotBiasTrainer(DotBiasRecipe()).fit(all.selecting(split.training)).model
    let held = all.selecting(split.testing)
    let mean = held.ratings.reduce(0, +) / Float(held.count)
    let baseline = RatingMetrics(predictions: held.ratings.map { _ in mean }, ratings: held.ratings)
    // The planted noise alone is 0.7, rounding to whole stars adds 0.29 in quadrature: 0.76.
    let rmse = model.evaluate(on: held).rmse
    #expect(rmse < 0.82, "\(rmse)")
    #expect(baseline.rmse > 1)
}

@Test func aMillionRatingsAreLearnedToTheSameBitsByAnyThreads() throws {
    // Enough for the fine grid; a pair's rating is the sum of a user's part and an item's.
    let (users, items) = (2_700, 400)
    let pairs = 0..<users * items
    let ratings = Interactions(
        users: pairs.map { Int32($0 / items) }, items: pairs.map { Int32($0 % items) },
        ratings: pairs.map { Float(1 + ($0 / items) % 3 + ($0 % items) % 3) }, userKeys: (0..<users).map(String.init),
        itemKeys: (0..<items).map(String.init), itemTitles: (0..<items).map(String.init), scale: 1...5)
    var configuration = DotBiasRecipe()
    (configuration.factors, configuration.epochs) = (4, 1)
    let one = try DotBiasTrainer(configuration, threads: .one).fit(ratings)
    let two = try DotBiasTrainer(configuration, threads: ThreadCount(2)).fit(ratings)
    #expect(one.model.userVectors == two.model.userVectors && one.model.itemBiases == two.model.itemBiases)
    #expect(one.report.steps > 2 && two.model.evaluate(on: ratings).rmse < 0.6)
    var calls = 0
    let part = try DotBiasTrainer(configuration).fit(
        ratings,
        shouldStop: {
            calls += 1
            return calls > 5
        })
    let rest = try DotBiasTrainer(configuration).fit(ratings, from: part.report.checkpoint)
    #expect(part.report.steps == 5 && rest.model.itemVectors == one.model.itemVectors)
}
