import ZooKernels
import ZooTabular

/// The speed of training a network on a table, the work of the peers' script: vectors for categories, [200, 100], three
/// epochs, the last of which counts.
package struct TabularTiming: Sendable, Encodable {
    /// Rows a step.
    package let batchSize: Int
    /// Rows of the table.
    package let rows: Int
    /// Categories of the table.
    package let categories: Int
    /// Continuous columns.
    package let continuous: Int
    /// Time of the epoch that counts.
    package let seconds: Double
    /// Rows over that time, shuffling and gathering included.
    package let rowsPerSecond: Double
}

extension TabularTiming {
    /// Trains on generated rows with the columns of the census income data: eight categories, six continuous columns.
    ///
    /// - Throws: nothing in practice
    package static func censusLike(batchSize: Int, threads: ThreadCount = .all) throws -> TabularTiming {
        let table = try PreparedTable(censusRows(count: 32_561), settings)
        return try time(table, batchSize: batchSize, threads: threads)
    }

    private static var settings: FeatureSettings {
        var settings = FeatureSettings(target: "target")
        settings.maximumCardinality = 0
        return settings
    }

    private static func time(_ table: PreparedTable, batchSize: Int, threads: ThreadCount) throws -> TabularTiming {
        var configuration = TabularRecipe()
        (configuration.hidden, configuration.members, configuration.epochs) = ([200, 100], 1, 3)
        configuration.batchSize = batchSize
        configuration.dropout = 0
        configuration.embeddingDropout = 0
        let fit = try TabularTrainer(configuration, threads: threads).fit(
            table.training, validation: nil, features: table.features)
        let seconds = fit.report.epochs.last?.trainingSeconds ?? 0
        return TabularTiming(
            batchSize: batchSize, rows: table.training.count, categories: table.features.categories.count,
            continuous: table.features.continuous.count, seconds: seconds,
            rowsPerSecond: Double(table.training.count) / seconds)
    }

    /// Rows whose classes depend on some of their columns.
    private static func censusRows(count: Int) -> MemoryRows {
        var generator = RandomGenerator(seed: 1)
        let sizes = [9, 16, 7, 15, 6, 5, 2, 42]
        var columns: [(column: TableColumn, values: MemoryColumn)] = []
        var score = Array(repeating: 0.0, count: count)
        for (index, size) in sizes.enumerated() {
            let codes = (0..<count).map { _ in Int.random(in: 0..<size, using: &generator) }
            for row in 0..<count { score[row] += Double(codes[row]) / Double(size) - 0.5 }
            columns.append(
                (TableColumn(name: "category\(index)", kind: .text), .texts(codes.map { "value \($0)" })))
        }
        for index in 0..<6 {
            let values = (0..<count).map { _ in Double(generator.normal() as Float) }
            for row in 0..<count { score[row] += values[row] / 2 }
            columns.append((TableColumn(name: "number\(index)", kind: .real), .numbers(values)))
        }
        columns.append(
            (TableColumn(name: "target", kind: .text), .texts(score.map { $0 > 0.5 ? "yes" : "no" })))
        return MemoryRows(columns)
    }
}
