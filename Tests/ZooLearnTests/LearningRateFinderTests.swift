import Testing
import ZooLearn
import ZooNN
import ZooTensor

@Test func finderStopsOnDivergenceAndRestoresEverything() throws {
    let (model, untouched) = (Mixed(seed: 1), Mixed(seed: 1))
    let (learner, other) = (model.learner(rule: SGD(momentum: 0.9)), untouched.learner(rule: SGD(momentum: 0.9)))
    let plan = TrainingPlan(epochs: 2, rate: 0.05)
    try learner.fit(plan)
    try other.fit(plan)

    let curve = try learner.findLearningRate(from: 1e-5, to: 1e4, steps: 200, smoothing: 0.98)
    #expect(curve.rates.count > 10 && curve.rates.count < 200)
    #expect(curve.rates[0] == 1e-5)
    let least = try #require(curve.smoothedLosses.min())
    #expect(curve.smoothedLosses.dropLast().allSatisfy { $0 <= 4 * least })
    #expect(try #require(curve.smoothedLosses.last) > 4 * least)
    #expect(bits(model) == bits(untouched))

    // The optimiser and the generator are as before, too.
    try learner.fit(plan)
    try other.fit(plan)
    #expect(bits(model) == bits(untouched))
}

@Test func suggestedRateTrains() throws {
    let model = Mixed(seed: 1)
    let learner = model.learner(rule: AdamW())
    let before = learner.task.evaluate(Mixed.data()).loss
    let curve = try learner.findLearningRate(from: 1e-5, to: 10, steps: 100, smoothing: 0.98)
    let rate = try #require(curve.minimumTenth)
    try learner.fit(TrainingPlan(epochs: 5, rate: rate))
    #expect(learner.task.evaluate(Mixed.data()).loss < before)
}
