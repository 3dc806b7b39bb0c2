import Foundation
import Testing
import ZooKernels
import ZooTabular

/// `count` values of exp(deviation z), z ~ N(0, 1).
private func longTail(_ count: Int, deviation: Double = 1, seed: UInt64 = 1) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    return (0..<count).map { _ in exp(deviation * Double(generator.normal() as Float)) }
}

@Suite struct LongTailTests {
    private func inputs(_ values: [Double]) throws -> [FittedContinuous] {
        let rows = table([
            ("x", .real, .numbers(values)), ("y", .real, .numbers(values.indices.map { Double($0 % 7) })),
        ])
        return try PreparedTable(rows, FeatureSettings(target: "y")).features.continuous
    }

    @Test func aLongTailGetsItsLogarithmAsAnInput() throws {
        let values = longTail(1000)
        let found = try inputs(values)
        #expect(found.map(\.logOffset) == [nil, 0])
        let mean = values.map { log($0) }.reduce(0, +) / 1000
        #expect(abs(found[1].mean - mean) < 1e-9)
    }

    @Test func zerosAreMovedBeforeTheLogarithm() throws {
        let found = try inputs(longTail(500) + Array(repeating: 0, count: 100))
        #expect(found.count == 2)
        #expect((found.last?.logOffset ?? 0) > 0)
    }

    @Test func otherColumnsStayAsTheyAre() throws {
        var generator = RandomGenerator(seed: 2)
        #expect(try inputs((0..<500).map { _ in Double(generator.normal() as Float) }).count == 1)
        #expect(try inputs(longTail(500).map { -$0 }).count == 1)
        #expect(try inputs((0..<500).map { Double($0 * 37 % 500) }).count == 1)
    }
}

/// Prices: a list price with a long tail, times a discount, with 5 % noise.
@Suite struct CalibrationTests {
    private func prices(_ count: Int) -> MemoryRows {
        let list = longTail(count, seed: 3)
        var generator = RandomGenerator(seed: 4)
        let discount = (0..<count).map { Double($0 * 7 % 4) / 10 }
        let noise = (0..<count).map { _ in exp(0.05 * Double(generator.normal() as Float)) }
        let price = (0..<count).map { 20 * list[$0] * (1 - discount[$0]) * noise[$0] }
        return table([
            ("list", .real, .numbers(list.map { 20 * $0 })), ("discount", .real, .numbers(discount)),
            ("price", .real, .numbers(price)),
        ])
    }

    @Test(arguments: [UInt64(0), 1, 2]) func aSavedNetworkIsOffByNoConstant(seed: UInt64) throws {
        var settings = FeatureSettings(target: "price")
        settings.logTarget = true
        let prepared = try PreparedTable(prices(3000), settings, split: .random(0.2))
        var configuration = TabularRecipe()
        configuration.hidden = [64, 32]
        configuration.epochs = 12
        configuration.seed = seed
        let model = try TabularTrainer(configuration, threads: .one).fit(
            prepared.training, validation: prepared.validation, features: prepared.features
        ).model
        // RMSLE was .2 and more before, a good part of it the same error in every row; the noise alone is .05.
        let metrics = try model.metrics(of: prepared.validation)
        #expect(try #require(metrics.first { $0.name == "rmsle" }).value < 0.08)
        var (sum, count) = (0.0, 0)
        try prepared.training.forEachBatch(of: 4096) { records in
            model.outputs(of: records) { outputs in
                for row in 0..<records.count {
                    let target = UnsafeRawPointer(records.record(row) + prepared.training.record.targetOffset)
                    sum += Double(outputs[row] - target.loadUnaligned(as: Float.self))
                }
            }
            count += records.count
        }
        #expect(abs(sum / Double(count)) < 1e-4)
    }
}
