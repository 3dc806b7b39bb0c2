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
    let learner = Learner<Example>(
        model, optimizer: Optimizer(model.parameters, rule: SGD(momentum: 0.9)), seed: 1,
        predict: { batch, _, _ in model(batch.inputs) }, loss: { meanSquaredError($0, $1.targets) })
    let data = loader(Tensor(x, shape: [40, 1]), Tensor(y, shape: [40, 1]), batchSize: 40)
    try learner.fit(data, plan: TrainingPlan(epochs: 400, rate: 0.1))
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
    let learner = Learner<Example>(
        model, optimizer: Optimizer(model.parameters, rule: Adam()), seed: 1, metrics: [.accuracy(of: \.targets)],
        predict: { model($0.inputs, mode: $1, using: &$2) }, loss: { crossEntropy($0, $1.targets) })
    let data = DataLoader(count: 200, batchSize: 25, shuffleSeed: 1) { rows in
        Example(
            inputs: Tensor(rows.flatMap { [points[2 * $0], points[2 * $0 + 1]] }, shape: [rows.count, 2]),
            targets: Tensor(rows.map { classes[$0] }, shape: [rows.count]))
    }
    try learner.fit(data, plan: .oneCycle(epochs: 60, maximumRate: 0.05))
    #expect(learner.evaluate(data).metrics[0].value > 0.97)
}

@Test func observersHearEverythingInOrder() throws {
    let recorder = Recorder()
    let report = try Mixed(seed: 1).learner(rule: SGD()).fit(
        Mixed.data(), validation: Mixed.data(shuffleSeed: nil), plan: TrainingPlan(epochs: 2, rate: 0.01),
        observers: [recorder])
    let names = recorder.events.map { event -> String in
        switch event {
        case .fitBegan: "F"
        case .epochBegan: "e"
        case .stepEnded: "."
        case .epochEnded: "E"
        case .fitEnded: "!"
        }
    }
    #expect(names.joined() == "Fe.......Ee.......E!")
    #expect(report.steps == 14)
    #expect(report.epochs.count == 2)
    #expect(report.epochs.allSatisfy { $0.validationLoss != nil })
    #expect(report.stopReason == nil)
}

@Test func observerEndsTheRunBeforeTheNextStep() throws {
    let recorder = Recorder {
        if case .stepEnded(let step) = $0, step.step == 9 { .stop(reason: "enough") } else { .continue }
    }
    let report = try Mixed(seed: 1).learner(rule: SGD()).fit(
        Mixed.data(), plan: TrainingPlan(epochs: 5, rate: 0.01), observers: [recorder])
    #expect(report.steps == 10)
    #expect(report.stopReason == "enough")
    #expect(report.epochs.count == 1)
}

@Test func errorOfAnObserverEndsTheRun() {
    struct Full: Error {}
    #expect(throws: Full.self) {
        try Mixed(seed: 1).learner(rule: SGD()).fit(
            Mixed.data(), plan: TrainingPlan(epochs: 1, rate: 0.01),
            observers: [PeriodicCheckpoint(every: 3) { _ in throw Full() }])
    }
}

@Test func lossThatIsNotANumberEndsTheRunAndSpoilsNothing() throws {
    let model = Mixed(seed: 1)
    let learner = Learner<Example>(
        model, optimizer: Optimizer(model.parameters, rule: SGD()), seed: 1,
        predict: { model($0.inputs, mode: $1, using: &$2) },
        loss: { predictions, _ in predictions.mean() * Double.nan })
    let before = bits(model.table)
    let report = try learner.fit(Mixed.data(), plan: TrainingPlan(epochs: 1, rate: 0.1))
    #expect(report.stopReason == "the loss of step 1 is nan")
    #expect(report.steps == 0)
    #expect(bits(model.table) == before)
}

@Test func bestStateIsKept() throws {
    let model = Mixed(seed: 1)
    let best = BestCheckpoint(Monitor(.validationLoss))
    let report = try model.learner(rule: SGD(momentum: 0.9)).fit(
        Mixed.data(), validation: Mixed.data(shuffleSeed: nil), plan: TrainingPlan(epochs: 8, rate: 0.3),
        observers: [best])
    let least = report.epochs.compactMap(\.validationLoss).min()
    #expect(best.best?.report.validationLoss == least)
    let copy = Mixed(seed: 2)
    try copy.load(state: try #require(best.best?.checkpoint.weights))
    let loss = copy.learner(rule: SGD()).evaluate(Mixed.data(shuffleSeed: nil)).loss
    #expect(loss == least)
}

@Test func metricsAreTakenOverAllElementsNotOverBatches() {
    let targets = Tensor([0, 0, 0] as [Float], shape: [3, 1])
    let inputs = Tensor([1, 2, 5] as [Float], shape: [3, 1])
    let module = Module()
    let learner = Learner<Example>(
        module, optimizer: Optimizer([], rule: SGD()), seed: 1,
        metrics: [.rootMeanSquaredError(of: \.targets), .meanAbsoluteError(of: \.targets)],
        predict: { batch, _, _ in batch.inputs }, loss: { meanSquaredError($0, $1.targets) })
    let found = learner.evaluate(loader(inputs, targets, batchSize: 2))
    #expect(found.loss == 10)
    #expect(abs(found.metrics[0].value - 10.0.squareRoot()) < 1e-12)
    #expect(abs(found.metrics[1].value - 8.0 / 3) < 1e-12)
}

@Test func inferenceRecordsNothingAndTrainingDoesAgain() throws {
    var generator = RandomGenerator(seed: 1)
    let model = Linear(1, 1, using: &generator)
    var isRecorded: [Bool] = []
    let learner = Learner<Example>(
        model, optimizer: Optimizer(model.parameters, rule: SGD()), seed: 1,
        predict: { batch, _, _ in
            isRecorded.append(model.weight.value.requiresGradient)
            return model(batch.inputs)
        }, loss: { meanSquaredError($0, $1.targets) })
    let data = loader(.ones([2, 1], .float32), .ones([2, 1], .float32), batchSize: 2)
    _ = learner.evaluate(data)
    try learner.fit(data, plan: TrainingPlan(epochs: 1, rate: 0.1))
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
        try model.learner(rule: AdamW()).fit(
            Mixed.data(), plan: TrainingPlan(epochs: 12, rate: 0.01), observers: [recorder])
        // By the middle every number of touched rows has come up once.
        #expect(counts[41] == counts[83])
    }
}
