import Foundation
import Testing
import ZooKernels
import ZooTabular
import ZooTesting

private func golden<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Goldens/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
}

private struct MetricsGolden: Decodable {
    let actual, predicted, scores, chances: [Double]
    let labels, three: [Int]
    let rmse, mae, rmsle, rmspe, r2, accuracy, auc, logLoss, threeAccuracy, threeLogLoss: Double
}

private func value(_ name: String, _ metrics: [(name: String, value: Double)]) -> Double {
    metrics.first { $0.name == name }?.value ?? .nan
}

@Test func metricsAreThoseOfScikitLearn() throws {
    let golden = try golden("metrics", as: MetricsGolden.self)
    var numbers = NumberMetrics()
    for (predicted, actual) in zip(golden.predicted, golden.actual) {
        numbers.add(prediction: predicted, actual: actual)
    }
    let expected = [
        "rmse": golden.rmse, "mae": golden.mae, "rmsle": golden.rmsle, "rmspe": golden.rmspe, "r2": golden.r2,
    ]
    for (name, wanted) in expected { #expect(abs(value(name, numbers.values) - wanted) < 1e-9 * max(1, wanted)) }

    var two = ClassMetrics(classes: 2)
    for (score, label) in zip(golden.scores, golden.labels) {
        two.add(probabilities: [1 - Float(score), Float(score)], actual: label)
    }
    #expect(abs(value("accuracy", two.values) - golden.accuracy) < 1e-12)
    #expect(abs(value("auc", two.values) - golden.auc) < 1e-12)
    #expect(abs(value("log_loss", two.values) - golden.logLoss) < 1e-6)

    var three = ClassMetrics(classes: 3)
    for (row, label) in golden.three.enumerated() {
        three.add(probabilities: golden.chances[row * 3..<row * 3 + 3].map { Float($0) }, actual: label)
    }
    #expect(abs(value("accuracy", three.values) - golden.threeAccuracy) < 1e-12)
    #expect(abs(value("log_loss", three.values) - golden.threeLogLoss) < 1e-6)
    #expect(value("auc", three.values).isNaN)
}

@Test func metricsOfClosedForms() {
    var perfect = NumberMetrics()
    for actual in [1.0, 2, 3] { perfect.add(prediction: actual, actual: actual) }
    #expect(perfect.values.map(\.value) == [0, 0, 0, 0, 1])
    // Twice too much in every row: RMSPE 1, and RMSLE is taken of 1 + x.
    var twice = NumberMetrics()
    for actual in [1.0, 1, 1] { twice.add(prediction: 2, actual: actual) }
    #expect(value("rmspe", twice.values) == 1)
    #expect(abs(value("rmsle", twice.values) - log(1.5)) < 1e-12)
    // A target of 0 has no relative error, one below 0 no logarithm here.
    var odd = NumberMetrics()
    odd.add(prediction: 1, actual: 0)
    odd.add(prediction: 1, actual: -3)
    #expect(value("rmsle", odd.values).isNaN)
    #expect(abs(value("rmspe", odd.values) - 4 / 3.0) < 1e-12)
    #expect(ClassMetrics.areaUnderCurve([0.1, 0.4, 0.35, 0.8], [false, false, true, true]) == 0.75)
    #expect(ClassMetrics.areaUnderCurve([0.5, 0.5], [false, true]) == 0.5)
    #expect(ClassMetrics.areaUnderCurve([0.5, 0.6], [true, true]) == nil)
}

private struct NetworkGolden: Decodable {
    let start, end: [String: [Double]]
    let losses, continuous, chances: [Double]
    let codes, labels: [Int32]
}

@Test func trainingAndAnswersAreThoseOfPyTorch() throws {
    let golden = try golden("network", as: NetworkGolden.self)
    let architecture = TabularArchitecture(
        tables: [.init(count: 5, width: 3), .init(count: 4, width: 2)], continuous: 2, hidden: [6], outputs: 3)
    var data = RandomRecords(architecture, count: 12, seed: 0)
    data.codes = [Array(golden.codes.prefix(12)), Array(golden.codes.suffix(12))]
    data.continuous = golden.continuous.map { Float($0) }
    data.labels = golden.labels
    data.pack(architecture)
    let start = try #require(TabularWeights(architecture) { path, _ in golden.start[path]?.map { Float($0) } })
    let fused = FusedTabular(
        architecture, weights: start, record: data.layout, capacity: 12, threads: ThreadCount(1))
    for (index, loss) in golden.losses.enumerated() {
        let found = data.withRecords {
            fused.step(
                $0, adam: TabularStep(number: index + 1, rate: 0.01, epsilon: 1e-3, decay: 0.1), key: 0)
        }
        #expect(abs(found - loss) < 2e-6)
    }
    for entry in fused.weights.entries(architecture) {
        try assertClose(
            entry.values.map(Double.init), try #require(golden.end[entry.path]), relative: 1e-4, absolute: 1e-5)
    }
    var chances = Array(repeating: Float(0), count: 36)
    data.withRecords { records in
        FoldedNetwork(architecture, fused.weights).apply(records, data.layout, into: &chances, threads: .one)
    }
    try assertClose(chances.map(Double.init), golden.chances, relative: 1e-4, absolute: 1e-5)
}
