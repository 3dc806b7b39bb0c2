import Foundation
import Testing
import ZooLearn
import ZooNN
import ZooTensor

private let rules: [any UpdateRule] = [SGD(momentum: 0.9, isNesterov: true), RMSprop(momentum: 0.5), AdamW()]
private let plan = TrainingPlan.oneCycle(epochs: 4, maximumRate: 0.02, keeping: .best())
private let stagedPlan = TrainingPlan(
    stages: [
        TrainingStage(epochs: 2, rate: ConstantSchedule(0.02), seed: 1),
        TrainingStage(epochs: 2, rate: CosineDecay(start: 0.01), seed: 2),
    ], keeping: .best())

private func learner(_ model: Mixed, _ rule: any UpdateRule) -> Learner<SupervisedTask<Example>> {
    model.learner(rule: rule, validation: Mixed.data(shuffleSeed: nil), clipping: .globalNorm(1))
}

/// Trains straight through while taking a checkpoint after every step and epoch.
private func straightRun(_ rule: any UpdateRule, _ plan: TrainingPlan = plan) throws -> (
    bits: [[UInt32]], report: FitReport, recorder: CheckpointRecorder
) {
    let (model, recorder) = (Mixed(seed: 1), CheckpointRecorder())
    let report = try learner(model, rule).fit(plan, observers: [recorder])
    return (bits(model), report, recorder)
}

@Test(arguments: 0..<3, [false, true])
func resumedTrainingMakesTheSameBitsAsStraightTraining(rule: Int, isStaged: Bool) throws {
    let plan = isStaged ? stagedPlan : plan
    let straight = try straightRun(rules[rule], plan)
    // In the middle of an epoch, at its last step, in the first and the last epoch and stage; after every epoch.
    let starts = [0, 3, 6, 9, 13, 14, 26, 27].map { straight.recorder.steps[$0] } + straight.recorder.epochs
    for start in starts {
        let model = Mixed(seed: 99)
        let report = try learner(model, rules[rule]).fit(plan, from: start)
        let isSame = bits(model) == straight.bits && report.figures == straight.report.figures
        #expect(isSame, "resumed after \(start.progress.steps) steps")
    }
}

@Test func takingCheckpointsDoesNotChangeTheRun() throws {
    let model = Mixed(seed: 1)
    try learner(model, AdamW()).fit(plan)
    #expect(bits(model) == (try straightRun(AdamW())).bits)
}

@Test func interruptedTrainingResumesFromItsReport() throws {
    let straight = try straightRun(AdamW())
    var steps = 0
    let stopped = try learner(Mixed(seed: 1), AdamW()).fit(plan) {
        steps += 1
        return steps > 10
    }
    #expect(stopped.stopReason == .interrupted)
    #expect(stopped.steps == 10)
    let model = Mixed(seed: 7)
    let resumed = try learner(model, AdamW()).fit(plan, from: stopped.checkpoint)
    #expect(bits(model) == straight.bits)
    #expect(resumed.figures == straight.report.figures)
}

@Test func progressOfEarlierVersionsIsRead() throws {
    let earlier = """
        {"epoch":1,"stepInEpoch":2,"step":9,"generator":[1,2,3,4],"lossSum":0.5,"exampleCount":16,
        "history":[{"epoch":0,"trainingLoss":0.25,"validationLoss":0.5,
        "metrics":[{"name":"seconds","value":2},{"name":"learning_rate","value":0.01},
        {"name":"pictures_per_second","value":25},{"name":"accuracy","value":0.75}]}],
        "data":{"count":50,"batchSize":8,"shuffleSeed":5,"dropsPartialBatch":false}}
        """
    let generator = String(decoding: try JSONEncoder().encode(RandomGenerator(seed: 1)), as: UTF8.self)
    let text = earlier.replacing("[1,2,3,4]", with: generator)
    let progress = try JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
    #expect((progress.stage, progress.epoch, progress.steps) == (0, 1, 9))
    let report = EpochReport(
        epoch: 1, trainingLoss: 0.25, validationLoss: 0.5, metrics: [MetricValue(name: "accuracy", value: 0.75)],
        learningRate: 0.01, exampleCount: 50, trainingSeconds: 2, seconds: 2)
    #expect(progress.epochs == [report])
}

@Test func progressSurvivesJSON() throws {
    let checkpoint = try straightRun(AdamW()).recorder.steps[10]
    let data = try JSONEncoder().encode(checkpoint.progress)
    #expect(try JSONDecoder().decode(TrainingProgress.self, from: data) == checkpoint.progress)
}

@Test func checkpointOfOtherDataIsRefused() throws {
    let checkpoint = try straightRun(AdamW()).recorder.steps[10]
    #expect(throws: CheckpointError.self) {
        try Mixed(seed: 1).learner(rule: AdamW(), Mixed.data(shuffleSeed: 6)).fit(plan, from: checkpoint)
    }
}

@Test func fewerEpochsThanTheCheckpointHasBegunAreRefused() throws {
    let straight = try straightRun(AdamW())
    let middle = try #require(straight.recorder.steps.first { $0.progress.epoch == 1 && $0.progress.stepInEpoch > 0 })
    for planned in 0...1 {
        #expect(throws: CheckpointError.fewerEpochs(planned: planned, begun: 2)) {
            try learner(Mixed(seed: 1), AdamW()).fit(
                TrainingPlan(epochs: planned, rate: 0.01), from: middle)
        }
    }
    // Of complete epochs the same number will do.
    let report = try learner(Mixed(seed: 1), AdamW()).fit(
        TrainingPlan(epochs: 2, rate: 0.01), from: straight.recorder.epochs[1])
    #expect(report.epochs.count == 2 && report.stopReason == nil)
}

@Test func checkpointOfAnotherModelIsRefused() throws {
    var checkpoint = try straightRun(AdamW()).recorder.steps[10]
    checkpoint.weights.removeLast()
    #expect(throws: ModuleStateError.self) {
        try learner(Mixed(seed: 1), AdamW()).fit(plan, from: checkpoint)
    }
}

@Test func checkpointOfAnotherOptimizerIsRefusedAndChangesNothing() throws {
    let checkpoint = try straightRun(SGD(momentum: 0.9, isNesterov: true)).recorder.steps[10]
    let (model, untouched) = (Mixed(seed: 5), Mixed(seed: 5))
    let (one, other) = (learner(model, AdamW()), learner(untouched, AdamW()))
    let short = TrainingPlan(epochs: 1, rate: 0.01)
    try one.fit(short)
    try other.fit(short)
    #expect(throws: OptimizerStateError.self) { try one.fit(plan, from: checkpoint) }
    try one.fit(short)
    try other.fit(short)
    #expect(bits(model) == bits(untouched))
}

@Test(arguments: [0, 1, 2, 3, 4])
func damagedCheckpointIsRefused(damage: Int) throws {
    var checkpoint = try straightRun(AdamW()).recorder.epochs[1]
    switch damage {
    case 0: checkpoint.progress.step += 1
    case 1: checkpoint.progress.stepInEpoch = 8
    case 2: checkpoint.progress.history.removeLast()
    case 3: checkpoint.progress.stage = 4
    default: checkpoint.bestEpochWeights = Array(checkpoint.bestEpochWeights.dropLast())
    }
    #expect(throws: CheckpointError.otherState) { try learner(Mixed(seed: 1), AdamW()).fit(plan, from: checkpoint) }
}
