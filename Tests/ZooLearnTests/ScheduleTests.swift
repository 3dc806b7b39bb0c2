import Testing
import ZooLearn

private struct ScheduleGoldens: Decodable {
    let cosine, restarts, restartsDoubling, oneCycleRate, oneCycleMomentum, oneCycleShort: [Double]
}

@Suite struct ScheduleTests {
    private let goldens: ScheduleGoldens

    init() throws { goldens = try golden("schedules", as: ScheduleGoldens.self) }

    private func expect(_ schedule: any Schedule, gives expected: [Double]) {
        let values = expected.indices.map { schedule.value(at: $0, of: expected.count) }
        #expect(distance(values, expected) < 1e-12)
    }

    @Test func constantNeverChanges() { expect(ConstantSchedule(0.1), gives: [0.1, 0.1, 0.1]) }

    @Test func cosineFollowsPyTorch() { expect(CosineDecay(start: 0.4, end: 0.01), gives: goldens.cosine) }

    @Test func restartsFollowPyTorch() {
        expect(CosineWarmRestarts(start: 0.4, end: 0.01, cycleLength: 5), gives: goldens.restarts)
        expect(
            CosineWarmRestarts(start: 0.4, end: 0.01, cycleLength: 3, multiplier: 2), gives: goldens.restartsDoubling)
    }

    @Test func oneCycleFollowsPyTorch() {
        expect(OneCycle(maximumRate: 0.4), gives: goldens.oneCycleRate)
        expect(OneCycle(maximumRate: 0.4), gives: goldens.oneCycleShort)
        expect(OneCycle.momentum(), gives: goldens.oneCycleMomentum)
    }

    @Test(arguments: [1, 2, 3]) func oneCycleOfVeryFewStepsStaysInRange(total: Int) {
        let values = (0..<total).map { OneCycle(maximumRate: 0.4).value(at: $0, of: total) }
        #expect(values.allSatisfy { $0 > 0 && $0 <= 0.4 } && values[0] > 0.2)
    }

    @Test func rangeRisesInEqualRatiosFromEndToEnd() {
        expect(ExponentialRange(start: 1e-3, end: 10), gives: [1e-3, 1e-2, 1e-1, 1, 10])
        #expect(ExponentialRange(start: 1e-3, end: 10).value(at: 0, of: 1) == 1e-3)
    }

    @Test(arguments: [
        ("constant", LearningRateSchedule.constant), ("one-cycle", .oneCycle), ("cosine", .cosine),
        ("cosine-restarts:3", .cosineRestarts(length: 3, multiplier: 1)),
        ("cosine-restarts:3:2", .cosineRestarts(length: 3, multiplier: 2)),
    ])
    func namesAreReadAndWritten(name: String, schedule: LearningRateSchedule) {
        #expect(LearningRateSchedule(name) == schedule)
        #expect(LearningRateSchedule(schedule.description) == schedule)
    }

    @Test(arguments: ["", "linear", "cosine:3", "cosine-restarts", "cosine-restarts:0", "cosine-restarts:1:2:3"])
    func otherNamesAreNotRead(name: String) { #expect(LearningRateSchedule(name) == nil) }

    @Test func restartsFallOnWholeEpochs() {
        let rate = LearningRateSchedule.cosineRestarts(length: 2, multiplier: 2).rate(0.1, epochs: 6, steps: 60)
        #expect(rate.value(at: 0, of: 60) == 0.1 && rate.value(at: 20, of: 60) == 0.1)
        #expect(rate.value(at: 19, of: 60) < 0.001 && rate.value(at: 59, of: 60) < 0.001)
    }
}

@Test(
    arguments: [
        "constant", "cosine", "one-cycle", "cosine-restarts:1:2", "cosine-restarts:2:3", "cosine-restarts:1:1",
    ],
    [1, 5, 7, 10, 12, 40])
func theRateNeverRisesAfterItsLastPeak(_ name: String, epochs: Int) throws {
    let schedule = try #require(LearningRateSchedule(name))
    let (peak, steps) = (schedule.lastPeak(epochs: epochs), 10 * epochs)
    let rate = schedule.rate(1, epochs: epochs, steps: steps)
    let rates = (0..<steps).map { rate.value(at: $0, of: steps) }
    #expect((0..<max(epochs, 1)).contains(peak) || epochs == 1)
    let after = rates[min(10 * peak, steps)...]
    #expect(zip(after, after.dropFirst()).allSatisfy { $0 >= $1 })
    // Before it there is a rate that is as high.
    let before = rates[..<min(10 * peak + 1, steps)]
    #expect((before.max() ?? 1) > 0.99)
}
