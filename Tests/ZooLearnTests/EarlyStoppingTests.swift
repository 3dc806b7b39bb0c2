import Testing
import ZooLearn

private func history(_ losses: [Double]) -> [EpochReport] {
    losses.enumerated().map { EpochReport(epoch: $0.offset, trainingLoss: 0, validationLoss: $0.element) }
}

@Test func stopsWhenPatienceIsUsedUp() {
    let stopping = EarlyStopping(patience: 2)
    #expect(stopping.verdict(on: history([3, 2, 2.5])) == .continue)
    #expect(stopping.verdict(on: history([3, 2, 2.5, 2])) == .stop(reason: "no improvement for 2 epochs"))
    #expect(stopping.verdict(on: history([3, 2, 2.5, 1])) == .continue)
    #expect(stopping.verdict(on: []) == .continue)
}

@Test func smallImprovementsDoNotCount() {
    let stopping = EarlyStopping(patience: 2, minimumImprovement: 0.1)
    #expect(stopping.verdict(on: history([1, 0.95, 0.92])) == .stop(reason: "no improvement for 2 epochs"))
    #expect(stopping.verdict(on: history([1, 0.95, 0.89])) == .continue)
}

@Test func notANumberIsNoImprovement() {
    #expect(EarlyStopping(patience: 1).verdict(on: history([1, .nan])) != .continue)
    #expect(EarlyStopping(patience: 2).verdict(on: history([.nan, 1])) == .continue)
}

@Test func metricMayPreferHigher() {
    let monitor = Monitor(.metric("accuracy"), prefersHigher: true)
    let reports = [0.5, 0.7, 0.7].enumerated().map {
        EpochReport(
            epoch: $0.offset, trainingLoss: 0, metrics: [MetricValue(name: "accuracy", value: $0.element)])
    }
    #expect(monitor.bestIndex(in: reports) == 1)
    #expect(Monitor(.metric("missing")).bestIndex(in: reports) == nil)
}
