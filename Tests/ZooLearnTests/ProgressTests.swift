import Testing
import ZooLearn

@Test func lineSaysPartRateAndTimeLeft() {
    let line = ProgressLine(
        label: "epoch 1/5", done: 250_000, total: 1_000_000, seconds: 0.25, unit: "ratings", note: "loss 0.8")
    #expect(line.plain == "epoch 1/5: 25%  1.0 M ratings/s  0:01 left  loss 0.8")
    #expect(line.secondsLeft == 0.75)
}

@Test func barFillsItsWidth() {
    let line = ProgressLine(label: "a", done: 1, total: 2, seconds: 3)
    #expect(line.bar(width: 60) == "a  [#############             ]  50%  0.3 steps/s  0:03 left")
    #expect(line.bar(width: 60).count == 60)
    #expect(line.bar(width: 20) == "a  50%  0.3 steps/s ")
    #expect(line.bar(width: 0).isEmpty)
}

@Test func finishedLineSaysHowLongItTook() {
    #expect(ProgressLine(label: "a", done: 2, total: 2, seconds: 3725).plain == "a: 100%  0.0 steps/s  1:02:05")
}

@Test func nothingDoneHasNoRate() {
    let line = ProgressLine(label: "a", done: 0, total: 10, seconds: 1)
    #expect(line.rate == nil)
    #expect(line.plain == "a: 0%")
    #expect(ProgressLine(label: "a", done: 0, total: 0, seconds: 0).fraction == 1)
}

@Test func hugeRemainderDoesNotOverflow() {
    #expect(ProgressLine(label: "a", done: 1, total: .max, seconds: 1e9).plain.hasSuffix("99:59:59 left"))
}

@Test func whatWasDoneBeforeDoesNotCountForTheRate() {
    let line = ProgressLine(label: "a", done: 60, total: 100, before: 50, seconds: 5)
    #expect(line.plain == "a: 60%  2.0 steps/s  0:20 left")
    #expect(ProgressLine(label: "a", done: 50, total: 100, before: 50, seconds: 0.1).rate == nil)
}

@Test func progressIsShownOnceAnInterval() {
    var pace = ProgressPace(every: 30, now: 100)
    #expect(!pace.isDue(now: 129) && pace.isDue(now: 130) && !pace.isDue(now: 159) && pace.isDue(now: 161))
    pace.restart(now: 180)
    #expect(!pace.isDue(now: 200) && pace.isDue(now: 210))
}

@Test func aLongJobIsToldAfterThreeSeconds() {
    func wait(_ done: Int, _ seconds: Double) -> String? {
        ProgressLine(label: "a", done: done, total: 100_000, seconds: seconds).longWait
    }
    #expect(wait(200, 2.9) == nil)  // the rate is not settled
    #expect(wait(200, 3) == "about 25 minutes")
    #expect(wait(600, 3) == nil)  // eight minutes
    #expect(wait(30, 3) == "about 3 hours")
    #expect(wait(1, 3) == "about 3 days")
    #expect(wait(0, 30) == nil)
}
