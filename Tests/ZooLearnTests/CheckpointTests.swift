import Foundation
import Testing
import ZooLearn
import ZooNN
import ZooTensor

private let rules: [any UpdateRule] = [SGD(momentum: 0.9, isNesterov: true), RMSprop(momentum: 0.5), AdamW()]
private let plan = TrainingPlan.oneCycle(epochs: 4, maximumRate: 0.02, clipping: .globalNorm(1))

/// Trains straight through while taking a checkpoint after every step.
private func straightRun(_ rule: any UpdateRule) throws -> (bits: [[UInt32]], report: FitReport, all: [Checkpoint]) {
    var checkpoints: [Checkpoint] = []
    let model = Mixed(seed: 1)
    let report = try model.learner(rule: rule).fit(
        Mixed.data(), validation: Mixed.data(shuffleSeed: nil), plan: plan,
        observers: [PeriodicCheckpoint(every: 1) { checkpoints.append($0) }])
    return (bits(model), report, checkpoints)
}

@Test(arguments: 0..<3) func resumedTrainingMakesTheSameBitsAsStraightTraining(rule: Int) throws {
    let straight = try straightRun(rules[rule])
    // In the middle of an epoch, at its last step, in the first and the last epoch.
    for step in [0, 3, 6, 9, 13, 26, 27] {
        let model = Mixed(seed: 99)
        let report = try model.learner(rule: rules[rule]).fit(
            Mixed.data(), validation: Mixed.data(shuffleSeed: nil), plan: plan, from: straight.all[step])
        #expect(bits(model) == straight.bits)
        #expect(report == straight.report)
    }
}

@Test func takingCheckpointsDoesNotChangeTheRun() throws {
    let model = Mixed(seed: 1)
    try model.learner(rule: AdamW()).fit(Mixed.data(), plan: plan)
    #expect(bits(model) == (try straightRun(AdamW())).bits)
}

@Test func checkpointAfterAnEpochGoesOn() throws {
    let straight = Mixed(seed: 1)
    var afterEpochs: [Checkpoint] = []
    let keep = BestCheckpoint(Monitor(.trainingLoss)) { afterEpochs.append($1) }
    try straight.learner(rule: Adam()).fit(Mixed.data(), plan: plan, observers: [keep])
    let resumed = Mixed(seed: 2)
    try resumed.learner(rule: Adam()).fit(Mixed.data(), plan: plan, from: afterEpochs[0])
    #expect(bits(resumed) == bits(straight))
}

@Test func progressSurvivesJSON() throws {
    let checkpoint = try straightRun(AdamW()).all[10]
    let data = try JSONEncoder().encode(checkpoint.progress)
    #expect(try JSONDecoder().decode(TrainingProgress.self, from: data) == checkpoint.progress)
}

@Test func checkpointOfOtherDataIsRefused() throws {
    let checkpoint = try straightRun(AdamW()).all[10]
    #expect(throws: CheckpointError.self) {
        try Mixed(seed: 1).learner(rule: AdamW()).fit(Mixed.data(shuffleSeed: 6), plan: plan, from: checkpoint)
    }
}

@Test func checkpointOfAnotherModelIsRefused() throws {
    var checkpoint = try straightRun(AdamW()).all[10]
    checkpoint.weights.removeLast()
    #expect(throws: ModuleStateError.self) {
        try Mixed(seed: 1).learner(rule: AdamW()).fit(Mixed.data(), plan: plan, from: checkpoint)
    }
}

@Test func checkpointOfAnotherOptimizerIsRefusedAndChangesNothing() throws {
    let checkpoint = try straightRun(SGD(momentum: 0.9, isNesterov: true)).all[10]
    let (model, untouched) = (Mixed(seed: 5), Mixed(seed: 5))
    let (learner, other) = (model.learner(rule: AdamW()), untouched.learner(rule: AdamW()))
    let short = TrainingPlan(epochs: 1, rate: 0.01)
    try learner.fit(Mixed.data(), plan: short)
    try other.fit(Mixed.data(), plan: short)
    #expect(throws: OptimizerStateError.self) { try learner.fit(Mixed.data(), plan: plan, from: checkpoint) }
    try learner.fit(Mixed.data(), plan: short)
    try other.fit(Mixed.data(), plan: short)
    #expect(bits(model) == bits(untouched))
}
