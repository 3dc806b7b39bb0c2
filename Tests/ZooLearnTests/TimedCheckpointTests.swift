import Testing
import ZooLearn

@Test func checkpointsComeByTheClockAndWhatKeepingThemTakesIsNotCounted() throws {
    var time = ContinuousClock.now
    var kept: [Int] = []
    let observer = TimedCheckpoint(every: .seconds(10), now: { time }) {
        kept.append($0.progress.step)
        time += .seconds(100)
    }
    let learner = Mixed(seed: 1).learner(rule: AdamW())
    let clock = Ticking { time += .seconds(4) }
    try learner.fit(.oneCycle(epochs: 1, maximumRate: 0.02), observers: [clock, observer])
    // 4 s a step: 12 s have passed after the third, again after the sixth.
    #expect(kept.prefix(2) == [3, 6])
}

/// Lets time pass with every step.
private struct Ticking: Observer {
    let tick: () -> Void

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .stepEnded = event { tick() }
        return .continue
    }
}
