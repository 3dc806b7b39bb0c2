import Foundation
import Testing
import ZooKernels
import ZooTabular

@Suite struct TemperatureFitTests {
    @Test func twoScoresHaveAClosedForm() throws {
        // The greater score is 3 above the other and right in 70 of 100 rows: sigmoid(3/T) = 0.7.
        let labels = (0..<100).map { Int32($0 < 70 ? 1 : 0) }
        let scores: [Float] = (0..<200).map { $0 % 2 == 0 ? -1 : 2 }
        let found = try #require(TemperatureFit(scores: scores, labels: labels, classes: 2).temperature)
        #expect(abs(found - 3 / log(0.7 / 0.3)) < 1e-9)
    }

    /// scipy 1.17.1: 1 / brentq of the derivative of the summed log loss in 1/T, xtol 1e-15.
    @Test func threeScoresAgreeWithSciPy() throws {
        let scores: [Float] = [
            2.5, -1, 0.5, 0.25, 3, -2, 1.5, 1, -0.5, -2, 0.75, 2.25, 4, 0, 1, -1.5, 2.5, 3, 0.5, 0.25, -0.75, 3.5, -2,
            -1,
            -0.5, -1.25, 1, 1.25, 2, 0,
        ]
        let labels: [Int32] = [0, 1, 1, 2, 0, 1, 2, 0, 2, 0]
        let found = try #require(TemperatureFit(scores: scores, labels: labels, classes: 3).temperature)
        #expect(abs(found - 1.0567890111996059) < 1e-9)
        // Scores that are all twice as large have twice the temperature; a constant per row does not matter.
        let twice = TemperatureFit(scores: scores.map { 2 * $0 + 8 }, labels: labels, classes: 3).temperature
        #expect(abs(try #require(twice) - 2 * found) < 1e-6)
    }

    @Test func rowsWithoutABestTemperatureHaveNoneOrTheLimit() {
        let right: [Int32] = [1, 1, 1]
        let scores: [Float] = [0, 1, 0, 2, 0, 3]
        #expect(TemperatureFit(scores: scores, labels: right, classes: 2).temperature == nil)
        #expect(TemperatureFit(scores: [0, .nan, 0, 2, 0, 3], labels: [0, 1, 0], classes: 2).temperature == nil)
        // Worse than chance: equal probabilities are the best.
        let wrong = TemperatureFit(scores: scores, labels: [0, 0, 0], classes: 2).temperature
        #expect(abs((wrong ?? 0) - TemperatureFit.limits.upperBound) < 1e-9)
    }
}

/// Classes that follow a number a little, with letters that mean nothing: three parts of rows, the last one to test on.
private func noisy(_ count: Int = 3000) throws -> (prepared: PreparedTable, test: EncodedRows) {
    var generator = RandomGenerator(seed: 12)
    var x: [Double] = []
    var letters: [String?] = []
    var labels: [String?] = []
    for _ in 0..<count {
        x.append(Double(generator.normal() as Float))
        letters.append("v\(Int.random(in: 0..<60, using: &generator))")
        labels.append(x[x.count - 1] + 1.5 * Double(generator.normal() as Float) > 0 ? "yes" : "no")
    }
    func part(_ rows: Range<Int>, validates: Int) -> MemoryRows {
        table([
            ("x", .real, .numbers(Array(x[rows]))), ("letter", .text, .texts(Array(letters[rows]))),
            ("part", .boolean, .numbers(rows.map { $0 >= validates ? 1 : 0 })),
            ("y", .text, .texts(Array(labels[rows]))),
        ])
    }
    let third = count / 3
    let prepared = try PreparedTable(
        part(0..<2 * third, validates: third), FeatureSettings(target: "y"), split: .column("part"))
    let test = try EncodedRows.encoding(part(2 * third..<count, validates: count), features: prepared.features).rows
    return (prepared, test)
}

/// Learns the letters by heart, so that it is too sure of itself.
private func overfitted(_ table: PreparedTable, members: Int = 1) throws -> TabularModel {
    var configuration = TabularRecipe()
    configuration.hidden = [64]
    configuration.epochs = 30
    configuration.members = members
    configuration.dropout = 0
    configuration.embeddingDropout = 0
    return try TabularTrainer(configuration, threads: .one).fit(
        table.training, validation: table.validation, features: table.features, keeping: .last
    ).model
}

private func metric(_ name: String, _ model: TabularModel, _ rows: EncodedRows) throws -> Double {
    try #require(model.metrics(of: rows).first { $0.name == name }?.value)
}

@Test(arguments: [1, 3]) func calibratedProbabilitiesLoseLessOnRowsThatNobodySaw(members: Int) throws {
    let (table, test) = try noisy()
    let plain = try overfitted(table, members: members)
    let model = try plain.calibrated(on: table.validation)
    let temperature = try #require(model.calibration.temperature)
    #expect(temperature > 1.1 && model.calibration.rows == 1000)
    #expect(try metric("log_loss", model, test) < metric("log_loss", plain, test) - 0.005)
    #expect(try metric("accuracy", model, test) == metric("accuracy", plain, test))
    #expect(abs(try metric("auc", model, test) - metric("auc", plain, test)) < 1e-4)
    // The least loss of the validation rows: no other temperature is better.
    let least = try metric("log_loss", model, table.validation)
    for other in [0.97, 1.03] {
        var changed = model.calibration
        changed.temperature = temperature * other
        #expect(try metric("log_loss", plain.calibrated(changed), table.validation) > least)
    }
}

@Test func theMeanOfSeveralNetworksIsWhatIsCalibrated() throws {
    let (table, test) = try noisy(900)
    let plain = try overfitted(table, members: 3)
    let model = try plain.calibrated(on: table.validation)
    let power = 1 / (try #require(model.calibration.temperature))
    try test.forEachBatch(of: 300) { records in
        plain.outputs(of: records) { means in
            model.outputs(of: records) { calibrated in
                for row in 0..<records.count {
                    let powers = (0..<2).map { pow(Double(means[2 * row + $0]), power) }
                    #expect(abs(Double(calibrated[2 * row + 1]) - powers[1] / (powers[0] + powers[1])) < 1e-5)
                    #expect(abs(calibrated[2 * row] + calibrated[2 * row + 1] - 1) < 1e-6)
                }
            }
        }
    }
}

@Test func tooFewValidationRowsFitNothing() throws {
    let rows = (0..<200).map { Double($0) }
    let source = table([
        ("x", .real, .numbers(rows.map { $0.remainder(dividingBy: 17) })),
        ("part", .boolean, .numbers(rows.map { $0 >= 151 ? 1 : 0 })),
        ("y", .text, .texts(rows.map { Int($0) % 3 == 0 ? "a" : "b" })),
    ])
    let prepared = try PreparedTable(source, FeatureSettings(target: "y"), split: .column("part"))
    let calibration = try overfitted(prepared).calibrated(on: prepared.validation).calibration
    #expect(calibration.rows == 49 && calibration.temperature == nil && calibration.residuals == nil)
}

@Test func noAnswerIsBelowZeroWhereNothingWas() throws {
    // Prices near 0 and far above: what the network says of the small ones is below log(1 + 0) in part.
    var (inputs, values): ([Double], [Double]) = ([], [])
    for row in 0..<400 {
        inputs.append(Double(row % 2 * 100 + row % 11) / 100)
        values.append(row % 2 == 0 ? Double(row % 5) / 100 : Double(50 + row % 7))
    }
    let rows = table([("x", .real, .numbers(inputs)), ("y", .real, .numbers(values))])
    var settings = FeatureSettings(target: "y")
    settings.logTarget = true
    let prepared = try PreparedTable(rows, settings, split: .random(0.2))
    var configuration = TabularRecipe()
    configuration.epochs = 3
    let model = try TabularTrainer(configuration, threads: .one).fit(
        prepared.training, validation: prepared.validation, features: prepared.features
    ).model
    let sample = try RecordSample(prepared.training, limit: 400, seed: 1)
    let means = try PartialDependence(model, column: "x", sample).entries.map(\.mean)
    #expect(means.allSatisfy { $0 >= 0 }, "\(means)")
    guard case .number(let number) = prepared.features.target else { throw TabularError.invalid("no number") }
    #expect(number.decoded(-100) == 0 && number.decoded(number.encoded(7)) > 6.99)
}
