import Foundation
import Testing
import ZooKernels
import ZooTabular

@Suite struct ConformalResidualsTests {
    private func residuals(_ count: Int) throws -> ConformalResiduals {
        // Signs do not matter, nor does the order.
        try #require(ConformalResiduals((1...count).reversed().map { Float($0 % 2 == 0 ? $0 : -$0) }))
    }

    @Test func theRankIsThatOfFinitelyManyResiduals() throws {
        // ceil((n + 1) level) of n.
        #expect(try residuals(9).halfWidth(level: 0.9) == 9)
        #expect(try residuals(8).halfWidth(level: 0.9) == nil)
        #expect(try residuals(99).halfWidth(level: 0.9) == 90)
        #expect(try residuals(100).halfWidth(level: 0.9) == 91)
        #expect(try residuals(100).halfWidth(level: 0.5) == 51)
        #expect(try residuals(3).halfWidth(level: 1e-9) == 1)
    }

    @Test func aLevelNeedsSoManyResiduals() throws {
        for (level, count) in [(0.9, 9), (0.95, 19), (0.99, 99), (0.999, 999), (0.5, 1), (0.01, 1), (0.8, 4)] {
            #expect(ConformalResiduals.leastCount(level: level) == count)
            #expect(try residuals(count).halfWidth(level: level) == Double(count), "\(level)")
            if count > 1 { #expect(try residuals(count - 1).halfWidth(level: level) == nil) }
        }
    }

    @Test func manyResidualsAreKeptAsAThousand() throws {
        let all = try residuals(54_321)
        #expect(all.kept.count == 1000 && all.count == 54_321 && all.kept.last == 54_321)
        for level in [0.5, 0.9, 0.987, 0.9999] {
            let exact = (54_322 * level).rounded(.up)
            let found = try #require(all.halfWidth(level: level))
            #expect(found >= exact && found <= exact + 55, "\(level)")
        }
        let read = try #require(ConformalResiduals(kept: all.kept, count: all.count))
        #expect(read == all)
        for (kept, count) in [([2, 1], 2), ([1, .nan], 2), ([-1, 1], 2), ([1, 2], 1), ([], 0)] as [([Float], Int)] {
            #expect(ConformalResiduals(kept: kept, count: count) == nil)
        }
        #expect(ConformalResiduals([]) == nil && ConformalResiduals([1, .infinity]) == nil)
    }
}

/// What a model says of rows that took part in nothing.
private struct TestRows {
    let model: TabularModel
    let source: MemoryRows
    let targets: [Double]

    func predictions(_ model: TabularModel) throws -> (numbers: [Double], intervals: [NumberInterval]) {
        var (numbers, intervals): ([Double], [NumberInterval]) = ([], [])
        try model.predict(source) {
            numbers += $1.numbers
            intervals += $1.intervals
        }
        return (numbers, intervals)
    }

    func coverage(_ level: Double) throws -> Double {
        let width = try #require(model.calibration.residuals?.halfWidth(level: level))
        let found = try predictions(model.answering(.median, halfWidth: width))
        let inside = zip(found.intervals, targets).count { $0.low <= $1 && $1 <= $0.high }
        return Double(inside) / Double(targets.count)
    }
}

/// Trains on some generated rows and keeps as many again to test on.
private func trained(
    log isLog: Bool, count: Int = 6000, range: TabularArchitecture.Range? = nil,
    _ target: (Double, String, inout RandomGenerator) -> Double
) throws -> TestRows {
    var generator = RandomGenerator(seed: 21)
    func rows() -> (source: MemoryRows, targets: [Double]) {
        var (x, letters, y): ([Double], [String?], [Double]) = ([], [], [])
        for _ in 0..<count {
            x.append(Double(generator.normal() as Float))
            let letter = ["a", "b", "c"][Int.random(in: 0..<3, using: &generator)]
            letters.append(letter)
            y.append(target(x[x.count - 1], letter, &generator))
        }
        return (table([("x", .real, .numbers(x)), ("letter", .text, .texts(letters)), ("y", .real, .numbers(y))]), y)
    }
    var settings = FeatureSettings(target: "y")
    settings.logTarget = isLog
    let prepared = try PreparedTable(rows().source, settings, split: .random(0.5), seed: 4)
    var configuration = TabularRecipe()
    configuration.hidden = [32]
    configuration.epochs = 8
    configuration.range = range
    let model = try TabularTrainer(configuration, threads: .one).fit(
        prepared.training, validation: prepared.validation, features: prepared.features
    ).model.calibrated(on: prepared.validation)
    let (source, targets) = rows()
    return TestRows(model: model, source: source, targets: targets)
}

/// A factor of the noise whose logarithm spreads by `deviation`.
private func noise(_ deviation: Double, _ generator: inout RandomGenerator) -> Double {
    exp(deviation * Double(generator.normal() as Float))
}

@Suite struct IntervalTests {
    @Test func intervalsHoldSoManyOfNewRows() throws {
        let rows = try trained(log: false) { 10 * $0 + ($1 == "a" ? 5 : 0) + 3 * Double($2.normal() as Float) }
        #expect(try (0.88...0.92).contains(rows.coverage(0.9)))
        #expect(try (0.48...0.53).contains(rows.coverage(0.5)))
        let found = try rows.predictions(rows.model.answering(.mean, halfWidth: 2))
        #expect(
            zip(found.numbers, found.intervals).allSatisfy {
                abs($0 - 2 - $1.low) < 1e-9 && abs($0 + 2 - $1.high) < 1e-9
            })
        #expect(try rows.predictions(rows.model).intervals.isEmpty)
    }

    @Test func withTheLogarithmTheEndsAreAFactorApart() throws {
        // The noise grows with the number, and is greater for one letter.
        let rows = try trained(log: true) { 100 * exp($0) * noise($1 == "c" ? 0.4 : 0.15, &$2) }
        #expect(try (0.88...0.92).contains(rows.coverage(0.9)))
        #expect(try (0.93...0.97).contains(rows.coverage(0.95)))
        let width = try #require(rows.model.calibration.residuals?.halfWidth(level: 0.9))
        let found = try rows.predictions(rows.model.answering(.median, halfWidth: width))
        for (number, interval) in zip(found.numbers, found.intervals).prefix(100) {
            #expect(abs((1 + interval.high) / (1 + number) - exp(width)) < 1e-6)
            #expect(abs((1 + number) / (1 + interval.low) - exp(width)) < 1e-6)
        }
    }

    @Test func theMeanIsGivenInPlaceOfTheMedian() throws {
        let rows = try trained(log: true) { 100 * exp($0 / 2) * noise(0.6, &$2) - 1 }
        let factor = try #require(rows.model.calibration.meanFactor)
        // exp(s²/2) for noise whose logarithm is normal.
        #expect(abs(factor - exp(0.18)) < 0.03)
        let means = try rows.predictions(rows.model).numbers
        let medians = try rows.predictions(rows.model.answering(.median)).numbers
        #expect(zip(means, medians).allSatisfy { abs((1 + $0) / (1 + $1) - factor) < 1e-9 })
        let total = rows.targets.reduce(0, +)
        #expect(abs(means.reduce(0, +) / total - 1) < 0.04)
        #expect(medians.reduce(0, +) / total < 0.88)

        let encoded = try EncodedRows.encoding(rows.source, features: rows.model.features).rows
        func metrics(_ numbers: [Double]) -> [String: Double] {
            var metrics = NumberMetrics()
            for (prediction, actual) in zip(numbers, rows.targets) {
                metrics.add(prediction: prediction, actual: actual)
            }
            return Dictionary(metrics.values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        // Each metric is of the answer that it asks for, and the other one is worse.
        let (ofMeans, ofMedians) = (metrics(means), metrics(medians))
        for (name, value) in try rows.model.answering(.median).metrics(of: encoded) {
            let isOfMeans = name == "rmse" || name == "r2"
            let (wanted, other) = (isOfMeans ? ofMeans : ofMedians, isOfMeans ? ofMedians : ofMeans)
            #expect(abs(value - (wanted[name] ?? 0)) < 1e-3 * abs(value), "\(name)")
            #expect(name == "r2" ? value > other[name] ?? 9 : value < other[name] ?? 0, "\(name)")
        }
    }

    @Test func meansAndIntervalsStayWithinTheRange() throws {
        let rows = try trained(log: true, range: TabularArchitecture.Range(low: 50, high: 150)) {
            min(150, max(50, 100 * exp($0 / 2) * noise(0.6, &$2)))
        }
        let found = try rows.predictions(rows.model.answering(.mean, halfWidth: 1))
        #expect(found.numbers.allSatisfy { (49.99...150.01).contains($0) })
        #expect(found.intervals.allSatisfy { $0.low >= 49.99 && $0.high <= 150.01 })
        #expect(found.intervals.contains { $0.high > 149.9 })
    }

    @Test func importanceIsOfTheErrorThatWasLearned() throws {
        let rows = try trained(log: true) { 100 * exp($0 / 2) * noise(0.6, &$2) - 1 }
        let encoded = try EncodedRows.encoding(rows.source, features: rows.model.features).rows
        let sample = try RecordSample(encoded, limit: encoded.count, seed: 1)
        let importance = PermutationImportance(rows.model, sample, repeats: 1, seed: 1)
        let rmsle = try rows.model.metrics(of: encoded).first { $0.name == "rmsle" }?.value
        #expect(importance.metric == "rmsle" && abs(importance.baseline - (rmsle ?? 0)) < 1e-6)
    }
}
