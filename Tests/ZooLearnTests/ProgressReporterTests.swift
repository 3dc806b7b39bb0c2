import Testing
import ZooLearn

/// What a reporter writes while a clock that moves a second a look watches two epochs.
private func written(_ style: ProgressReporter.Style) throws -> String {
    var text = ""
    var time = 0.0
    let reporter = ProgressReporter(
        style: style, unit: "rows",
        now: {
            time += 1; return time
        }, write: { text += $0 })
    try Mixed(seed: 1).learner(rule: SGD(), metrics: [.rootMeanSquaredError(of: \.targets)]).fit(
        Mixed.data(), validation: Mixed.data(shuffleSeed: nil), plan: TrainingPlan(epochs: 2, rate: 0.01),
        observers: [reporter])
    return text
}

@Test func linesSayOneThingAnEpoch() throws {
    let lines = try written(.lines).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("epoch 1/2  training loss "))
    #expect(lines[0].contains("  validation loss ") && lines[0].contains("  rmse "))
    #expect(lines[0].hasSuffix("  50 rows/s  0:01"))
}

@Test func barIsRedrawnInPlaceAndEndsInALine() throws {
    let text = try written(.bar(width: 70))
    let drawings = text.split(separator: "\r")
    #expect(drawings.count == 16)
    #expect(drawings.allSatisfy { $0.count <= 110 })
    #expect(drawings[0].hasPrefix("epoch 1/2  ["))
    #expect(text.count(where: { $0 == "\n" }) == 2)
    #expect(text.hasSuffix("\n"))
}
