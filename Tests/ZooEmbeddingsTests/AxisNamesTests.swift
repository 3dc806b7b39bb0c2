import Testing
import ZooEmbeddings
import ZooKernels

@Suite struct AxisNamesTests {
    /// Entries in a row on the first axis, in random order on the second.
    private func places(_ count: Int, seed: UInt64) -> [Float] {
        var generator = RandomGenerator(seed: seed)
        let order = (0..<count).shuffled(using: &generator)
        return (0..<count).flatMap { [Float($0), Float(order[$0])] }
    }

    /// Features that have nothing to do with the entries.
    private func noise(_ features: Int, of count: Int, seed: UInt64) -> [AxisFeature] {
        var generator = RandomGenerator(seed: seed)
        return (0..<features).map { feature in
            AxisFeature("noise \(feature)", .members(Array((0..<count).shuffled(using: &generator).prefix(count / 4))))
        }
    }

    @Test func whatGoesWithAnAxisIsFoundWithItsSide() {
        let features = [
            AxisFeature("late", .members(Array(40..<60))),
            AxisFeature("falling", .numbers((0..<60).map { -Double($0 * $0) })),
            AxisFeature("few", .members([1, 2, 3, 4])),
            AxisFeature("all alike", .numbers(Array(repeating: 2, count: 60))),
        ]
        let names = AxisNames.find(places(60, seed: 3), axes: 2, features: features + noise(20, of: 60, seed: 4))
        #expect(names.tried == 22 && names.permutations == 999)
        let first = names.matches[0]
        #expect(first.map(\.name).prefix(2) == ["falling", "late"])
        // Spearman's rank correlation; for the last third of 60 it is 400 / sqrt(60 (60^2 - 1) / 12) / sqrt(20 * 2 / 3).
        #expect(abs(first[0].correlation + 1) < 1e-5 && abs(first[1].correlation - 0.81660) < 1e-4)
        #expect(first[0].p == 0.001 && first[1].p == 0.001)
        #expect(first[2].p > 0.05 && names.matches[1].allSatisfy { $0.p > 0.01 })
    }

    @Test func unknownNumbersSayNothing() {
        let numbers = (0..<60).map { $0 % 2 == 0 ? Double($0) : nil }
        let names = AxisNames.find(places(60, seed: 3), axes: 2, features: [AxisFeature("even", .numbers(numbers))])
        #expect(names.matches[0][0].correlation > 0.6 && names.matches[0][0].p < 0.01)
        #expect(AxisNames.find(places(60, seed: 3), axes: 2, features: []).matches == [[], []])
    }

    /// The chance of any false name is that of the level, however many are tried.
    @Test func noiseIsSeldomNamed() {
        let found = (0..<40).count { seed in
            let names = AxisNames.find(
                places(50, seed: UInt64(seed)), axes: 2, features: noise(12, of: 50, seed: UInt64(1_000 + seed)),
                permutations: 99)
            return names.matches.joined().contains { $0.p <= 0.05 }
        }
        #expect(found <= 6)
    }

    @Test func theSameSeedGivesTheSameWithAnyNumberOfThreads() {
        let features = noise(30, of: 80, seed: 2)
        let results = [ThreadCount.all, ThreadCount(1), ThreadCount(3)].map {
            AxisNames.find(places(80, seed: 1), axes: 2, features: features, permutations: 199, seed: 5, threads: $0)
                .matches
        }
        #expect(results[0] == results[1] && results[1] == results[2])
    }
}
