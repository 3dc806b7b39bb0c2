import Foundation
import Testing
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

@Test func linearRegressionReachesTheClosedForm() throws {
    var generator = RandomGenerator(seed: 2)
    let x = (0..<40).map { _ in (generator.uniform() as Float) * 2 - 1 }
    let y = x.map { 3 * $0 - 0.5 + 0.2 * ((generator.uniform() as Float) - 0.5) }
    let (meanX, meanY) = (x.reduce(0, +) / 40, y.reduce(0, +) / 40)
    let covariance = zip(x, y).map { ($0 - meanX) * ($1 - meanY) }.reduce(0, +)
    let slope = covariance / x.map { ($0 - meanX) * ($0 - meanX) }.reduce(0, +)

    let model = Linear(1, 1, using: &generator)
    let task = SupervisedTask<Example>(
        model, optimizer: Optimizer(model.parameters, rule: SGD(momentum: 0.9)),
        training: loader(Tensor(x, shape: [40, 1]), Tensor(y, shape: [40, 1]), batchSize: 40),
        predict: { batch, _, _ in model(batch.inputs) }, loss: { meanSquaredError($0, $1.targets) })
    try Learner(task, seed: 1).fit(TrainingPlan(epochs: 400, rate: 0.1))
    #expect(abs(model.weight.value.floats[0] - slope) < 1e-5)
    #expect(abs((model.bias?.value.floats[0] ?? 0) - (meanY - slope * meanX)) < 1e-5)
}

@Test func smallNetworkLearnsTwoSpirals() throws {
    var generator = RandomGenerator(seed: 6)
    var points: [Float] = []
    var classes: [Int32] = []
    for index in 0..<200 {
        let angle = 0.5 + 4 * Float(index / 2) / 100
        let sign: Float = index % 2 == 0 ? 1 : -1
        points += [sign * angle * cos(angle) / 4, sign * angle * sin(angle) / 4]
        classes.append(Int32(index % 2))
    }
    let model = Sequential(Linear(2, 32, using: &generator), Activation { $0.relu() }, Linear(32, 2, using: &generator))
    let data = DataLoader(count: 200, batchSize: 25, shuffleSeed: 1) { rows in
        Example(
            inputs: Tensor(rows.flatMap { [points[2 * $0], points[2 * $0 + 1]] }, shape: [rows.count, 2]),
            targets: Tensor(rows.map { classes[$0] }, shape: [rows.count]))
    }
    let task = SupervisedTask<Example>(
        model, optimizer: Optimizer(model.parameters, rule: Adam()), training: data,
        metrics: [.accuracy(of: \.targets)],
        predict: { model($0.inputs, mode: $1, using: &$2) }, loss: { crossEntropy($0, $1.targets) })
    try Learner(task, seed: 1).fit(.oneCycle(epochs: 60, maximumRate: 0.05))
    #expect(task.evaluate(data).metrics[0].value > 0.97)
}

@Test func observersHearEverythingInOrder() throws {
    let recorder = Recorder()
    let plan = TrainingPlan(stages: [
        TrainingStage(epochs: 1, rate: ConstantSchedule(0.01)), TrainingStage(epochs: 1, rate: ConstantSchedule(0.01)),
    ])
    let report = try Mixed(seed: 1).learner(rule: SGD(), validation: Mixed.data(shuffleSeed: nil))
        .fit(plan, observers: [recorder])
    let names = recorder.events.map { event -> String in
        switch event {
        case .fitBegan: "F"
        case .stageBegan: "S"
        case .epochBegan: "e"
        case .stepEnded: "."
        case .epochEnded: "E"
        case .fitEnded: "!"
        }
    }
    #expect(names.joined() == "Fe.......ESe.......E!")
    #expect(report.steps == 14)
    #expect(report.epochs.map(\.epoch) == [1, 2])
    #expect(report.epochs.map(\.stage) == [0, 1])
    #expect(report.epochs.allSatisfy { $0.validationLoss != nil && $0.exampleCount == 50 && $0.learningRate == 0.01 })
    #expect(report.stopReason == nil)
    let steps = recorder.events.compactMap { if case .stepEnded(let report) = $0 { report } else { nil } }
    #expect(steps.map(\.step) == Array(1...14))
    #expect(steps.map(\.epoch) == [Int](repeating: 1, count: 7) + [Int](repeating: 2, count: 7))
    #expect(steps.last?.share == 1)
}

@Test func observerEndsTheRunBeforeTheNextStep() throws {
    let recorder = Recorder {
        if case .stepEnded(let step) = $0, step.step == 10 { .stop(reason: "enough") } else { .continue }
    }
    let report = try Mixed(seed: 1).learner(rule: SGD())
        .fit(TrainingPlan(epochs: 5, rate: 0.01), observers: [recorder])
    #expect(report.steps == 10)
    #expect(report.stopReason == .observer("enough"))
    #expect(report.epochs.count == 1)
}

@Test func errorOfAnObserverEndsTheRun() {
    struct Full: Error {}
    struct Failing: Observer {
        func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) throws -> Verdict {
            if case .stepEnded(let report) = event, report.step == 3 { throw Full() }
            return .continue
        }
    }
    #expect(throws: Full.self) {
        try Mixed(seed: 1).learner(rule: SGD()).fit(TrainingPlan(epochs: 1, rate: 0.01), observers: [Failing()])
    }
}

/// A task whose loss is NaN at one step.
private func poisoned(_ model: Mixed, at step: Int, validation: DataLoader<Example>? = nil)
    -> Learner<SupervisedTask<Example>>
{
    var steps = 0
    let task = SupervisedTask<Example>(
        model, optimizer: Optimizer(model.parameters, rule: SGD(momentum: 0.9)), training: Mixed.data(),
        validation: validation,
        predict: { batch, mode, generator in
            if mode == .training { steps += 1 }
            return model(batch.inputs, mode: mode, using: &generator)
        },
        loss: { predictions, batch in
            meanSquaredError(predictions, batch.targets) * (steps == step ? Double.nan : 1)
        })
    return Learner(task, seed: 3)
}

@Test func lossThatIsNaNInTheFirstEpochLeavesTheModelAsItWas() throws {
    let model = Mixed(seed: 1)
    let before = bits(model)
    let report = try poisoned(model, at: 4).fit(TrainingPlan(epochs: 2, rate: 0.1))
    #expect(report.stopReason == .notANumber(step: 4, learningRate: 0.1, restoredEpochs: 0))
    #expect(report.stopReason?.leavesNothing == true)
    #expect(report.steps == 0)
    #expect(bits(model) == before)
}

@Test func lossThatIsNaNGoesBackToTheLastGoodEpoch() throws {
    let (model, short) = (Mixed(seed: 1), Mixed(seed: 1))
    let report = try poisoned(model, at: 17).fit(TrainingPlan(epochs: 4, rate: 0.01))
    try poisoned(short, at: -1).fit(TrainingPlan(epochs: 2, rate: 0.01))
    #expect(report.stopReason == .notANumber(step: 17, learningRate: 0.01, restoredEpochs: 2))
    #expect(report.epochs.count == 2)
    #expect(bits(model) == bits(short))
}

@Test func bestEpochIsKept() throws {
    let (model, recorder) = (Mixed(seed: 1), CheckpointRecorder())
    let learner = model.learner(rule: SGD(momentum: 0.9), validation: Mixed.data(shuffleSeed: nil))
    let report = try learner.fit(TrainingPlan(epochs: 8, rate: 0.2, keeping: .best()), observers: [recorder])
    let losses = report.epochs.compactMap(\.validationLoss)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(report.keptEpoch == best + 1)
    #expect(best < 7)  // else the last would be kept anyway
    #expect(learner.task.evaluate(Mixed.data(shuffleSeed: nil)).loss == losses[best])
    let kept = recorder.epochs[best].weights.map { $0.tensor.floats.map(\.bitPattern) }
    #expect(bits(model) == kept)
    // What training resumes from are the weights that are trained.
    #expect(report.checkpoint.weights.map { $0.tensor.floats } == recorder.epochs[7].weights.map { $0.tensor.floats })
}

@Test func stageEndsWhenPatienceIsOver() throws {
    let learner = Mixed(seed: 1).learner(rule: SGD(momentum: 0.9), validation: Mixed.data(shuffleSeed: nil))
    let plan = TrainingPlan(epochs: 40, rate: 0.1, keeping: .best(patience: 2))
    let report = try learner.fit(plan)
    let kept = try #require(report.keptEpoch)
    #expect(report.stopReason == nil)
    #expect(report.epochs.count == kept + 2)
    #expect(report.epochs.count < 40)
}

@Test func patienceCountsFromTheEpochThatItNames() throws {
    let learner = Mixed(seed: 1).learner(rule: SGD(momentum: 0.9), validation: Mixed.data(shuffleSeed: nil))
    var keeping = KeptWeights.best(patience: 1)
    keeping.patience?.after = 20
    let report = try learner.fit(TrainingPlan(epochs: 40, rate: 0.1, keeping: keeping))
    #expect(report.epochs.count > 20)
}

@Test func nothingEndsEarlyWhereNothingIsMeasured() throws {
    let learner = Mixed(seed: 1).learner(rule: SGD(momentum: 0.9))
    let report = try learner.fit(TrainingPlan(epochs: 6, rate: 0.1, keeping: .best(patience: 2)))
    #expect(report.epochs.count == 6 && report.stopReason == nil && report.keptEpoch == nil)
}

@Test func metricsAreTakenOverAllElementsNotOverBatches() {
    let targets = Tensor([0, 0, 0] as [Float], shape: [3, 1])
    let inputs = Tensor([1, 2, 5] as [Float], shape: [3, 1])
    let module = Module()
    let task = SupervisedTask<Example>(
        module, optimizer: Optimizer([], rule: SGD()), training: loader(inputs, targets, batchSize: 2),
        metrics: [.meanAbsoluteError(of: \.targets)],
        predict: { batch, _, _ in batch.inputs }, loss: { meanSquaredError($0, $1.targets) })
    let found = task.evaluate(loader(inputs, targets, batchSize: 2))
    #expect(found.loss == 10)
    #expect(abs(found.metrics[0].value - 8.0 / 3) < 1e-12)
}

@Test func inferenceRecordsNothingAndTrainingDoesAgain() throws {
    var generator = RandomGenerator(seed: 1)
    let model = Linear(1, 1, using: &generator)
    var isRecorded: [Bool] = []
    let data = loader(.ones([2, 1], .float32), .ones([2, 1], .float32), batchSize: 2)
    let task = SupervisedTask<Example>(
        model, optimizer: Optimizer(model.parameters, rule: SGD()), training: data,
        predict: { batch, _, _ in
            isRecorded.append(model.weight.value.requiresGradient)
            return model(batch.inputs)
        }, loss: { meanSquaredError($0, $1.targets) })
    _ = task.evaluate(data)
    try Learner(task, seed: 1).fit(TrainingPlan(epochs: 1, rate: 0.1))
    #expect(isRecorded == [false, true])
}

@Test func steadyTrainingStepTakesNothingFromTheSystem() throws {
    let pool = BufferPool()
    try BufferPool.$current.withValue(pool) {
        let model = Mixed(seed: 1)
        var counts: [Int] = []
        let recorder = Recorder {
            if case .stepEnded = $0 { counts.append(pool.statistics.systemAllocations) }
            return .continue
        }
        try model.learner(rule: AdamW()).fit(TrainingPlan(epochs: 12, rate: 0.01), observers: [recorder])
        // By the middle every number of touched rows has come up once.
        #expect(counts[41] == counts[83])
    }
}
